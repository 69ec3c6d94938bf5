// Incidents 18, 19 and 29: leases, late starts, sleep, and clocks that step.

import { describe, expect, test } from 'vitest'

import { stepServer } from '../../../sim/server.ts'
import type { Launcher } from '../../../src/drivers/launchers/contract.ts'
import {
  ails,
  clockSteps,
  fleet,
  hostSleeps,
  hour,
  isOver,
  isSettled,
  isTaken,
  minute,
  play,
  runs,
  scenario,
  second,
  type Step,
  timeGoesOn,
  townOf,
  type Town,
  work,
} from './language.ts'

const tight = {
  leaseMs: 40 * second,
  leaseGraceMs: 10 * second,
  confirmMs: 30 * second,
  pollMs: 5 * second,
}

scenario('a quiet session far longer than its lease is nobody’s loss')
  .given(fleet({ hosts: 3, limits: tight }), work('w0', { workMs: 25 * minute }))
  .when(runs('w0'), isOver('w0'))
  .seen(async (town) => {
    expect(await town.attempts('w0')).toMatchObject([{ verdict: { class: 'success' } }])
    expect(town.sessions('w0')).toHaveLength(1)
    expect(await town.facts('attempt.stopped', 'w0')).toEqual([])
  })

scenario('a claim is not taken away while its session is still starting')
  .given(fleet({ hosts: 2, limits: tight }), work('w0', { workMs: minute }))
  .when(
    ails({ slowStartMs: 28 * second }, 0),
    ails({ slowStartMs: 28 * second }, 1),
    isTaken('w0'),
    (town) => expect(town.sessions('w0')).toEqual([]),
  )
  .seen(async (town) => {
    expect(await town.attempts('w0')).toMatchObject([{ verdict: { class: 'success' } }])
    expect(town.sessions('w0')).toHaveLength(1)
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
  })

scenario('a host that slept through its lease completes nothing when it wakes')
  .given(
    fleet({ hosts: 2, limits: tight }),
    work('w0', { workMs: 12 * minute, says: 'done', verify: 'honest' }),
  )
  .when(runs('w0'), async (town) => {
    const host = town.sessions('w0')[0]?.host === 'h0' ? 0 : 1
    await hostSleeps(10 * minute, host)(town)
    // It woke: its session goes on for a moment, and does not know that its task is in other hands.
    const [first, next] = await town.attempts('w0')
    expect(first?.verdict).toMatchObject({ class: 'lost' })
    expect(next).toMatchObject({ state: 'confirmed' })
    const said = { attemptId: first?.id ?? 0, word: 'done' as const, text: 'mine' }
    const late = await town.world.store.say({ ...said, now: Math.floor(town.world.time.nowMs) })
    expect(late).toMatchObject({ ok: false })
    await town.goOn(minute)
    expect(town.sessions('w0')[0]).toMatchObject({ cause: 'killed' })
  })
  .seen(async (town) => {
    const [first, next, ...more] = await town.attempts('w0')
    expect(more).toEqual([])
    expect(first?.host).not.toBe(next?.host)
    expect(await town.task('w0')).toMatchObject({
      outcome: 'done',
      verified: true,
      settledBy: `attempt ${next?.id}`,
    })
    expect(await town.facts('task.returned', 'w0')).toMatchObject([{ charged: false }])
    expect((await town.facts('write.refused', 'w0')).length).toBeGreaterThan(0)
  })

/** Two long tasks in a fleet of so many hosts, while a clock steps and steps back five minutes later. */
const whileSteps = (hosts: number, step: (sign: 1 | -1) => Step, judge: (town: Town) => unknown) =>
  play(
    [
      fleet({ hosts, limits: tight }),
      work('w0', { workMs: 20 * minute, timeoutMs: 25 * minute }),
      work('w1', { workMs: 20 * minute, timeoutMs: 25 * minute }),
    ],
    [
      runs('w0'),
      runs('w1'),
      timeGoesOn(5 * minute),
      step(1),
      timeGoesOn(5 * minute),
      step(-1),
      timeGoesOn(15 * minute),
    ],
    async (town) => {
      for (const ref of ['w0', 'w1']) {
        expect(await town.attempts(ref)).toMatchObject([{ verdict: { class: 'success' } }])
        expect(town.sessions(ref)).toHaveLength(1)
      }
      await judge(town)
    },
  )
