// Two hosts whose clocks are an hour apart, and an agent whose program is missing on one of them: the host behind sees it
// fail, and to the host ahead the wait was over before it began. Shut, probed and tested came 58 times in ten minutes.

import { afterEach, expect, test } from 'vitest'

import { chanceOf } from '../../../sim/chance.ts'
import { clockOf, Time, Timeline } from '../../../sim/clock.ts'
import type { Clock } from '../../../src/base/clock.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { createGatekeeper, type Gatekeeper } from '../../../src/loops/dispatch/gates.ts'

const minute = 60_000
const hour = 60 * minute
const lane = 'agent:ann'

/** A fleet of two gatekeepers over one store. Only the one that is behind misses the program. */
class TwoClocks {
  readonly time = new Time(1_800_000_000_000)
  readonly store: Store
  programIsThere = false
  readonly #behind: Clock = clockOf(new Timeline(this.time))
  readonly #ahead: Clock
  readonly #keepers: readonly Gatekeeper[]

  constructor(aheadMs: number) {
    const clocks = new Timeline(this.time)
    clocks.step(aheadMs)
    this.#ahead = clockOf(clocks)
    const random = chanceOf('two clocks')
    this.store = openSqlite({ path: ':memory:', clock: this.#behind, random, soon: queueMicrotask })
    this.#keepers = [this.#behind, this.#ahead].map((clock, i) =>
      createGatekeeper({
        store: this.store,
        clock,
        random,
        host: { name: `h${i}` },
        selfTest: async () => ({
          said: i === 1 || this.programIsThere ? 'none' : 'failed',
          evidence: 'it is not there',
          print: null,
        }),
      }),
    )
  }

  /** Time goes on; each host looks every four seconds, as hosts do that have work. */
  async goOn(ms: number): Promise<void> {
    for (const untilMs = this.time.nowMs + ms; this.time.nowMs < untilMs; ) {
      for (const keeper of this.#keepers) {
        await keeper.fold()
        await keeper.probe()
        await keeper.prove()
      }
      await this.time.run(this.time.nowMs + 4_000)
    }
  }

  async gate() {
    return (await this.store.gates()).find((gate) => gate.lane === lane)
  }

  /** When it was shut and for how long, by the clock of who was behind. */
  async shuts() {
    const facts = await this.store.facts({ kinds: ['gate.shut'], limit: 1_000 })
    return facts.flatMap(({ at, body }) =>
      body.kind === 'gate.shut' ? [{ at, wait: body.wait }] : [],
    )
  }

  /** Its program is changed, so that it has to be tried: the first probe. */
  async begins(): Promise<void> {
    const body = { kind: 'config.loaded' as const, hash: 'new', diff: [], lanes: [lane] }
    await this.store.recordFacts({ bodies: [body], now: this.#ahead.now() })
  }
}

let town: TwoClocks | null = null
afterEach(() => town?.store.close())

test.each([[68 * minute], [-68 * minute], [5 * minute], [0]])(
  'an agent that fails its test on one host is probed less and less, though the other host is %i ms ahead',
  async (aheadMs) => {
    town = new TwoClocks(aheadMs)
    await town.begins()
    await town.goOn(4 * hour)
    const shuts = await town.shuts()
    expect(shuts.length).toBeGreaterThan(5)
    expect(shuts.length).toBeLessThan(20)
    expect(shuts.map(({ wait }) => wait)).toEqual(shuts.map((_, i) => i))
    const pauses = shuts.slice(1).map(({ at }, i) => at - (shuts[i]?.at ?? at))
    expect(Math.min(...pauses)).toBeGreaterThan(50_000)
    expect(Math.min(...pauses.slice(4))).toBeGreaterThan(25 * minute)
    town.programIsThere = true
    await town.goOn(hour)
    expect(await town.gate()).toMatchObject({ state: 'probing', canary: null })
  },
)
