// The report by the clock: once for each due time, whoever looks and however often; a missed one is made good while it is young.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { localTime } from '../../../src/base/when.ts'
import { createCalendar } from '../../../src/drivers/calendar/croner.ts'
import type { Channel, Delivered, Letter } from '../../../src/drivers/channels/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type ReportDeps, reportOnce } from '../../../src/loops/report/loop.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import type { ReportConfig } from '../../../src/model/report.ts'
import { composeReport } from '../../../src/surface/report/compose.ts'
import { settled, t0 } from '../../drivers/store/conformance/wants.ts'
import { bench } from '../../support/effects.ts'

let store: Store
let now = 0
const never = new AbortController().signal
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const unknown: Delivered = { did: 'unknown', why: 'the line broke' }
const sent: Delivered = { did: 'performed', receipt: 'ok', output: '' }
const refused: Delivered = { did: 'nothing', why: 'no route', retry: 'soon', afterMs: null }
function fake(name: string, asking: Channel['asking'] = null) {
  const letters: Letter[] = []
  const made = { next: sent as Delivered, letters }
  const channel: Channel = {
    name,
    kind: 'mail',
    async deliver(letter) {
      if (made.next.did === 'performed') letters.push(letter)
      return made.next
    },
    asking,
  }
  return Object.assign(made, { channel })
}

const report: ReportConfig = { cron: '0 7 * * *', timezone: 'UTC', to: [], sinceMs: 86_400_000 }
function deps(ways: readonly ReturnType<typeof fake>[]): ReportDeps & { told: Firing[] } {
  const { deps: effects } = bench(store)
  const channel = (name: string) => ways.find((one) => one.channel.name === name)?.channel ?? null
  let monotonicMs = 0
  const clock = {
    now: () => now,
    monotonicMs: () => monotonicMs,
    sleep: async (ms: number) => {
      monotonicMs += ms
    },
  }
  const told: Firing[] = []
  return {
    clock,
    effects: { ...effects, clock, channel },
    calendar: async () => createCalendar(),
    report: () => report,
    lookEveryMs: () => 1_000,
    ways: () => ways.map((one) => one.channel),
    compose: (since, until) => composeReport(store, 'town', since, until),
    told,
    fired: (firing) => void told.push(firing),
    onError: (_where, error) => expect.fail(String(error)),
  }
}
const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`)

test('it goes once at its time, in words and as a page, and a host that looks later sends no second one', async () => {
  const mail = fake('office')
  const one = deps([mail])
  await settled(store, 'done', { title: 'mend <it>', now: t0 })
  now = at('06:59')
  expect(await reportOnce(one, report, at('00:00'), never)).toBe(at('00:00'))
  expect(mail.letters).toEqual([])
  now = at('07:01')
  const done = await reportOnce(one, report, null, never)
  expect(done).toBe(at('07:00'))
  expect(mail.letters).toMatchObject([
    { key: 'midwatch:report:2026-11-20T07:00:00.000Z', urgent: false },
  ])
  const [from, to] = [at('07:00') - 86_400_000, at('07:00')].map(localTime)
  expect(mail.letters[0]?.text).toContain(`town: ${from} to ${to}`)
  expect(mail.letters[0]?.html).toContain('<svg')
  expect(await reportOnce(one, report, done, never)).toBe(done)
  expect(await reportOnce(deps([mail]), report, null, never)).toBe(at('07:00'))
  expect(mail.letters).toHaveLength(1)
})

test('what was missed for some hours is made good, and what is older is of no use', async () => {
  const mail = fake('office')
  now = at('12:30')
  await reportOnce(deps([mail]), report, null, never)
  expect(mail.letters).toHaveLength(1)
  const late = fake('other')
  now = at('13:30')
  expect(await reportOnce(deps([late]), report, null, never)).toBeNull()
  expect(late.letters).toEqual([])
})

test('of the ways one is enough, the next where the first fails; named channels each get it, and are tried again', async () => {
  const [first, second] = [fake('first'), fake('second')]
  first.next = refused
  now = at('07:00')
  expect(await reportOnce(deps([first, second]), report, null, never)).toBe(at('07:00'))
  expect([first.letters.length, second.letters.length]).toEqual([0, 1])
  const [a, b] = [fake('a'), fake('b')]
  b.next = refused
  const both = { ...report, to: ['a', 'b'] }
  const two = deps([a, b])
  expect(await reportOnce(two, both, null, never)).toBeNull()
  expect(two.told).toMatchObject([{ name: 'report', had: 1, moved: 0, note: 'b: no route' }])
  b.next = sent
  expect(await reportOnce(two, both, null, never)).toBe(at('07:00'))
  expect([a.letters.length, b.letters.length]).toEqual([1, 1])
})

test('what went by the second way is not sent again by the first, whoever looks once that works', async () => {
  const [first, second] = [fake('first'), fake('second')]
  first.next = refused
  now = at('07:00')
  await reportOnce(deps([first, second]), report, null, never)
  first.next = sent
  expect(await reportOnce(deps([first, second]), report, null, never)).toBe(at('07:00'))
  expect([first.letters.length, second.letters.length]).toEqual([0, 1])
})

test('while one way may yet have taken it no other one is tried; one of which nobody can ever tell gives way to the next', async () => {
  const isThere = { found: 'yes', receipt: 'seen' } as const
  const [asked, mute] = [
    fake('asked', { settleMs: 60_000, ask: async () => isThere }),
    fake('mute'),
  ]
  const third = fake('third')
  asked.next = unknown
  mute.next = unknown
  now = at('07:00')
  const two = deps([asked, third])
  expect(await reportOnce(two, report, null, never)).toBeNull()
  expect(two.told).toMatchObject([{ had: 1, moved: 0, note: 'asked: the line broke' }])
  now = at('07:02')
  expect(await reportOnce(two, report, null, never)).toBe(at('07:00'))
  expect(third.letters).toEqual([])
  now = at('07:00') + 86_400_000
  expect(await reportOnce(deps([mute, third]), report, null, never)).toBe(now)
  expect(third.letters).toHaveLength(1)
})
