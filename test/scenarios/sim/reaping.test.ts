// Incidents 13, 20, 22 and 27: a reaper that evicts the living, one that slept itself, a session that vanished and showed
// green, and recovery that breeds.

import { expect, test } from 'vitest'

import {
  ails,
  daemonIsStopped,
  fleet,
  hostSleeps,
  hour,
  isSettled,
  minute,
  play,
  runs,
  scenario,
  second,
  timeGoesOn,
  type Town,
  work,
} from './language.ts'

const long = { workMs: 20 * minute }

scenario('a dispatcher that is away for less than lease and grace loses nothing (incident 20)')
  .given(fleet({ hosts: 2, agents: 9, agentSlots: 1 }), work('w0', long), work('w1', long))
  .when(
    runs('w0'),
    runs('w1'),
    // The pulse that stands in the database is from before the stop, on both hosts in turn.
    daemonIsStopped(80 * second, 0),
    timeGoesOn(2 * minute),
    daemonIsStopped(80 * second, 1),
    timeGoesOn(2 * minute),
    ails({ pulsesLost: true }, 0),
    timeGoesOn(60 * second),
    ails({ pulsesLost: false }, 0),
  )
  .seen(async (town) => {
    for (const ref of ['w0', 'w1']) {
      expect(town.sessions(ref)).toHaveLength(1)
      expect(await town.attempts(ref)).toHaveLength(1)
      expect(await town.task(ref)).toMatchObject({ outcome: 'done' })
    }
  })

scenario('a host that slept for an hour calls nobody lost when it wakes (incident 22)')
  .given(fleet({ hosts: 2, agents: 9, agentSlots: 1 }), work('w0', long), work('w1', long))
  .when(runs('w0'), runs('w1'), async (town) => {
    const sleeper = town.sessions('w0')[0]?.host === 'h0' ? 1 : 0
    await hostSleeps(20 * minute, sleeper)(town)
  })
  .seen(async (town) => {
    // Whoever stayed awake was never called lost by the one who slept.
    expect(town.sessions('w0')).toHaveLength(1)
    expect((await town.attempts('w0')).map(({ verdict }) => verdict?.class)).toEqual(['success'])
  })

scenario(
  'a reaper that was starved for twenty minutes calls nobody lost when it gets on (incident 22)',
)
  .given(fleet({ hosts: 2, agents: 9, agentSlots: 1 }), work('w0', { workMs: 28 * minute }))
  .when(runs('w0'), async (town) => {
    const other = town.sessions('w0')[0]?.host === 'h0' ? 0 : 1
    await town.goOn(6 * minute)
    // Nobody renews meanwhile either: by its date the lease is long out when it looks again.
    const starved = town.setting.keeper.life(town.machine(1 - other))
    starved?.hang(town.world.time.nowMs)
    ails({ pulsesLost: true }, other)(town)
    await town.goOn(18 * minute)
    starved?.wake(town.world.time.nowMs)
    await town.goOn(30 * second)
    ails({ pulsesLost: false }, other)(town)
  })
  .seen(async (town) => {
    expect(town.sessions('w0')).toHaveLength(1)
    expect((await town.attempts('w0')).map(({ verdict }) => verdict?.class)).toEqual(['success'])
  })

scenario(
  'a session that vanished whole is lost and never green: its task is worked on again (incident 27)',
)
  .given(fleet({}), work('w0', long))
  .when(
    runs('w0'),
    daemonIsStopped(10 * minute),
    (town) => {
      const machine = town.machine(0)
      for (const attempt of machine.processes.livingAttempts())
        for (const process of machine.processes.ofAttempt(attempt)) machine.processes.end(process) // no wrapper is left that could write an exit
    },
    timeGoesOn(30 * minute),
    isSettled('w0'),
  )
  .seen(async (town) => {
    const [first, second] = await town.attempts('w0')
    expect(first?.verdict).toMatchObject({ class: 'lost', blame: 'host' })
    expect(second?.verdict).toMatchObject({ class: 'success' })
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 2 })
    const returned = await town.facts('task.returned', 'w0')
    expect(returned).toMatchObject([{ charged: false }])
  })

test('recovery does not breed: reviews that nobody decides are three, and then a person is asked (incident 13)', async () => {
  const reviewed = async (town: Town) => {
    await town.until('w0 is wanted', async () => town.world.taskIds.has('w0'))
    const now = Math.floor(town.world.time.nowMs)
    const taskId = town.taskId('w0')
    await town.world.store.edit({ taskId, order: { review: true }, by: 'ann', now })
  }
  await play(
    [
      fleet({
        agents: 9,
        configured: (config) => ({
          ...config,
          agents: config.agents.map((agent) => ({ ...agent, roles: ['reviewer'] })),
        }),
      }),
      work('w0', { workMs: 2 * minute, traits: { reviewed: Array(9).fill('undecided') } }),
    ],
    [
      reviewed,
      timeGoesOn(3 * hour), // before a person looks
      async (town) => {
        const { tasks } = await town.world.store.tasks({ limit: 1_000 })
        expect(tasks.filter((task) => task.order.reviewOf !== undefined)).toHaveLength(3)
        expect(tasks).toHaveLength(4)
        const holds = await town.world.store.holdsOf(town.taskId('w0'), true)
        expect(holds).toMatchObject([{ kind: 'person' }])
      },
      async (town) => {
        const now = Math.floor(town.world.time.nowMs)
        const taskId = town.taskId('w0')
        const how = { outcome: 'done', by: 'ann', reason: 'seen', now } as const
        await town.world.store.settleByHand({ taskId, ...how })
      },
    ],
    async (town) => {
      expect(await town.task('w0')).toMatchObject({ outcome: 'done', settledBy: 'ann' })
    },
  )
})
