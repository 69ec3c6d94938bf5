// The machine we run on, as the rooms need it: who it is, what lies where, and a place to run a check.

/** The outcome of a short command that we run and wait for ourselves. */
export type Ran =
  | {
      readonly ran: true
      readonly exitCode: number | null
      readonly signal: string | null
      readonly output: string
    }
  | { readonly ran: false; readonly why: string }

/** Whether a folder can be worked in. */
export type FolderState = 'ok' | 'missing' | 'not_a_folder' | 'no_access'

export interface Host {
  readonly name: string
  readonly bootId: string
  readonly pid: number
  readonly asRoot: boolean
  /** Environment that sessions inherit, already rid of our own variables. */
  readonly baseEnv: Readonly<Record<string, string>>
  folder(path: string): Promise<FolderState>
  /** Absolute path of a program as the session would find it, or null. */
  resolveProgram(program: string, cwd: string, pathVariable: string): Promise<string | null>
  /**
   * Runs a shell command to its end, and ends whatever it left running, however it ended. `output` is head and tail,
   * bounded. `ran: false` when it could not be started or was cut off by us. `owner` names it within the fleet beyond
   * the life of this process: what an earlier run of the same owner left is ended before this one begins.
   */
  runShell(
    command: string,
    cwd: string,
    env: Readonly<Record<string, string>>,
    timeoutMs: number,
    signal: AbortSignal,
    owner?: string,
  ): Promise<Ran>
  /** Ends all that `runShell` started for this owner, whichever process did; answers what no signal could end. */
  emptyShell(owner: string): Promise<readonly number[]>
  /** Free bytes on the disk of `path`; null when unknown. */
  freeBytes(path: string): Promise<number | null>
}
