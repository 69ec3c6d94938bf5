// What every agent adapter promises: how a client is called, how its stream reads, and what its ending means.
// Adapters are pure: they make plans and judge tuples; launchers and rooms do the rest.

import type { Permissions } from '../../model/agent.ts'
import type { Usage } from '../../model/attempt.ts'
import type { WorkKind } from '../../model/demand.ts'
import type { Blame, FailureClass, Verdict } from '../../model/failure.ts'
import type { QuotaWord } from '../../model/quota.ts'
import type { Order } from '../../model/task.ts'
import type { OrderNote, ResumedSession } from './contract/order.ts'

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
  /** Variables whose values lie in files, read when a session starts. */
  readonly envFiles?: Readonly<Record<string, string>>
  /** What one session may spend, for clients that keep to it themselves. */
  readonly budgetUsd?: number
}

/** Everything an adapter needs to word one call. */
export interface WorkOrder {
  readonly taskId: number
  readonly attemptId: number
  readonly title: string
  readonly order: Order
  /** What earlier attempts tried and how they ended, for the prompt; empty for the first. */
  readonly history: readonly string[]
  /** Questions about the task that persons answered, each with its answer, oldest first. */
  readonly answers?: readonly string[]
  /** Where the task comes from, and what was said about its work; absent for nothing. */
  readonly notes?: readonly OrderNote[]
  /** The client's own session that this one goes on with; absent for a new one. */
  readonly resume?: ResumedSession
  /** Absolute folder of this attempt, for files the plan asks for. */
  readonly attemptDir: string
  readonly asRoot: boolean
  /** How long we let it run, so that a client's own limit can end it before. */
  readonly limitMs: number
}

/** One flag of a client's call, as a row. */
export interface Flag {
  /** As it is written: `--name`, `-c`. */
  readonly flag: string
  readonly values: readonly string[]
  /** An optional one is left out where the build lacks it; without a required one the call makes no sense. */
  readonly need: 'required' | 'optional'
  /** Known to work though no help lists it: the help then says nothing about it. */
  readonly hidden?: true
  /** Its first value belongs to its name, as in `--disable FEATURE`: each such pair is a row of its own. */
  readonly keyed?: true
}

/** A planned call, without the flags that the build lacks. */
export interface Plan {
  /** Program name or path, not yet resolved. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
  readonly files: Readonly<Record<string, string>>
  /** What proves that the order arrived: the start itself, or the client's first event. */
  readonly receipt: 'executed' | 'first_event'
  /** Names of the optional flags that are left out. */
  readonly leftOut: readonly string[]
  /** Where `program` is a shell that would only wait for one program: that program's name and its words. */
  readonly unshelled?: readonly string[]
}

/** What a stream reader noticed. */
export type Noticed =
  | { readonly kind: 'first_event'; readonly what: string }
  | { readonly kind: 'model_output' }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'usage'; readonly usage: Usage }
  /** What the account may still use, as its provider told the client. */
  | { readonly kind: 'quota'; readonly words: readonly QuotaWord[] }

/** Reads a session's standard output as it grows. Stateful, cheap, bounded in memory. */
export interface StreamReader {
  feed(chunk: string): readonly Noticed[]
  /** Whether the client has told its result: it has nothing more to do. Absent where no event tells it. */
  isFinished?(): boolean
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
  /** Why we stopped it, if we did: `timeout`, `silence`, `finished`, `cancelled`, `operator`. */
  readonly stoppedBy: string | null
  /** What was seen that led to that stop, one sentence. */
  readonly stopEvidence?: string
  readonly summary: StreamSummary
  readonly outHead: string
  readonly outTail: string
  readonly errHead: string
  readonly errTail: string
  readonly durationMs: number
  readonly now: number
}

/** What is known of a client without loading what drives it: light, for every command. */
export interface AgentCard {
  readonly name: string
  /** The program looked for on the PATH when the configuration names none; null when it must name one. */
  readonly program: string | null
  /** The client it drives and the service behind it, for their lanes; absent for plain programs, which have none. */
  readonly client?: ClientCard
  /** The kinds of work this agent takes, given its configuration. */
  takes(settings: AgentSettings): readonly WorkKind[]
}

/** A client as far as its lanes and its credential are concerned. */
export interface ClientCard {
  readonly cli: string
  readonly provider: string
  /** The variable that moves the folder in which the client keeps its login. */
  readonly homeIn: string
  /** Variables that carry a credential of it. */
  readonly secretsIn: readonly string[]
  /** Where its login lies, below the folder of `homeIn`, or the user's own; and what it writes to below that one. */
  readonly login: { readonly inHome: string; readonly inUser: string }
  readonly keepsIn: readonly string[]
}

