// What every agent adapter promises: how a client is called, how its stream reads, and what its ending means.
// Adapters are pure: they make plans and judge tuples; launchers and rooms do the rest.

import type { Permissions } from '../../model/agent.ts'
import type { Usage } from '../../model/attempt.ts'
import type { WorkKind } from '../../model/demand.ts'
import type { Blame, FailureClass, Verdict } from '../../model/failure.ts'
import type { Order } from '../../model/task.ts'

/** What the adapter may know of the agent's configuration. */
export interface AgentSettings {
  readonly name: string
  readonly adapter: string
  readonly model: string | null
  readonly permissions: Permissions
  /** The program to run instead of the adapter's default. */
  readonly program: string | null
  /** `command` only: argument template; `{prompt}`, `{prompt_file}`, `{cwd}`, `{title}` are filled in. */
  readonly args: readonly string[] | null
  /** Environment of the session, values already resolved. */
  readonly env: Readonly<Record<string, string>>
}

/** Everything an adapter needs to word one call. */
export interface WorkOrder {
  readonly taskId: number
  readonly attemptId: number
  readonly title: string
  readonly order: Order
  /** What earlier attempts tried and how they ended, for the prompt; empty for the first. */
  readonly history: readonly string[]
  /** Absolute folder of this attempt, for files the plan asks for. */
  readonly attemptDir: string
  readonly asRoot: boolean
}

/** A planned call. Optional flags may be dropped by name when the build lacks them. */
export interface Plan {
  /** Program name or path, not yet resolved. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
  readonly files: Readonly<Record<string, string>>
  /** What proves that the order arrived: the start itself, or the client's first event. */
  readonly receipt: 'executed' | 'first_event'
}

/** What a stream reader noticed. */
export type Noticed =
  | { readonly kind: 'first_event'; readonly what: string }
  | { readonly kind: 'model_output' }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'usage'; readonly usage: Usage }

/** Reads a session's standard output as it grows. Stateful, cheap, bounded in memory. */
export interface StreamReader {
  feed(chunk: string): readonly Noticed[]
  /** Everything known so far, for the ending. */
  summary(): StreamSummary
}

export interface StreamSummary {
  /** True once the client's own first event was seen (for `command`: any output). */
  readonly started: boolean
  /** True once the model said or did anything. */
  readonly modelOutput: boolean
  /** The parsed result event, if the client has one and it came. */
  readonly result: unknown
  /** Events that matter for the verdict (errors, rate limits), newest last, bounded. */
  readonly signals: readonly unknown[]
  readonly usage: Usage | null
}

/** The whole tuple an ending is judged by. No single field of it can be trusted alone. */
export interface Ending {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why we stopped it, if we did: `timeout`, `silence`, `cancelled`, `operator`. */
  readonly stoppedBy: string | null
  readonly summary: StreamSummary
  readonly outHead: string
  readonly outTail: string
  readonly errHead: string
  readonly errTail: string
  readonly durationMs: number
  readonly now: number
}

export interface AgentAdapter {
  readonly name: string
  /** The program looked for on the PATH when the configuration names none; null when it must name one. */
  readonly program: string | null
  /** The client it drives and the service behind it, for their lanes; absent for plain programs, which have none. */
  readonly client?: { readonly cli: string; readonly provider: string }
  /** The kinds of work this agent takes, given its configuration. */
  takes(settings: AgentSettings): readonly WorkKind[]
  /** Pure. Throws OperatingError `agent.*` for a configuration it cannot serve. */
  plan(settings: AgentSettings, work: WorkOrder): Plan
  reader(): StreamReader
  /** Pure. Judges a proven end of an executed program. */
  judge(ending: Ending): Verdict
}

/** One ending as `midwatch classify` is given it: excerpts, of any tool. */
export interface ClassifyInput {
  /** Any tool name; aliases and unknown ones are fine. */
  readonly tool: string
  /** Null when unknown, which is not 0. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** Wall time of the ending, ms since the epoch. */
  readonly now: number
  /** IANA name of the zone in which times without one are meant. */
  readonly timeZone: string
}

/** What to do next: nothing, at once, after a wait, at the stated reset, or ask a person. */
export type Retry = 'no' | 'now' | 'backoff' | 'at_reset' | 'person'

export interface Classified {
  readonly class: FailureClass
  readonly blame: Blame
  /** The stated end of the limit, ms since the epoch. */
  readonly resetAt: number | null
  readonly retry: Retry
  readonly evidence: string
  readonly advice: string
}

/** Judges endings of any tool, offline. */
export interface Classifier {
  classify(input: ClassifyInput): Classified
  /** Whether the name of a time zone can be used. */
  isZone(zone: string): boolean
  /** An ISO time as a moment; one without a zone is meant in `zone`. Null when it is none. */
  timeIn(text: string, zone: string): number | null
}
