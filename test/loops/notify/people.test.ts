// People are told through channels by the ledger: the first that works is enough, nothing is told before it succeeded, a
// daemon that dies while it tells does not tell twice, and quiet hours are kept.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Channel, Delivered, Found, Letter } from '../../../src/drivers/channels/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type NotifyDeps, tellDue } from '../../../src/loops/notify/notify.ts'
import type { Severity } from '../../../src/model/channels.ts'
import { noData } from '../../../src/model/incident.ts'
import { bench } from '../../support/effects.ts'

let store: Store
let now = 0
const never = new AbortController().signal
beforeEach(() => {
  now = Date.parse('2026-11-20T12:00:00Z')
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const sent: Delivered = { did: 'performed', receipt: 'ok', output: '' }
const refused: Delivered = { did: 'nothing', why: 'no route', retry: 'soon', afterMs: null }
const doubt: Delivered = { did: 'unknown', why: 'the line broke' }

interface Fake {
  readonly channel: Channel
  readonly letters: Letter[]
  next: Delivered
  found: Found | null
}
function fake(name: string, next: Delivered = sent, found: Found | null = null): Fake {
  const made: Fake = {
    next,
    found,
    letters: [],
    channel: {
      name,
      kind: 'slack',
      async deliver(letter) {
        if (made.next.did !== 'nothing') made.letters.push(letter)
        return made.next
      },
      asking:
        found === null
          ? null
          : { settleMs: 0, ask: async () => made.found ?? { found: 'unknown', why: '' } },
    },
  }
  return made
}

function deps(
  ways: readonly [Fake, Severity][],
  quiet: NotifyDeps['quiet'] = () => null,
): NotifyDeps {
  const pass = async (ms: number) => {
    now += ms
  }
  const clock = { ...systemClock, now: () => now, sleep: pass }
  const { deps: effects } = bench(store)
  const named = (name: string) =>
    ways.find(([one]) => one.channel.name === name)?.[0].channel ?? null
  return {
    store,
    clock,
    fleet: 'town',
    notifiers: () => [],
    ways: () => ways.map(([{ channel }, severity]) => ({ channel, severity })),
    quiet,
    effects: { ...effects, clock, channel: named },
    lookEveryMs: () => 1_000,
    onError: (where, error) => {
      throw new Error(where, { cause: error })
    },
  }
}
const tell = (given: NotifyDeps) => tellDue(given, new Set(), never)
const open = (needsPerson = false, key = 'gate:account:team') =>
  store.openIncident({
    key,
    title: 'team is pinned',
    data: { ...noData, lane: 'account:team', needsPerson },
    now,
  })
const incident = async () => (await store.incidents({ openOnly: false, limit: 1 }))[0]

test('the first channel that works is enough, and the next one is tried when it fails', async () => {
  const [chat, mail] = [fake('chat', refused), fake('mail')]
  const both = deps([
    [chat, 'notice'],
    [mail, 'notice'],
  ])
  await open()
  await tell(both)
  expect([chat.letters.length, mail.letters.length]).toEqual([0, 1])
  expect((await incident())?.toldAt).not.toBeNull()
  const facts = await store.facts({ kinds: ['incident.told'], limit: 9 })
  expect(facts.map(({ body }) => body)).toMatchObject([{ notifier: 'mail', what: 'opened' }])
  await tell(both)
  expect(mail.letters).toHaveLength(1)
})

test('nothing is told before somebody was reached; then it is told once (incident 48)', async () => {
  const chat = fake('chat', refused)
  await open()
  await tell(deps([[chat, 'notice']]))
  expect((await incident())?.toldAt).toBeNull()
  chat.next = sent
  now += 30_000
  for (let i = 0; i < 3; i++) await tell(deps([[chat, 'notice']]))
  expect(chat.letters).toHaveLength(1)
  expect((await incident())?.toldAt).not.toBeNull()
})

test('what happens again is one message with a count, and its end is announced once (incident 47)', async () => {
  const chat = fake('chat', refused)
  const one = deps([[chat, 'notice']])
  for (let i = 0; i < 9; i++) {
    await open()
    await tell(one)
  }
  chat.next = sent
  now += 60_000
  await tell(one)
  expect(chat.letters).toHaveLength(1)
  expect(chat.letters[0]?.text).toContain('seen 9 times')
  await store.resolveIncident({ key: 'gate:account:team', by: 'attempt 9', now })
  for (let i = 0; i < 3; i++) await tell(one)
  expect(chat.letters.map((letter) => letter.subject)).toEqual([
    '[town] team is pinned',
    '[town] over: team is pinned',
  ])
})

test('a daemon that died between the sending and the record does not send again: the channel is asked', async () => {
  const mail = fake('mail', sent, { found: 'yes', receipt: 'in Sent' })
  const one = deps([[mail, 'notice']])
  await open()
  // The first daemon sends, and dies before it writes it down.
  const dying: NotifyDeps = {
    ...one,
    effects: {
      ...bench(store).deps,
      clock: one.clock,
      channel: () => mail.channel,
      store: { ...store, performEffect: () => new Promise<never>(() => {}) },
      holders: {
        ...bench(store).deps.holders,
        me: () => ({ host: 'h1', bootId: 'b', pidSpace: 'p', pid: 66, startTicks: '1' }),
      },
    },
  }
  void tell(dying)
  while (mail.letters.length === 0) await systemClock.sleep(1)
  now += 120_000
  const after = bench(store)
  after.gone.add(66)
  await tell({ ...one, effects: { ...after.deps, clock: one.clock, channel: () => mail.channel } })
  expect(mail.letters).toHaveLength(1)
  expect((await incident())?.toldAt).not.toBeNull()
})

test('where nobody can say whether it arrived the next channel is told; the last one is told again, and says so', async () => {
  const [chat, mail] = [fake('chat', doubt), fake('mail')]
  await open()
  await tell(
    deps([
      [chat, 'notice'],
      [mail, 'notice'],
    ]),
  )
  expect([chat.letters.length, mail.letters.length]).toEqual([1, 1])
  await open(false, 'gate:account:other')
  chat.next = doubt
  const alone = deps([[chat, 'notice']])
  await tell(alone)
  expect(chat.letters).toHaveLength(3)
  expect(chat.letters[2]?.text).toMatch(/^\(Perhaps for the second time/)
  now += 3_600_000
  for (let i = 0; i < 5; i++) await tell(alone)
  expect(chat.letters).toHaveLength(3) // twice for one message is the most
  // No doubt about a message becomes an incident of its own.
  expect((await store.incidents({ openOnly: true, limit: 9 })).map((one) => one.key)).toEqual([
    'gate:account:other',
    'gate:account:team',
  ])
})

test('a channel takes only what matters enough; an urgent message breaks the quiet, and nothing else does', async () => {
  const [phone, mail] = [fake('phone'), fake('mail')]
  const quiet = { fromMinute: 0, untilMinute: 12 * 60 + 30, zone: 'UTC' }
  const ways: [Fake, Severity][] = [
    [phone, 'urgent'],
    [mail, 'notice'],
  ]
  const night = deps(ways, () => quiet)
  await open()
  await tell(night)
  expect([phone.letters.length, mail.letters.length]).toEqual([0, 0])
  expect(await store.facts({ kinds: ['incident.untold'], limit: 9 })).toEqual([])
  await open(true, 'gate:account:pinned')
  await tell(night)
  expect([phone.letters.length, mail.letters.length]).toEqual([1, 0])
  expect(phone.letters[0]).toMatchObject({
    urgent: true,
    data: { incident: 'gate:account:pinned' },
  })
  now += 30 * 60_000
  await tell(night)
  expect([phone.letters.length, mail.letters.length]).toEqual([1, 1])
})

test('two daemons tell once between them', async () => {
  const chat = fake('chat')
  await open()
  await Promise.all([1, 2, 3].map(() => tell(deps([[chat, 'notice']]))))
  expect(chat.letters).toHaveLength(1)
})
