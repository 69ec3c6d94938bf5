// What may be done in which state, one table, and the sentence why not: the API refuses by it, the page disables by it,
// and both say the same. The store's fences stay the last word; this is the word before the click.

import { type AgainSight, whyNotAgain } from '../lifecycle/intake/again.ts'
import { type Gate, houseName } from '../model/gate.ts'
import { type Refusal, refusal } from '../model/refusal.ts'
import { settledAlready, takenAlready } from '../model/task-refusals.ts'
import type { AttemptState } from '../model/transitions.ts'

export const taskActs = ['hold', 'release', 'cancel', 'again', 'edit', 'done', 'fail'] as const
export type TaskAct = (typeof taskActs)[number]

export const laneActs = ['pin', 'pause', 'drain', 'reset', 'resume', 'probe'] as const
export type LaneAct = (typeof laneActs)[number]

/** Null where it may be done; else why not, and what to do instead. */
export type Can = Refusal | null

/** What the table looks at of a task. */
export interface TaskSight {
  readonly task: AgainSight
  readonly liveHolds: number
}

const settled: Judge<TaskSight> = ({ task }) =>
  task.state === 'settled' ? settledAlready(task) : null

const taken: Judge<TaskSight> = ({ task }) => (task.state === 'taken' ? takenAlready(task) : null)

const noHolds: Judge<TaskSight> = ({ task, liveHolds }) =>
  liveHolds === 0
    ? refusal(
        'task.no_holds',
        `no hold is on task ${task.id}`,
        `\`midwatch why ${task.id}\` says what it waits for`,
      )
    : null

const notAgain: Judge<TaskSight> = ({ task }) => whyNotAgain(task)

type Judge<S> = (sight: S) => Can

const taskTable: Readonly<Record<TaskAct, readonly Judge<TaskSight>[]>> = {
  hold: [settled, taken],
  release: [settled, noHolds],
  cancel: [settled],
  again: [notAgain],
  edit: [settled, taken],
  done: [settled],
  fail: [settled],
}

/** What the table looks at of a lane. */
export interface LaneSight {
  readonly gate: Gate
  /** Failures in a row that it remembers. */
  readonly streak: number
  /** Whether anything is under way that passed it. */
  readonly busy: boolean
}

const byPerson = (gate: Gate): boolean => gate.state === 'pinned' && gate.by !== houseName

const pinnedAlready: Judge<LaneSight> = ({ gate }) =>
  gate.state === 'pinned' && byPerson(gate)
    ? refusal(
        'gate.pinned',
        `${gate.by} has pinned ${gate.lane}: ${gate.reason}`,
        `\`midwatch gate resume ${gate.lane}\``,
      )
    : null

const nothingToReset: Judge<LaneSight> = ({ gate, streak }) =>
  gate.state === 'passing' && gate.ramp === undefined && streak === 0
    ? refusal(
        'gate.passing',
        `${gate.lane} is passing and has no failures in a row: there is nothing to reset`,
        'nothing needs to be done',
      )
    : null

const notPaused: Judge<LaneSight> = ({ gate }) => {
  if (byPerson(gate)) return null
  return gate.state === 'passing'
    ? refusal('gate.not_paused', `${gate.lane} is passing, nobody paused it`, 'nothing to resume')
    : refusal(
        'gate.not_paused',
        `${gate.lane} is ${gate.state} by its failures, nobody paused it: ${gate.reason}`,
        `\`midwatch gate reset ${gate.lane}\` if you have mended it`,
      )
}

const nothingToProbe: Judge<LaneSight> = ({ gate }) => {
  if (gate.state === 'shut') return null
  if (gate.state === 'probing')
    return refusal(
      'gate.probing',
      gate.canary === null
        ? `${gate.lane} is being probed: the next attempt is its canary`
        : `${gate.lane} is being probed by attempt ${gate.canary}`,
      'wait for its end',
    )
  return gate.state === 'passing'
    ? refusal('gate.passing', `${gate.lane} is passing, there is nothing to probe`, 'nothing to do')
    : refusal(
        'gate.pinned',
        `${gate.lane} is pinned by ${gate.by}, and no probe reopens what is pinned`,
        `\`midwatch gate reset ${gate.lane}\``,
      )
}

const laneTable: Readonly<Record<LaneAct, readonly Judge<LaneSight>[]>> = {
  pin: [pinnedAlready],
  pause: [pinnedAlready],
  drain: [pinnedAlready],
  reset: [nothingToReset],
  resume: [notPaused],
  probe: [nothingToProbe],
}

/** Whether this may be done to a task now. */
export const canTask = (act: TaskAct, sight: TaskSight): Can => first(taskTable[act], sight)

/** Whether this may be done to a lane now. */
export const canLane = (act: LaneAct, sight: LaneSight): Can => first(laneTable[act], sight)

/** Whether a session may be asked to stop. */
export function canStop(attempt: {
  readonly id: number
  readonly state: AttemptState
  readonly stop: { readonly by: string } | null
}): Can {
  if (attempt.state === 'ended')
    return refusal('attempt.ended', `attempt ${attempt.id} has ended`, 'nothing to stop')
  return attempt.stop === null
    ? null
    : refusal(
        'attempt.stopping',
        `attempt ${attempt.id} was asked to stop by ${attempt.stop.by}`,
        'its dispatcher sees to it',
      )
}

/** Every act with its answer, for the page. */
export const taskCans = (sight: TaskSight): Record<TaskAct, Can> =>
  Object.fromEntries(taskActs.map((act) => [act, canTask(act, sight)])) as Record<TaskAct, Can>

export const laneCans = (sight: LaneSight): Record<LaneAct, Can> =>
  Object.fromEntries(laneActs.map((act) => [act, canLane(act, sight)])) as Record<LaneAct, Can>

function first<S>(judges: readonly Judge<S>[], sight: S): Can {
  for (const judge of judges) {
    const why = judge(sight)
    if (why !== null) return why
  }
  return null
}
