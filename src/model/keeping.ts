// How long what is over is kept, and how much room must be left.

export interface KeepConfig {
  /** Settled tasks older than this go with everything that belongs to them; null for never. */
  readonly tasksMs: number | null
  /** How often a copy of the embedded database is made; null for never. */
  readonly backupEveryMs: number | null
  readonly backups: number
  /** With less room than this below the state folder nothing new is taken. */
  readonly freeBytes: number
  /** Room that each output stream of a session may take on the disk; null for any. */
  readonly outputBytes: number | null
}

export const defaultKeep: KeepConfig = {
  tasksMs: 90 * 86_400_000,
  backupEveryMs: 86_400_000,
  backups: 7,
  freeBytes: 100 * 1_048_576,
  outputBytes: 100 * 1_048_576,
}
