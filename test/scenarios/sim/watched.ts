// A town that is watched as a real one is: the real daemon with everything it keeps house with, and the real sentinel beside
// it, who judges by what the mechanisms themselves tell. What a scenario breaks, it breaks for the daemon alone.

import { present } from '../../../src/base/assert.ts'
import { failed } from '../../../src/base/errors.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { Parts } from '../../../src/fleet.ts'
import { viewOf } from '../../../src/loops/sentinel/view.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import { defaultExpect, type Finding, findings, type FleetView } from '../../../src/model/expect.ts'
import type { MechanismState } from '../../../src/model/mechanism.ts'
import { standingOf } from '../../../src/sentinel.ts'
import { fleetFor } from '../../../sim/daemons.ts'
import { simulatedHouse } from '../../../sim/housekeeping.ts'
import { Life } from '../../../sim/mortal.ts'
import { beginSentinel } from '../../../sim/supervised.ts'
import { fleet, type FleetWords, type Given, minute, type Town, townOf } from './language.ts'

export interface Watching {
  readonly town: Town
  /** Incidents of post-conditions, open or over, by name. */
  accused(): Promise<readonly string[]>
  /** What an onlooker would find now: what `midwatch status` judges by. */
  found(): Promise<readonly Finding[]>
  view(): Promise<FleetView>
  /** What a mechanism of the host last told. */
  told(name: string): Promise<MechanismState>
  /** From now on these verbs of the store fail for the daemon. */
  fails(...verbs: readonly (keyof Store)[]): void
  /** From now on the daemon's store answers so. */
  answers(verbs: Partial<Store>): void
}

export interface WatchedWords extends FleetWords {
  /** How long the sentinel waits before it calls somebody silent; it looks six times in that time. */
  readonly patienceMs?: number
  /** Whether what sessions print is kept within its room, which is looked at every two seconds. */
  readonly trims?: boolean
  /** Without it nobody keeps house, which is looked at every minute. */
  readonly keepsHouse?: boolean
  /** What the daemon stands on otherwise. */
  readonly parts?: (parts: Parts) => Parts
}

/** Sets a watched town up. Whoever goes through it lets its time go on. */
export async function watchedTown(
  words: WatchedWords,
  ...givens: readonly Given[]
): Promise<Watching> {
  const { patienceMs = 6 * minute, configured = (config) => config, parts: others } = words
  const broken: Partial<Record<string, unknown>> = {}
  const watched = (config: FleetConfig) =>
    configured({ ...config, sentinel: { patienceMs, restartWaitsMs: [0], remedy: null } })
  let town: Town | null = null
  town = townOf([fleet({ ...words, configured: watched }), ...givens], {
    peopleAway: true,
    parts(parts, { what }) {
      if (what !== 'daemon') return parts
      return { ...(others?.(parts) ?? parts), store: overlaid(parts.store, broken) }
    },
    options(machine) {
      if (words.keepsHouse === false) return { pulses: true }
      const { trimmer, ...house } = simulatedHouse(present(town, 'it stands').world, machine)
      return { pulses: true, house: words.trims === true ? { ...house, trimmer } : house }
    },
  })
  const machine = town.machine(0)
  const { keeping, world } = town.setting
  const one = { life: new Life(() => {}), process: machine.processes.spawn('sentinel') }
  beginSentinel(keeping, machine, one)
  const onlooker = fleetFor(keeping, machine, one)
  const { store } = world
  const config = town.setting.config.lastGood
  const view = () => {
    const standing = () => standingOf(onlooker, config)
    const expect = config.expect ?? defaultExpect
    return viewOf({ store, standing, named: () => config }, expect, onlooker.clock.now())
  }
  return {
    town,
    view,
    async accused() {
      const all = await store.incidents({ openOnly: false, limit: 100 })
      return all.flatMap(({ key }) => (key.startsWith('expect:') ? [key.slice(7)] : [])).sort()
    },
    found: async () => findings(await view(), config.expect ?? defaultExpect),
    async told(name) {
      const all = await store.mechanisms()
      return present(
        all.find((one) => one.name === name),
        `${name} has told something`,
      )
    },
    fails(...verbs) {
      for (const verb of verbs)
        broken[verb] = async () => {
          throw failed('store.broken', 'the database says no', 'mend it')
        }
    },
    answers: (verbs) => void Object.assign(broken, verbs),
  }
}

/** The store as it is, save for what is put before it later. */
function overlaid(store: Store, over: Partial<Record<string, unknown>>): Store {
  const seen = Object.entries(store).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value] as const
    const call = value as (...args: unknown[]) => unknown
    const other = (...args: unknown[]) => ((over[name] as typeof call | undefined) ?? call)(...args)
    return [name, other] as const
  })
  return Object.fromEntries(seen) as unknown as Store
}
