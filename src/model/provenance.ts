// Where a task comes from when no person wanted it by hand: the task it came from, the one at the root of all that, and how
// many steps lie between. Work that machines make is bounded by it, for recovery that recovers recovery fills a fleet
// overnight (156 items in ten minutes, incident 13; a sensor that fed on its own output, incident 5). Pure.

import { type Refusal, refusal } from './refusal.ts'

/** What makes a task, besides a person. */
export type Origin =
  /** A session wants something done as a task of its own. */
  | { readonly kind: 'session'; readonly taskId: number; readonly attemptId: number }
  /** A sensor saw something; `taskId` where it saw it in the work at a task. `most` sensors in a row; 1 when absent. */
  | { readonly kind: 'sensor'; readonly taskId: number | null; readonly most?: number }
  /** A task's work is to be judged. */
  | { readonly kind: 'review'; readonly taskId: number }
  /** A convoy is to land. */
  | { readonly kind: 'landing' }
  /** A schedule is due. */
  | { readonly kind: 'schedule' }

export type OriginKind = Origin['kind']

export interface Provenance {
  readonly taskId: number
  readonly kind: OriginKind
  /** The task it came from; null for the first of its line. */
  readonly parent: number | null
  /** The first of its line: a task that a person wanted, or the first one that a machine made. */
  readonly root: number
  /** How many machines stand between it and a person. */
  readonly depth: number
  /** How many sensors stand above it or made it: what sensors see in the work at it makes no work, as far as nobody allowed more. */
  readonly sensed: number
}

/** So many steps away from a person and no further. */
export const depthMax = 3
/** Tasks that one session may add. */
export const perAttemptMax = 50
/** Tasks that sessions and sensors may bring forth below one root, in all. */
export const perRootMax = 200

export interface MadeBefore {
  readonly byAttempt: number
  readonly belowRoot: number
}

const sayIt = 'say in your own report what is left to do; a person adds it'

/** Why this may not be made; null where it may. Reviews and landings are bounded by their own laws, and are not refused. */
export function whyNotMade(
  origin: Origin,
  parent: Pick<Provenance, 'depth' | 'root' | 'sensed'> | null,
  made: MadeBefore,
): Refusal | null {
  if (origin.kind !== 'session' && origin.kind !== 'sensor') return null
  const { taskId } = origin
  if (taskId === null) return null
  if (origin.kind === 'sensor' && (parent?.sensed ?? 0) >= (origin.most ?? 1))
    return refusal(
      'provenance.own_output',
      `task ${taskId} was itself brought by a sensor: recovery makes no recovery`,
      'a person adds it, where it is wanted all the same',
    )
  if (origin.kind === 'session' && (parent?.depth ?? 0) >= depthMax)
    return refusal(
      'session.too_deep',
      `task ${taskId} was itself added by a session of a session: ${depthMax} levels are the most`,
      sayIt,
    )
  if (origin.kind === 'session' && made.byAttempt >= perAttemptMax)
    return refusal(
      'session.too_many',
      `this session has added ${made.byAttempt} tasks already`,
      sayIt,
    )
  if (made.belowRoot >= perRootMax)
    return refusal(
      'provenance.budget',
      `${made.belowRoot} tasks have come from task ${parent?.root ?? taskId} by themselves already`,
      'a person adds it, where it is wanted all the same',
    )
  return null
}

/** Where a task comes from, as a sentence. */
export function provenanceSentence({ kind, parent, root, depth }: Provenance): string {
  const from = parent === null ? '' : ` from task ${parent}`
  const line = parent === null || parent === root ? '' : `, at the root of it task ${root}`
  const far = depth === 1 ? 'one step' : `${depth} steps`
  return `made by a ${kind}${from}${line}: ${far} from a person`
}
