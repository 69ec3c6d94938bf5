// What people do besides wanting work: each deed a name and an act, through the verbs that the command line uses. A room
// brings its deeds in a file of its own and one row in all.ts.

import { OperatingError } from '../../src/base/errors.ts'
import type { Fenced } from '../../src/model/refusal.ts'
import type { ConfigFile } from '../config.ts'
import type { DaemonKeeper } from '../daemons.ts'
import type { Machine } from '../machine.ts'
import type { World } from '../world.ts'

/** What people of the world can lay hands on. */
export interface PeopleDeps {
  readonly world: World
  readonly config: ConfigFile
  readonly keeper: DaemonKeeper
}

/** One planned act: plain data. */
export interface Act {
  readonly id: string
  readonly atMs: number
  readonly deed: string
  /** The wanted work it is about. */
  readonly ref: string
  readonly host: number
}

/** What an act is about, found. */
export interface Subject {
  readonly ref: string
  /** Null while the work was not added yet. */
  readonly taskId: number | null
  readonly machine: Machine
  readonly now: number
}

export interface Deed {
  readonly name: string
  readonly act: (deps: PeopleDeps, subject: Subject) => Promise<void>
}

/** Who signs. */
export const by = 'ann'

/** A deed at a task that is there. */
export const taskDeed = (
  name: string,
  act: (deps: PeopleDeps, taskId: number, subject: Subject) => Promise<void>,
): Deed => ({
  name,
  async act(deps, subject) {
    if (subject.taskId !== null) await act(deps, subject.taskId, subject)
  },
})

/** Keeps count of what people are refused. */
export const tellOf =
  (world: World) =>
  (answer: Fenced): void => {
    if (!answer.ok) world.truth.count(`person refused ${answer.refusal.code}`)
  }

/** The same of what is refused by throwing. */
export const refusedOf =
  (world: World) =>
  (error: unknown): void => {
    if (!(error instanceof OperatingError)) throw error
    world.truth.count(`person refused ${error.code}`)
  }