export interface AgentAdapter extends AgentCard {
  /** How a build tells of itself; null for plain programs, of which nothing is known. */
  readonly asks: BuildQuestions | null
  /** The flags of one call, in order; none for plain programs. Pure. */
  flags(settings: AgentSettings, work: WorkOrder): readonly Flag[]
  /**
   * The optional flags on which a refused call is to be pinned, by name: those it complains of, or all that were sent
   * where it gives no reason. None when it names a required one or another cause. Pure.
   */
  refusedFlags(
    settings: AgentSettings,
    work: WorkOrder,
    ending: Ending,
    unsent: ReadonlySet<string>,
  ): readonly string[]
  /** Pure. `lacks` names flags to be left out. Throws OperatingError `agent.*` for a configuration it cannot serve. */
  plan(settings: AgentSettings, work: WorkOrder, lacks?: ReadonlySet<string>): Plan
  reader(): StreamReader
  /** Pure. Judges a proven end of an executed program. */
  judge(ending: Ending): Verdict
}

/** The calls by which a build tells its version and its options, and the environment that keeps them quiet. */
export interface BuildQuestions {
  readonly version: readonly string[]
  readonly help: readonly string[]
  readonly env: Readonly<Record<string, string>>
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
  /** An ISO time as a moment; one without a zone is meant in `zone`. Null when it is none. */
  timeIn(text: string, zone: string): number | null
}

/** An agent as far as its client's build is concerned. */
export interface Probed {
  readonly adapter: AgentAdapter
  readonly settings: AgentSettings
}

/** Why a flag is left out, and since when. */
export interface LackedFlag {
  readonly why: string
  readonly at: number
}

/** What is known of the flags of the client builds of this host. */
export interface FlagBook {
  /** The optional flags this agent's build lacks, by name. Probes a build that is new or has changed. */
  lacks(agent: Probed): Promise<ReadonlyMap<string, LackedFlag>>
  /** Learns that the build refused these flags. Holds until the build changes. */
  drop(agent: Probed, flags: readonly string[], why: string): Promise<void>
}

/** What is known of the configurations that clients of this host take. */
export interface GoodSettings {
  /** The settings to call with: the given ones, or the last good ones while these are refused. */
  inForce(settings: AgentSettings): AgentSettings
  /** A session with these settings ended well. True when they had been refused before. */
  worked(settings: AgentSettings): boolean
  /** The client refused them for good. What is used instead from now on, or null where nothing better is known. */
  refused(settings: AgentSettings): readonly string[] | null
}

/** One build of a client, known by its content. */
export interface Build {
  /** Where the PATH leads, and the file behind all links. */
  readonly path: string
  readonly realPath: string
  /** What it answers to `--version`; null when it does not. */
  readonly version: string | null
  /** SHA-256 of the file. */
  readonly hash: string
  /** The options its help lists; null when the help could not be read. */
  readonly options: readonly string[] | null
  /** Why version or help are not known; null when they are. */
  readonly trouble: string | null
  readonly probedAt: number
  /** Optional flags it refused at run time. */
  readonly refused: Readonly<Record<string, LackedFlag>>
}

/** The free self-test of an agent's client: the program is there, answers, and knows the required flags. */
export interface SelfTest {
  readonly passed: boolean
  /** What was seen, one sentence. */
  readonly evidence: string
}

/** A build as it is now. */
export interface SeenBuild {
  readonly build: Build
  /** The one that was there before, until its change has been `told`; else null. */
  readonly was: Pick<Build, 'version' | 'hash'> | null
}

/** One flag of an agent's calls, as its build takes it. */
export interface FlagStanding {
  readonly flag: string
  readonly need: Flag['need']
  readonly sent: boolean
  /** Why it is left out, or is sent although the help does not list it; null when all is well. */
  readonly why: string | null
}

/** Looks at client builds: fingerprint, version, capabilities. Asks a build once, and again when its file changes. */
export interface Builds extends FlagBook {
  /** Null for plain programs, and where the program is not found. `anew` asks a known build again. */
  look(agent: Probed, anew?: boolean): Promise<SeenBuild | null>
  /** What `look` saw has been made known. */
  told(agent: Probed, build: Build): Promise<void>
  /** Every flag of this agent's calls. */
  standing(agent: Probed): Promise<readonly FlagStanding[]>
  selfTest(agent: Probed): Promise<SelfTest>
}
