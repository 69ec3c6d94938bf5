// What the conformance suite is run on: a store on a fresh database, more handles on the same one, and its back doors.
// The suite is a set of facts, told once and judged on every driver.

import { describe, it } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { DialectName } from '../../../../src/drivers/store/statement.ts'

export interface World {
  readonly dialect: DialectName
  readonly store: Store
  /** Another handle on the same database, as another process would have. Closed with the world. */
  another(): Promise<Store>
  /** Raw SQL past every verb, with the database's own defaults (on SQLite: no recursive triggers, no foreign keys). */
  sql(text: string): Promise<Record<string, unknown>[]>
  /** The same by the client program that people use; null where this machine has none. */
  readonly client: ((text: string) => { ok: boolean; said: string }) | null
  close(): Promise<void>
}

export type MakeWorld = () => Promise<World>

/** Titles are facts; each is judged on a world of its own. */
export type Facts = Readonly<Record<string, (world: World) => Promise<void>>>

/** A part of the suite: which verbs, and what is true of them. */
export const conformance =
  (name: string, facts: Facts) =>
  (makeWorld: MakeWorld): void => {
    describe(name, () => {
      for (const [title, judge] of Object.entries(facts))
        it(title, async () => {
          const world = await makeWorld()
          try {
            await judge(world)
          } finally {
            await world.close()
          }
        })
    })
  }
