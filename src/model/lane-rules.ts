// Which endings charge which lanes, when that shuts a lane, and how it comes back: the lane half of ARCHITECTURE §4's
// table. One streak per lane over all classes that charge it; the row of the newest failure decides.

import type { Blame, FailureClass, Verdict } from './failure.ts'

export const laneKinds = ['fleet', 'host', 'provider', 'account', 'cli', 'agent', 'model'] as const
/** Kinds of lanes that learn from attempts, widest first. Calm windows and budgets have judges of their own. */
export type LaneKind = (typeof laneKinds)[number]

const kindsByHead: ReadonlyMap<string, LaneKind> = new Map(laneKinds.map((kind) => [kind, kind]))

/** The kind of a lane by its name, or null when attempts teach it nothing. */
export function laneKind(lane: string): LaneKind | null {
  const at = lane.indexOf(':')
  return kindsByHead.get(at < 0 ? lane : lane.slice(0, at)) ?? null
}

/** How far a session came. A failure that shows only at one stage is not disproved by reaching an earlier one. */
const stages = ['start', 'order', 'speech', 'end'] as const
export type Stage = (typeof stages)[number]
export const reaches = (stage: Stage, wanted: Stage): boolean =>
  stages.indexOf(stage) >= stages.indexOf(wanted)

/** How a shut lane comes back. */
export type Return =
  /** Each failed probe takes the next wait; the last one repeats. */
  | { readonly by: 'waits'; readonly waitsMs: readonly number[] }
  /** At the stated reset; by the waits where none was stated; by a person where no waiting helps. */
  | { readonly by: 'reset'; readonly waitsMs: readonly number[] }
  | { readonly by: 'person' }

export interface LaneRule {
  readonly class: FailureClass
  readonly lane: LaneKind
  /** How many in a row on distinct tasks shut it. */
  readonly after: number
  /** They must also come from at least two of these; one alone is that one's own trouble. */
  readonly across?: 'agent' | 'provider'
  /** Only endings with this blame. */
  readonly blamed?: Blame
  readonly back: Return
  /** The stage an attempt must reach to disprove it. */
  readonly proof: Stage
  /** Which shut in a row is worth an incident; a start that failed once is not. */
  readonly tellAfter: number
}

const minute = 60_000
const shortWaits = [1, 2, 5, 10, 30].map((n) => n * minute)
const startWaits = [0.5, 1, 2, 5, 10, 30].map((n) => n * minute)
const longWaits = [60, 120, 240].map((n) => n * minute)

const waits = (waitsMs: readonly number[]): Return => ({ by: 'waits', waitsMs })
const person: Return = { by: 'person' }

const rule = (
  name: FailureClass,
  lane: LaneKind,
  after: number,
  back: Return,
  proof: Stage,
  more: Partial<LaneRule> = {},
): LaneRule => ({ class: name, lane, after, back, proof, tellAfter: 1, ...more })

/** Every row. `lost` and `interrupted` charge nothing; three losses within a minute are one incident (`massLoss`). */
export const laneRules: readonly LaneRule[] = [
  rule('tool_permission', 'agent', 3, person, 'end'),
  rule('rate_limited', 'account', 1, { by: 'reset', waitsMs: shortWaits }, 'speech'),
  rule('credits_depleted', 'account', 1, person, 'speech'),
  rule('auth_error', 'account', 1, person, 'speech'),
  rule('overloaded', 'provider', 3, waits(shortWaits), 'speech'),
  rule('network', 'provider', 3, waits(shortWaits), 'speech'),
  rule('network', 'host', 3, waits(shortWaits), 'speech', { across: 'provider' }),
  rule('model_unavailable', 'agent', 1, person, 'speech'),
  // An agent with fallback models has a lane for each: the others go on meanwhile, and this one is tried again.
  rule('model_unavailable', 'model', 1, waits(longWaits), 'speech'),
  // Blamed on nobody it was an optional flag, which is left out from now on.
  rule('argument_error', 'cli', 1, person, 'order', { blamed: 'cli' }),
  rule('launch_failed', 'agent', 1, waits(startWaits), 'order', { tellAfter: 3 }),
  rule('launch_failed', 'host', 3, waits(shortWaits), 'start', { across: 'agent' }),
  rule('resource_exhausted', 'agent', 1, waits(startWaits), 'order', { tellAfter: 3 }),
  rule('resource_exhausted', 'host', 3, waits(shortWaits), 'start', { across: 'agent' }),
  rule('unknown', 'agent', 3, waits(longWaits), 'end', { blamed: 'nobody' }),
  rule('unknown', 'fleet', 3, waits(longWaits), 'end', { blamed: 'nobody' }),
]

