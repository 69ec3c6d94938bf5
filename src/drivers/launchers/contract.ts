// What every launcher promises. A launcher starts a session so that it outlives us, says what can be seen of it now,
// and empties it for certain. Exit 0 of a launcher proves nothing: `look` is the only source of belief.

import type { LaunchProof } from '../../model/attempt.ts'
import type { Launching } from '../../model/launcher.ts'

/** What the host is asked to start. All of it is known before the call; nothing is looked up later. */
export interface LaunchOrder {
  readonly attemptId: number
  readonly nonce: string
  /** Absolute path of the program as preflight resolved it, or a name that the session's PATH resolves. */
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment of the session, the mark not yet in it. */
  readonly env: Readonly<Record<string, string>>
  /** Fed to the session as standard input from a file; empty for none. */
  readonly stdin: string
  /** Further files the session finds in its attempt folder, by name. */
  readonly files: Readonly<Record<string, string>>
  /** The wrapper refuses to start anything later than this many ms from now (monotonic, this boot). */
  readonly startWithinMs: number
  /** Who is to start it and what bounds it; absent for a plain process of this machine. */
  readonly bounds?: Bounds
}

/** What bounds a session, besides our own limits. */
export interface Bounds {
  readonly launching: Launching
  /** How long we let it run, and our grace: a launcher's own limit lies beyond both, and acts when we can't. */
  readonly limitMs: number
  readonly graceMs: number
  /** Folders and files it needs besides its own and the system's. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** Names one attempt's session to the launcher; enough after a restart. `launch` is null before it was stored. */
export interface SessionRef {
  readonly attemptId: number
  readonly nonce: string
  readonly launch: LaunchProof | null
}

/** The same without our time limits, which are each attempt's own. */
export type Confinement = Omit<Bounds, 'limitMs' | 'graceMs'>

/** The session's exit, as the wrapper recorded it. */
export interface SessionExit {
  readonly exitCode: number | null
  /** Signal name (`SIGKILL`) when the program died of one; told apart from an exit code above 128. */
  readonly signal: string | null
  /** True when the program could not be executed at all (126, 127 and the wrapper's own message). */
  readonly neverExecuted: boolean
  /** The wrapper's or the kernel's message in that case. */
  readonly message: string
  /** What ended it from outside, as far as the launcher knows: its memory's bound, or the launcher's own time limit. */
  readonly cause?: 'oom' | 'timeout'
  /** What the launcher tells of this end: the unit's or container's result, the last lines of its journal. */
  readonly evidence?: string
  /** How long it ran, by a clock that no step of the wall clock touches; absent when that is not known. */
  readonly ranMs?: number
  /** It could not be written down when it happened, for want of room: nor could what the program wrote at its end. */
  readonly late?: true
}

/**
 * What can be seen of a session now.
 * - `absent`: no ticket was taken; nothing runs, nothing has run.
 * - `refused`: the wrapper took the ticket and declined to start (too late), or a dispatcher took it (`byUs`).
 * - `starting`: the ticket is taken, no start mark with our nonce yet; `alive` says whether its wrapper lives.
 * - `running`: start mark seen; `executed` says whether the program itself was seen to be executed.
 * - `exited`: the wrapper recorded the exit.
 * - `vanished`: started, no exit recorded, and neither wrapper nor marked process lives.
 */
export type Sighting =
  | { readonly seen: 'absent' }
  | { readonly seen: 'refused'; readonly reason: string; readonly byUs: boolean }
  | { readonly seen: 'starting'; readonly alive: boolean }
  | {
      readonly seen: 'running'
      readonly executed: boolean
      readonly proof: LaunchProof
      /** How long it has run, by a clock that no step of the wall clock touches; absent when that is not known. */
      readonly ranMs?: number
      /** Its wrapper is gone: whatever still lives of it, no exit will ever be recorded. Absent while it is watched. */
      readonly unwatched?: true
    }
  | { readonly seen: 'exited'; readonly exit: SessionExit; readonly proof: LaunchProof }
  | { readonly seen: 'vanished'; readonly proof: LaunchProof | null; readonly evidence?: string }

/** How an emptying went. `survivors` lists pids that no signal could end. */
export interface Emptied {
  readonly signals: readonly string[]
  readonly survivors: readonly number[]
}

export type Stream = 'out' | 'err'

/** One letter of an outbox; its name is unlike that of every other. */
export interface Letter {
  readonly name: string
  readonly text: string
}

export interface Launcher {
  readonly name: string
  /** Makes now what the first start would else wait for. Absent where that is nothing. */
  ready?(): void
  /**
   * Asks the host to start the session, detached, output to files opened O_APPEND. Resolves when it was asked.
   * Throws OperatingError `launch.*` when the host refused; then nothing runs. Where the host was asked and its answer was
   * lost, the code is `launch.unanswered`: whether it runs is to be seen by `look`.
   */
  start(order: LaunchOrder): Promise<LaunchProof>
  /** What can be seen now. Never throws for a missing session. */
  look(ref: SessionRef): Promise<Sighting>
  /**
   * Resolves when something about the session may have changed, after `withinMs` at the latest, or on abort.
   * A hint only: callers look again.
   */
  changed(ref: SessionRef, withinMs: number, signal: AbortSignal): Promise<void>
  /** Takes the ticket first, so that the wrapper can never start. False when it was already taken. */
  takeTicket(ref: SessionRef): Promise<boolean>
  /** Processes of the session that live now (zombies do not count), whatever became of its wrapper. */
  living(ref: SessionRef): Promise<readonly number[]>
  /**
   * How many processes of the session live, and what CPU they have used so far; null where that cannot be told. Costs a look
   * at all processes. Absent where a launcher cannot see them.
   */
  vitals?(ref: SessionRef): Promise<{ readonly processes: number; readonly cpuMs: number | null }>
  /** SIGTERM, grace, SIGKILL, look again until proven empty or `giveUpMs` passed. */
  empty(ref: SessionRef, graceMs: number): Promise<Emptied>
  /** Bytes of an output stream from `offset`, at most `maxBytes`. Empty when there is nothing (yet). */
  read(ref: SessionRef, stream: Stream, offset: number, maxBytes: number): Promise<Buffer>
  /** Size of an output stream in bytes; 0 when it is not there. */
  size(ref: SessionRef, stream: Stream): Promise<number>
  /**
   * The letters that a session without database left in its outbox, in the order of their names. JSON texts. They stay
   * until they are dropped, which is done once what they say is written down: a crash in between repeats them.
   */
  readOutbox(ref: SessionRef): Promise<readonly Letter[]>
  /** Removes a letter that was read. Idempotent. */
  dropLetter(ref: SessionRef, name: string): Promise<void>
  /** Forgets what is kept to watch the session; its files stay. */
  forget(ref: SessionRef): void
}
