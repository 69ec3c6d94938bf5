// What else a wanted task may ask for or do, beyond what every task has: a trait is drawn for some tasks, shapes the want, and
// may act in the session. A room brings its trait in a file of its own and one row in all.ts; what it draws shifts no
// other chance.

import type { Want } from '../../src/lifecycle/intake/enqueue.ts'
import type { Chance } from '../chance.ts'
import type { Session } from '../session.ts'
import type { World } from '../world.ts'

export interface Trait {
  readonly name: string
  /** Plain data for a task that has the trait; undefined for one that has not. */
  readonly draw: (chance: Chance, atMs: number) => unknown
  /** Shapes what is wanted. */
  readonly want?: (want: Want, drawn: unknown, world: World) => Want
  /** Acts when a session of the task begins its work. */
  readonly begins?: (session: Session, drawn: unknown) => void
  /** Acts when good work comes to its end. */
  readonly ends?: (session: Session, drawn: unknown) => void
}
