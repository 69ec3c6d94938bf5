// S2: nine agents met an outage of their host together, stayed idle for twelve hours after it, and 1,400 repairs an hour
// changed nothing. An outage of any length fails and charges no task, is one incident and few actions, and ends with it.

import { describe, expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import type { Fact } from '../../../src/model/fact.ts'
import {
  ails,
  fleet,
  type Given,
  hour,
  minute,
  play,
  powerFails,
  runs,
  second,
  timeGoesOn,
  type Town,
  work,
} from './language.ts'

const agents = 9
const first = Array.from({ length: agents }, (_, i) => `w${i}`)
const second9 = Array.from({ length: agents }, (_, i) => `w${agents + i}`)
/** Two pieces of work that are reviewed, and two that wait for these. */
const judged = ['w20', 'w21']
const waiting = ['w22', 'w23']
const all = [...first, ...second9, ...judged, ...waiting]

/** Nine clients alike, of which some may review. */
const nine = (config: FleetConfig): FleetConfig => ({
  ...config,
  agents: config.agents.map((agent, i) => ({
    ...agent,
    name: `agent${i}`,
    adapter: 'claude',
    roles: i % 2 === 0 ? ['reviewer'] : [],
  })),
})

/** Nine agents at work, nine more tasks that want them when the outage has begun, and the reviews. */
const town: readonly Given[] = [
  fleet({ agents, hostSlots: agents, agentSlots: 1, configured: nine }),
  ...first.map((ref) => work(ref, { workMs: 5 * minute })),
  ...second9.map((ref) => work(ref, { atMs: 3 * minute, workMs: 5 * minute })),
  ...judged.map((ref) => work(ref, { atMs: 2 * minute, workMs: 4 * minute, priority: 9 })),
  ...waiting.map((ref, i) =>
    work(ref, { atMs: 3 * minute, workMs: minute, after: judged[i] ?? null }),
  ),
]

/** From now on the work of these is judged by a second agent before it counts. */
const areReviewed = async (one: Town) => {
  for (const ref of judged)
    await one.until(`${ref} is wanted`, async () => one.world.taskIds.has(ref))
  for (const ref of judged)
    await one.world.store.edit({
      taskId: one.taskId(ref),
      order: { review: true },
      by: 'ann',
      now: Math.floor(one.world.time.nowMs),
    })
}

/** Reviewers who approve whatever they hold, as their sessions would; looked at while time goes on. */
async function reviewersAnswer({ world }: Town): Promise<void> {
  const { tasks } = await world.store.tasks({ states: ['taken'], limit: 100 })
  for (const task of tasks) {
    if (task.state !== 'taken' || task.order.reviewOf === undefined) continue
    const { attemptId, order } = task
    const decision = 'approve' as const
    const decided = await world.store.decideReview({
      reviewTask: task.id,
      attemptId,
      decision,
      text: 'good',
      by: `attempt ${attemptId}`,
      now: Math.floor(world.time.nowMs),
    })
    const ref = /\[\[([\w-]+)\]\]/.exec(order.prompt ?? '')?.[1] ?? ''
    if (decided.ok) world.truth.decisions.set(attemptId, { ref, decision })
  }
}

const goesOnReviewed = (ms: number) => async (one: Town) => {
  for (let left = ms; left > 0; left -= minute) {
    await one.goOn(Math.min(minute, left))
    await reviewersAnswer(one)
  }
}

/** What the house does by itself: starts, repairs, messages. A gate that moves is what it knows, not what it does. */
const actions: ReadonlySet<string> = new Set(['attempt.claimed', 'row.mended', 'incident.told'])
const isMoveOfGate = ({ body }: Fact): boolean =>
  body.kind === 'gate.shut' || body.kind === 'gate.probing' || body.kind === 'gate.pinned'
/** The most that an outage of any length may cause (the original: 1,400 an hour). */
const actionsMost = 40
const isAction = ({ body }: Fact): boolean => actions.has(body.kind)

const factsBetween = async (one: Town, fromMs: number, toMs: number) =>
  (await one.world.store.facts({ limit: 100_000 })).filter(({ at }) => at >= fromMs && at <= toMs)

/** Each of the two works was judged by somebody else, once, and that is why it counts. */
async function areJudged(one: Town): Promise<void> {
  for (const ref of judged) {
    const decided = await one.facts('review.decided', ref)
    expect(decided, ref).toMatchObject([{ decision: 'approve' }])
    expect(await one.task(ref), ref).toMatchObject({ outcome: 'done', verified: true })
  }
  for (const ref of waiting) expect(await one.task(ref), ref).toMatchObject({ outcome: 'done' })
}

/** Nobody failed, nobody paid, one incident that is over. */
async function nobodyPaid(one: Town): Promise<void> {
  await areJudged(one)
  for (const ref of all)
    expect(await one.task(ref), ref).toMatchObject({ state: 'settled', outcome: 'done' })
  const returned = (await one.facts('task.returned')).filter((body) => body.charged)
  expect(returned).toEqual([])
  const incidents = await one.world.store.incidents({ openOnly: false, limit: 100 })
  expect(incidents.map(({ key, resolvedAt }) => [key, resolvedAt !== null])).toEqual([
    ['gate:host:h0', true],
  ])
}

describe.each([
  { name: '10 minutes', outageMs: 10 * minute },
  { name: '3 hours', outageMs: 3 * hour },
  { name: '12 hours', outageMs: 12 * hour },
])('S2: an outage of $name', ({ outageMs }) => {
  test('nothing can be started: no task pays, one incident, few actions, all is done within one cooldown of the return', async () => {
    let beganMs = 0
    let endedMs = 0
    await play(
      town,
      [
        areReviewed,
        ...first.slice(0, 3).map(runs),
        timeGoesOn(3 * minute),
        ails({ noProcesses: true }),
        (one) => {
          beganMs = one.world.time.nowMs
        },
        timeGoesOn(outageMs),
        ails({ noProcesses: false }),
        (one) => {
          endedMs = one.world.time.nowMs
        },
        goesOnReviewed(2 * hour),
      ],
      async (one) => {
        await nobodyPaid(one)
        const acts = (await factsBetween(one, beganMs, endedMs)).filter(isAction)
        expect(acts.length).toBeLessThanOrEqual(actionsMost)
        const moves = (await factsBetween(one, beganMs, endedMs)).filter(isMoveOfGate)
        expect(moves.length).toBeLessThanOrEqual(6 * actionsMost)
        const starts = (await factsBetween(one, endedMs, endedMs + 40 * minute)).filter(
          ({ body }) => body.kind === 'attempt.confirmed',
        )
        // The last of the nine works again within one cooldown of thirty minutes, with its jitter.
        expect(starts.length).toBeGreaterThanOrEqual(agents)
        expect((starts[agents - 1]?.at ?? 0) - endedMs).toBeLessThan(33 * minute)
      },
    )
  }, 60_000)

  test('the machine is gone and comes back with a new boot: at once on its first pulse', async () => {
    let endedMs = 0
    await play(
      town,
      [
        areReviewed,
        ...first.slice(0, 3).map(runs),
        timeGoesOn(3 * minute),
        powerFails(outageMs),
        (one) => {
          endedMs = one.world.time.nowMs
        },
        goesOnReviewed(2 * hour),
      ],
      async (one) => {
        await areJudged(one)
        for (const ref of all) expect(await one.task(ref), ref).toMatchObject({ outcome: 'done' })
        expect((await one.facts('task.returned')).filter((body) => body.charged)).toEqual([])
        const acts = (await factsBetween(one, endedMs - outageMs, endedMs)).filter(isAction)
        expect(acts.length).toBeLessThanOrEqual(actionsMost)
        const starts = (await factsBetween(one, endedMs, endedMs + minute)).filter(
          ({ body }) => body.kind === 'attempt.confirmed',
        )
        expect(starts.length).toBe(agents)
        const incidents = await one.world.store.incidents({ openOnly: false, limit: 100 })
        expect(incidents.length).toBeLessThanOrEqual(1)
        expect(incidents.filter(({ resolvedAt }) => resolvedAt === null)).toEqual([])
      },
    )
  }, 60_000)
})

test('S2: an outage that begins and ends in the middle of starts fails and charges nobody', async () => {
  let beganMs = 0
  let endedMs = 0
  await play(
    town,
    [
      areReviewed,
      // Every launcher says yes and nothing starts, just while the first nine are on their way.
      async (one) =>
        one.until(
          'the first is claimed',
          async () => (await one.facts('attempt.claimed')).length > 0,
          100,
        ),
      ails({ deafLauncher: true }),
      (one) => {
        beganMs = one.world.time.nowMs
      },
      timeGoesOn(20 * second),
      ails({ deafLauncher: false }),
      (one) => {
        endedMs = one.world.time.nowMs
      },
      goesOnReviewed(2 * hour),
    ],
    async (one) => {
      await areJudged(one)
      for (const ref of all) expect(await one.task(ref), ref).toMatchObject({ outcome: 'done' })
      expect((await one.facts('task.returned')).filter((body) => body.charged)).toEqual([])
      const acts = await factsBetween(one, beganMs, endedMs + 40 * minute)
      const failures = acts.filter(({ body }) => body.kind === 'attempt.ended')
      expect(failures.length).toBeLessThanOrEqual(actionsMost)
      expect(acts.filter(isMoveOfGate).length).toBeLessThanOrEqual(actionsMost)
      const confirmed = acts.filter(({ body }) => body.kind === 'attempt.confirmed')
      expect(confirmed.length).toBeGreaterThanOrEqual(agents)
      const incidents = await one.world.store.incidents({ openOnly: false, limit: 100 })
      expect(incidents.length).toBeLessThanOrEqual(1)
      expect(incidents.filter(({ resolvedAt }) => resolvedAt === null)).toEqual([])
    },
  )
}, 60_000)

test('S2: starts succeed while confirmations come and go for an hour: no task fails, and then it works', async () => {
  await play(
    town,
    [
      areReviewed,
      async (one) => {
        for (let i = 0; i < 60; i++) {
          Object.assign(one.machine(0).ails, {
            deafLauncher: i % 3 !== 2,
            launcherMute: i % 2 === 0,
          })
          await one.goOn(minute)
          await reviewersAnswer(one)
        }
        Object.assign(one.machine(0).ails, { deafLauncher: false, launcherMute: false })
      },
      goesOnReviewed(2 * hour),
    ],
    async (one) => {
      await areJudged(one)
      for (const ref of all) expect(await one.task(ref), ref).toMatchObject({ outcome: 'done' })
      expect((await one.facts('task.returned')).filter((body) => body.charged)).toEqual([])
    },
  )
}, 60_000)
