// What an attempt's output files promise to a reader who only looks: bytes from an offset, and a hint that there may
// be more, and their end. No launcher is needed, so the output of a dead daemon's sessions reads as well.

export type OutputStream = 'out' | 'err'

export interface Outputs {
  /** Bytes of a stream from `offset`, at most `maxBytes`; empty when there is nothing (yet). */
  read(attemptId: number, stream: OutputStream, offset: number, maxBytes: number): Buffer
  /** Size of a stream in bytes; 0 when it is not there. Smaller than before when the file was cut. */
  size(attemptId: number, stream: OutputStream): number
  /** When its session last printed anything here, in ms by this host's clock; null where nothing was printed. */
  printedAt(attemptId: number): number | null
  /** The attempts whose folders lie here. */
  attempts(): readonly number[]
  /** Removes an attempt's folder with everything in it; nothing when it is gone. */
  drop(attemptId: number): Promise<void>
  /** Resolves when a stream may have grown, after `withinMs` at the latest, or on abort. */
  changed(attemptId: number, withinMs: number, signal: AbortSignal): Promise<void>
}

/** Keeps the output of running sessions within its room. */
export interface Trimmer {
  /**
   * Where a stream of this attempt takes more than `maxBytes` of the disk, gives the middle of it back; its beginning, its
   * newest part and all offsets stay. Answers how many bytes. Throws OperatingError `outputs.untrimmed`.
   */
  trim(attemptId: number, maxBytes: number): Promise<number>
}
