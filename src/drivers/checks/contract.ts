// What looks for `check` holds: one look at the world, with a typed answer.

import type { Look, Probe } from '../../model/probe.ts'

export interface Checker {
  /**
   * One look. Never throws: what could not tell answers `broken`. `owner` names a command within the fleet beyond the
   * life of this process; what an earlier look of the same owner left running is ended first.
   */
  look(probe: Probe, owner: string, timeoutMs: number, signal: AbortSignal): Promise<Look>
}

/** What a checker needs of the machine it looks from; a host is one. */
export interface CheckerHost {
  readonly baseEnv: Readonly<Record<string, string>>
  runShell(
    command: string,
    cwd: string,
    env: Readonly<Record<string, string>>,
    timeoutMs: number,
    signal: AbortSignal,
    owner?: string,
  ): Promise<
    | {
        readonly ran: true
        readonly exitCode: number | null
        readonly signal: string | null
        readonly output: string
      }
    | { readonly ran: false; readonly why: string }
  >
}
