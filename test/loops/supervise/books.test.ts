// What a supervisor tells of its children: an incident that it opened ends, also when it was another supervisor that opened it,
// and also when the store was away at that moment.

import { beforeEach, expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { Books } from '../../../src/loops/supervise/books.ts'
import { defaultSentinel } from '../../../src/model/sentinel.ts'

const clock: Clock = { now: () => 1_000_000, monotonicMs: () => 0, sleep: async () => {} }
let store: Store
let isAway = false
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  isAway = false
})

/** The books of a supervisor that begins now. */
async function begin(): Promise<Books> {
  const resolveIncident: Store['resolveIncident'] = async (input) => {
    if (isAway) throw new Error('the store is away')
    await store.resolveIncident(input)
  }
  const opened = { store: { ...store, resolveIncident }, host: 'anvil', pid: 7 }
  const open = async () => ({ ...opened, rules: defaultSentinel, close: async () => {} })
  const books = new Books(open, clock, () => {})
  await books.round()
  return books
}

const openKeys = async () =>
  (await store.incidents({ openOnly: true, limit: 9 })).map(({ key }) => key)
const endings = async () =>
  (await store.facts({ kinds: ['incident.resolved'], limit: 9 })).map(({ body }) => body)
const ended = {
  kind: 'incident.resolved',
  key: 'process:anvil:daemon',
  by: 'it has lived for ten minutes',
}

test('an incident that a supervisor opened before it died is ended by the next one', async () => {
  const first = await begin()
  first.troubled('daemon')
  await first.round()
  expect(await openKeys()).toEqual(['process:anvil:daemon'])
  const second = await begin()
  await second.calm('sentinel')
  expect(await openKeys()).toEqual(['process:anvil:daemon'])
  await second.calm('daemon')
  expect(await openKeys()).toEqual([])
  expect(await endings()).toEqual([ended])
})

test('an incident whose end could not be written is ended once the store is back', async () => {
  const books = await begin()
  books.troubled('daemon')
  await books.round()
  isAway = true
  await books.calm('daemon')
  expect(await openKeys()).toEqual(['process:anvil:daemon'])
  isAway = false
  await books.calm('daemon')
  expect(await openKeys()).toEqual([])
  await books.calm('daemon')
  expect(await endings()).toEqual([ended])
})

test('trouble that comes again after calm is told again, and ends again', async () => {
  const books = await begin()
  for (const times of [1, 2]) {
    await books.calm('daemon')
    books.troubled('daemon')
    await books.round()
    expect(await openKeys()).toEqual(['process:anvil:daemon'])
    await books.calm('daemon')
    expect(await openKeys()).toEqual([])
    expect(await endings()).toHaveLength(times)
  }
})