/** Whether a rule is about starts of an agent, of which the configuration says how many may fail in a row. */
export const isOfStarts = ({ lane, tellAfter }: Pick<LaneRule, 'lane' | 'tellAfter'>): boolean =>
  lane === 'agent' && tellAfter > 1

/** Every ending asks for every lane, and most classes charge none. */
const rulesByClass = Map.groupBy(laneRules, (one) => one.class)

/** By which rule a class charges lanes of this kind, whoever is blamed. */
export const ruleOf = (kind: LaneKind, name: FailureClass): LaneRule | null =>
  rulesByClass.get(name)?.find(({ lane }) => lane === kind) ?? null

/** The rule by which this ending charges a lane of this kind, or null. What the task is blamed for charges no lane. */
export function chargeOf(kind: LaneKind, name: FailureClass, blame: Blame): LaneRule | null {
  if (blame === 'task') return null
  const found = ruleOf(kind, name)
  return found === null || (found.blamed ?? blame) !== blame ? null : found
}

/** Whether an ending may shut any lane, so that nothing may pass its lanes until it is folded. */
export const chargesLanes = ({ class: name, blame }: Pick<Verdict, 'class' | 'blame'>): boolean =>
  laneKinds.some((kind) => chargeOf(kind, name, blame) !== null)

/** The stage from which an attempt is evidence for a lane of this kind (ARCHITECTURE §5). A fleet needs a good ending. */
export const leastStage: Readonly<Record<LaneKind, Stage>> = {
  fleet: 'end',
  host: 'start',
  provider: 'speech',
  account: 'speech',
  cli: 'order',
  agent: 'order',
  model: 'speech',
}

const all: readonly LaneKind[] = ['provider', 'account', 'cli', 'agent', 'model']

/**
 * Which lanes an ending speaks well of: those it proves to have answered. The others it tells nothing about. A swallowed
 * call (`hollow`) proves nothing, and an answer "you may not" proves that somebody answered.
 */
export const endingProves: Readonly<Record<FailureClass, readonly LaneKind[]>> = {
  success: ['fleet', ...all],
  task_failed: all,
  max_turns: all,
  timeout: all,
  hollow: [],
  context_too_large: all,
  content_refused: all,
  tool_permission: ['provider', 'account', 'cli'],
  rate_limited: ['provider', 'cli'],
  credits_depleted: ['provider', 'cli'],
  auth_error: ['provider', 'cli'],
  overloaded: ['cli'],
  network: ['cli'],
  model_unavailable: ['provider', 'account', 'cli', 'agent'],
  argument_error: [],
  session_conflict: [],
  launch_failed: [],
  resource_exhausted: [],
  lost: [],
  interrupted: [],
  unknown: [],
}

/** Endings that tell nothing at all: a canary that ends so is simply repeated. */
export const tellsNothing: ReadonlySet<FailureClass> = new Set([
  'lost',
  'interrupted',
  'session_conflict',
])

/**
 * Endings whose cause is known to be their task's own: somebody worked, and was not done. A swallowed call (`hollow`) is
 * charged to its task as well, but nobody knows why it was.
 */
export const understood: ReadonlySet<FailureClass> = new Set([
  'task_failed',
  'max_turns',
  'timeout',
  'context_too_large',
  'content_refused',
])

/**
 * So many canaries since a fleet shut whose endings are understood bring it back, which as many that nobody understands had shut. Else a
 * last task that cannot succeed would be tried for ever, for a good ending that never comes.
 */
export const understoodEnough = 3

/** Losses on one host that are one incident: how many, within which time. */
export const massLoss = { count: 3, withinMs: minute } as const

/** A lane that shuts again this soon after its return goes on with the incident and the waits it had. */
export const relapseMs = 30 * minute

/** Slots after a return, each step by one attempt that gave evidence; then any number. */
export const rampSteps: readonly number[] = [1, 2, 4]

/** A ramp under which nothing is under way and nothing failed for this long is over. */
export const rampQuietMs = 10 * minute
