// People are told once that something is out of order and once that it is over; what failed to reach them is tried again.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Message, Notifier } from '../../../src/drivers/notifiers/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { tellDue } from '../../../src/loops/notify/notify.ts'
import { noData } from '../../../src/model/incident.ts'

let store: Store
let now = 1_800_000_000_000
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const data = {
  ...noData,
  lane: 'account:team',
  needsPerson: true,
  classes: { auth_error: 1 },
  lanes: ['account:team'],
  tasks: [7],
  attempts: 1,
  changed: ['2026-11-20T00:00:00.000Z configuration abcd: agents.ann.model: a → b'],
  release: 'a person mends it: `midwatch gate reset account:team`',
}

function told(fails: () => boolean, name = 'mail'): { notifier: Notifier; messages: Message[] } {
  const messages: Message[] = []
  const tell = async (message: Message) => {
    if (fails()) throw new Error('no route')
    messages.push(message)
  }
  return { notifier: { name, tell }, messages }
}

const deps = (notifiers: Notifier[]) => ({
  store,
  clock: { ...systemClock, now: () => now },
  fleet: 'town',
  notifiers: () => notifiers,
  lookEveryMs: () => 1_000,
  onError: () => {},
})
const never = new AbortController().signal

test('one message on opening with what changed and how it ends, one on resolution with what brought it back', async () => {
  const { notifier, messages } = told(() => false)
  const reached = new Set<string>()
  await store.openIncident({ key: 'gate:account:team', title: 'account:team is pinned', data, now })
  await tellDue(deps([notifier]), reached, never)
  await store.openIncident({ key: 'gate:account:team', title: 'account:team is pinned', data, now })
  await tellDue(deps([notifier]), reached, never)
  expect(messages).toMatchObject([{ what: 'opened', needsPerson: true, key: 'gate:account:team' }])
  for (const words of [
    'waits for a person',
    'auth_error ×1',
    'gate reset account:team',
    'agents.ann.model',
  ])
    expect(messages[0]?.text).toContain(words)
  now += 3_600_000
  await store.resolveIncident({ key: 'gate:account:team', by: 'attempt 9 gave evidence', now })
  for (let i = 0; i < 3; i += 1) await tellDue(deps([notifier]), reached, never)
  expect(messages.map((one) => one.what)).toEqual(['opened', 'resolved'])
  for (const words of ['after 1h', 'attempt 9 gave evidence', 'tasks touched: 1'])
    expect(messages[1]?.text).toContain(words)
})

test('a message that did not get through is not told; it is tried again later, and only where it failed (incident 48)', async () => {
  let down = true
  const mail = told(() => down)
  const log = told(() => false, 'log')
  const both = deps([log.notifier, mail.notifier])
  const reached = new Set<string>()
  await store.openIncident({ key: 'disk', title: 'the disk is full', now })
  for (let i = 0; i < 5; i += 1) await tellDue(both, reached, never)
  expect((await store.incidents({ openOnly: true, limit: 9 }))[0]?.toldAt).toBeNull()
  expect(await store.facts({ kinds: ['incident.untold'], limit: 9 })).toHaveLength(1)
  down = false
  now += 29_999
  await tellDue(both, reached, never)
  expect(mail.messages).toEqual([])
  now += 1
  await tellDue(both, reached, never)
  expect([mail.messages.length, log.messages.length]).toEqual([1, 1])
  expect((await store.incidents({ openOnly: true, limit: 9 }))[0]?.toldAt).toBe(now)
})

test('two daemons tell once between them', async () => {
  const { notifier, messages } = told(() => false)
  await store.openIncident({ key: 'disk', title: 'the disk is full', now })
  await Promise.all([1, 2, 3].map(() => tellDue(deps([notifier]), new Set(), never)))
  expect(messages).toHaveLength(1)
})

test('no message is ever a task', async () => {
  const { notifier } = told(() => false)
  await store.openIncident({ key: 'disk', title: 'the disk is full', now })
  await tellDue(deps([notifier]), new Set(), never)
  expect((await store.tasks({ limit: 9 })).tasks).toEqual([])
})