/** The clock of the database that all hosts share steps. */
const serverSteps =
  (byMs: number): Step =>
  ({ world }) =>
    stepServer(world, byMs)
const stepsOf = async (town: Town) => (await town.facts('clock.stepped')).map(({ byMs }) => byMs)

describe.each([
  ['two hours ahead', 2 * hour],
  ['two hours back', -2 * hour],
  ['an hour ahead, as who keeps local time does in spring', hour],
])('a clock that steps %s ends no session and loses no lease', (_, byMs) => {
  test('where it is the only host’s, and it is told', async () => {
    await whileSteps(
      1,
      (sign) => clockSteps(sign * byMs, 0),
      async (town) => expect(await stepsOf(town)).toEqual([byMs, -byMs]),
    )
  })

  test('where it is one host’s of several, and no date of the fleet moves', async () => {
    await whileSteps(
      2,
      (sign) => clockSteps(sign * byMs, 0),
      async (town) => expect(await stepsOf(town)).toEqual([]),
    )
  })

  test('where it is that of their database, and each host tells of it', async () => {
    const told = await whileSteps(
      2,
      (sign) => serverSteps(sign * byMs),
      async () => {},
    )
    const steps = await stepsOf(told)
    const near = (ms: number) => steps.filter((step) => Math.abs(step - ms) < 5_000)
    expect([near(byMs).length, near(-byMs).length, steps.length]).toEqual([2, 2, 4])
  })
})

scenario('a whole fleet that sleeps for a night goes on where it was, and nothing has timed out')
  .given(fleet({ limits: tight }), work('w0', { workMs: 20 * minute, timeoutMs: 25 * minute }))
  .when(runs('w0'), timeGoesOn(5 * minute), hostSleeps(8 * hour))
  .seen(async (town) => {
    expect(await town.attempts('w0')).toMatchObject([{ verdict: { class: 'success' } }])
    expect(town.sessions('w0')).toMatchObject([{ cause: 'good' }])
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
  })

scenario('a host that lost its store for longer than a lease ends what was called lost meanwhile')
  .given(
    fleet({ hosts: 2, limits: tight }),
    work('w0', { workMs: 60 * minute, timeoutMs: 90 * minute, progress: 3 }),
  )
  .when(runs('w0'), async (town) => {
    const host = town.sessions('w0')[0]?.host === 'h0' ? 0 : 1
    await timeGoesOn(10 * minute)(town)
    ails({ storeLost: true }, host)(town)
    await timeGoesOn(20 * minute)(town)
    expect((await town.attempts('w0'))[0]?.verdict).toMatchObject({ class: 'lost' })
    expect(town.sessions('w0')[0]?.endedMs).toBeNull()
    ails({ storeLost: false }, host)(town)
    await timeGoesOn(2 * minute)(town)
    expect(town.sessions('w0')[0]).toMatchObject({ cause: 'killed' })
  })
  .seen(async (town) => {
    expect(await town.task('w0')).toMatchObject({ outcome: 'done' })
    expect(town.sessions('w0')).toHaveLength(2)
  })

test('what others called lost while its attendance was dropped is ended as well', async () => {
  let isBlind = false
  const town = townOf(
    [
      fleet({ hosts: 2, limits: tight }),
      work('w0', { workMs: 60 * minute, timeoutMs: 90 * minute, progress: 3 }),
    ],
    { parts: (parts) => ({ ...parts, launcher: async () => blind(await parts.launcher()) }) },
  )
  const blind = (launcher: Launcher): Launcher => ({
    ...launcher,
    async look(ref) {
      if (isBlind) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
      return await launcher.look(ref)
    },
  })
  await runs('w0')(town)
  const host = town.sessions('w0')[0]?.host === 'h0' ? 0 : 1
  await town.goOn(10 * minute)
  isBlind = true
  ails({ storeLost: true }, host)(town)
  await town.goOn(20 * minute)
  expect((await town.attempts('w0'))[0]?.verdict).toMatchObject({ class: 'lost' })
  expect(town.sessions('w0')[0]?.endedMs).toBeNull()
  isBlind = false
  ails({ storeLost: false }, host)(town)
  await town.goOn(2 * minute)
  expect(town.sessions('w0')[0]).toMatchObject({ cause: 'killed' })
  await isSettled('w0')(town)
  expect(town.sessions('w0')).toHaveLength(2)
  expect(await town.task('w0')).toMatchObject({ outcome: 'done' })
  expect(town.setting.violations).toEqual([])
})
