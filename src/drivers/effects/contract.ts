// What the ledger needs of the machine: who holds an effect and whether that one still lives, and a place to run the
// command that makes it. Nothing here decides what an ending means.

import type { EffectResult, HolderProcess } from '../../model/effect.ts'

/** `elsewhere`: on another host, or in another namespace of pids, so that it can't be judged from here. */
export type Standing = 'lives' | 'gone' | 'elsewhere'

export interface Holders {
  /** The process that runs this code. */
  me(): HolderProcess
  /** The process that called it: the script around a command of ours. */
  caller(): HolderProcess
  standing(process: HolderProcess): Standing
  /** Processes of this host that carry the mark: what makes the effect may outlive its holder. */
  performing(mark: string): readonly number[]
  /** Ends all that carry the mark; resolves with what no signal could end. */
  end(mark: string): Promise<readonly number[]>
}

export interface CommandOrder {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input: Uint8Array | null
  readonly timeoutMs: number
  /** Found in the environment of everything it starts. */
  readonly mark: string
  /** Its output as it comes, for whoever watches. */
  readonly onOutput: (stream: 'out' | 'err', chunk: Uint8Array) => void
}

/** How a command ended. `never`: it was not executed at all. */
export type CommandEnd =
  | { readonly how: 'never'; readonly why: string }
  | {
      readonly how: 'ended'
      readonly exitCode: number | null
      readonly signal: string | null
      readonly cutOff: boolean
      readonly output: Pick<EffectResult, 'output' | 'errors' | 'truncated'>
    }

export interface Commands {
  /** Runs a program to its end. An abort or the time limit ends it, gently at first. */
  run(order: CommandOrder, signal: AbortSignal): Promise<CommandEnd>
}
