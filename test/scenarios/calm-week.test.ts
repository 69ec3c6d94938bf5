// S0 and incident 53, in full and with real processes: 164 tasks wait, 38 of them for a calm machine, and for seven days the machine never is.
// The timer fires and fires; on day one the audit and one incident name the window; what may escape does; and when calm
// comes, the others run in their numbers. Between two looks the dispatcher's clock leaps by hours; everything else is real.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

import { present } from '../../src/base/assert.ts'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { auditWaits, stuckMechanisms } from '../../src/loops/dispatch/audit.ts'
import type { Senses } from '../../src/model/window.ts'
import { setStage, type Stage, until } from './stage.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const loud: Senses = { loadPerCore: 4, freeMemory: 0.5, idleMs: 0 }
const still: Senses = { loadPerCore: 0, freeMemory: 0.5, idleMs: Number.POSITIVE_INFINITY }

/** The system's clock, which leaps: whoever sleeps wakes when his time has come by it. */
class LeapingClock implements Clock {
  aheadMs = 0
  readonly #sleepers = new Set<() => void>()

  now = () => systemClock.now() + this.aheadMs
  monotonicMs = () => systemClock.monotonicMs() + this.aheadMs

  leap(ms: number): void {
    this.aheadMs += ms
    for (const wake of [...this.#sleepers]) wake()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const untilMs = this.monotonicMs() + ms
    while (this.monotonicMs() < untilMs && signal?.aborted !== true) {
      const leapt = new AbortController()
      const wake = () => leapt.abort()
      this.#sleepers.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
      await systemClock.sleep(untilMs - this.monotonicMs(), leapt.signal)
      signal?.removeEventListener('abort', wake)
      this.#sleepers.delete(wake)
    }
  }
}

const yaml = `limits:
  poll: 50ms
backoff: [50ms]
windows:
  night:
    load: 0.5
    others: 1
    perWindow: 10
  quiet:
    load: 0.5
    perWindow: 2
    maxWait: 3d
    escape: run
`

let stage: Stage
afterEach(() => stage.strike())

it('a window that never opens is named on day one, lets out who waited too long, and opens in its numbers', async () => {
  const clock = new LeapingClock()
  let felt = loud
  stage = await setStage(yaml)
  Object.assign(stage.fleet, { clock, senses: async () => ({ feel: async () => felt }) })
  const { store } = stage.fleet
  await fill()
  await stage.up()
  expect(await store.counts()).toMatchObject({ held: 126, ready: 38 })

  const hours = async (n: number, byHours: number) => {
    for (let hour = 0; hour < n; hour += byHours) {
      clock.leap(byHours * hourMs)
      await looked('night', clock)
      await looked('quiet', clock)
    }
  }
  const night = async () =>
    present(
      (await auditWaits({ ...stage.fleet, clock })).find((one) =>
        one.class.startsWith('calm:night'),
      ),
      'the audit knows the window',
    )

  await looked('night', clock)
  expect((await night()).flag).toBeNull()
  await hours(23, 1)
  await inTime('the incident is told', clock, async () => (await incidents()).length > 0)
  const [told] = await incidents()
  expect(told?.title).toContain('30 tasks wait for the calm window night')
  expect(told?.title).toContain('load per core is 4.00')
  expect(await night()).toMatchObject({ waiting: 30, flag: expect.stringMatching(/nothing|none/) })
  expect((await stuckMechanisms({ ...stage.fleet, clock })).map(({ name }) => name)).toContain(
    'calm:night',
  )
  expect(await store.counts()).toMatchObject({ held: 126, ready: 38, done: 0 })

  await hours(6 * 24, 4)
  await until('who waited too long ran', async () => (await store.counts()).done === 8)
  expect(await store.counts()).toMatchObject({ held: 126, ready: 30 })
  expect((await store.facts({ kinds: ['task.waived'], limit: 99 })).length).toBe(8)
  expect(await incidents()).toHaveLength(1)
  const fired = (await store.mechanisms()).find(({ name }) => name === 'calm:night')?.fired ?? 0
  expect(fired).toBeGreaterThan(20)

  felt = still
  clock.leap(11_000)
  await until('an opening lets its ten through', async () => (await store.counts()).done === 18)
  const [opening] = await store.openings({ name: 'night', limit: 1 })
  expect(opening).toMatchObject({ taken: 10, closedAt: null })
  expect((await store.counts()).ready).toBe(20)
  felt = loud
  clock.leap(11_000)
  await until('it closes', async () => (await store.windows(null))[0]?.calm === false)
  felt = still
  clock.leap(11_000)
  await until(
    'the next opening lets ten more through',
    async () => (await store.counts()).done === 28,
  )
  const most = readFileSync(join(stage.dir, 'most'), 'utf8').trim().split('\n').map(Number)
  expect(Math.max(...most)).toBeLessThanOrEqual(2)
  await inTime('it is over', clock, async () => (await incidents())[0]?.resolvedAt !== null)
}, 120_000)

/** Waits for a fresh judgement. Who was awake when the clock leapt sleeps his whole time after it: it leaps again for him. */
const looked = (name: string, clock: LeapingClock) => {
  let looks = 0
  return until(`${name} is judged`, async () => {
    const state = (await stage.fleet.store.windows(null)).find((one) => one.name === name)
    if (state !== undefined && state.judgedAt >= clock.now() - 30_000) return true
    looks += 1
    if (looks % 20 === 0) clock.leap(11_000)
    return false
  })
}

/** Waits for what comes with time, a second a look. */
const inTime = (what: string, clock: LeapingClock, look: () => Promise<boolean>) =>
  until(what, () => {
    clock.leap(1_000)
    return look()
  })

/** The incidents of the window, over or not. */
const incidents = async () =>
  (await stage.fleet.store.incidents({ openOnly: false, limit: 99 })).filter((one) =>
    one.key.startsWith('window:night@'),
  )

/** 38 calm ones, and 126 that wait for a time, for another task, or for a person. */
async function fill(): Promise<void> {
  const { clock } = stage.fleet
  // A file for each: two that count down in one file at once lose one of their words.
  const run = 'touch "at.$$"; ls at.* | wc -l >> most; sleep 0.02; rm "at.$$"'
  for (let i = 0; i < 30; i += 1) await stage.add(run, { calm: 'night' })
  for (let i = 0; i < 8; i += 1) await stage.add('true', { calm: 'quiet' })
  const later = await stage.add('true', { notBefore: clock.now() + 30 * dayMs })
  for (let i = 1; i < 60; i += 1)
    await stage.add('true', { notBefore: clock.now() + (20 + (i % 5)) * dayMs })
  for (let i = 0; i < 40; i += 1) await stage.add('true', { after: [later] })
  const holds = [{ kind: 'person' as const, question: 'may it?', told: 'ann' }]
  for (let i = 0; i < 26; i += 1) await stage.add('true', { holds })
}
