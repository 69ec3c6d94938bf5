// The configuration in force: always a valid one, whatever stands in the file.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { usage } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { diffConfigs } from '../../../src/drivers/config/diff.ts'
import type { ConfigSource, LoadedConfig } from '../../../src/drivers/config/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type ConfigKeeper, keepConfig } from '../../../src/loops/config/watch.ts'
import type { FactBody } from '../../../src/model/fact.ts'
import { fleetConfig } from '../../support/nouns.ts'
import { until } from '../../support/until.ts'

const loaded = (slots: number): LoadedConfig => {
  const config = fleetConfig({ slots })
  return { config, hash: `slots ${slots}`, redacted: config, missing: [] }
}

/** A file that a test edits: a number of slots, or null while it is invalid. */
function editable(first: number) {
  let slots: number | null = first
  let changed = () => {}
  const source: ConfigSource = {
    path: 'midwatch.yaml',
    async load() {
      if (slots === null) throw usage('config.invalid', 'line 3: unknown key', 'mend it')
      return loaded(slots)
    },
    lastGood: async () => null,
    watch(onChange) {
      changed = onChange
      return () => {}
    },
  }
  const edit = (to: number | null) => {
    slots = to
    changed()
  }
  return { source, edit }
}

let store: Store
let keeper: ConfigKeeper
let file: ReturnType<typeof editable>
beforeEach(async () => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
  file = editable(2)
  keeper = keepConfig(
    { source: file.source, store, clock: systemClock, diff: diffConfigs, onChange: () => {} },
    loaded(2),
  )
  await systemClock.sleep(0)
})
afterEach(async () => {
  await keeper.stop()
  await store.close()
})

/** Waits, within a bound, until that many facts are written. */
async function facts(count: number): Promise<FactBody[]> {
  const written = () => store.facts({ limit: 10 })
  await until(async () => (await written()).length >= count)
  return (await written()).map(({ body }) => body)
}

test('a valid change is in force at once and becomes a fact with its difference', async () => {
  file.edit(3)
  expect(await facts(1)).toEqual([
    { kind: 'config.loaded', hash: 'slots 3', diff: ['slots: 2 → 3'] },
  ])
  expect(keeper.current().config.slots).toBe(3)
})

test('an invalid change leaves the last good one in force and is told once', async () => {
  file.edit(null)
  expect(await facts(1)).toEqual([{ kind: 'config.refused', error: 'line 3: unknown key' }])
  expect(keeper.current().config.slots).toBe(2)
  file.edit(null)
  file.edit(4)
  const kinds = (await facts(2)).map(({ kind }) => kind)
  expect(kinds).toEqual(['config.refused', 'config.loaded'])
  expect(keeper.current().config.slots).toBe(4)
})
