// What keeps copies of the store promises.

export interface Backups {
  /** Makes one now under this name; older ones than the newest `keep` go. */
  make(name: string, keep: number): Promise<{ path: string; bytes: number }>
  /** When the newest was made, in ms; null when there is none. */
  newestAt(): number | null
}
