// Incidents 2, 3 and S4: what is settled stays settled, whoever comes late, and keeps the time at which it was settled.

import { expect, test } from 'vitest'

import {
  ails,
  fleet,
  isOver,
  isSettled,
  minute,
  play,
  runs,
  scenario,
  second,
  serves,
  timeGoesOn,
  type Town,
  work,
} from './language.ts'
import { personSays } from './persons.ts'

/** Everything that could bring a task back is tried by its own last attempt, and by a person. */
async function triesToComeBack(town: Town, ref: string): Promise<string[]> {
  const { store } = town.world
  const attempt = (await town.attempts(ref)).at(-1)
  const now = Math.floor(town.world.time.nowMs)
  const fence = { taskId: town.taskId(ref), attemptId: attempt?.id ?? 0, reason: 'late', now }
  const release = { kind: 'time' as const, until: now + minute, why: 'backoff' as const }
  const answers = [
    await store.giveBack({ ...fence, holds: [], charged: false }),
    await store.giveBack({ ...fence, holds: [release], charged: true }),
    await store.settle({ ...fence, outcome: 'done', verified: true, by: 'late' }),
    await store.hold({ taskId: fence.taskId, release, now }),
    await store.edit({ taskId: fence.taskId, priority: 9, by: 'ann', now }),
    await store.settleByHand({ taskId: fence.taskId, outcome: 'done', by: 'ann', reason: '', now }),
  ]
  return answers.map((answer) => (answer.ok ? 'passed' : answer.refusal.code))
}
const refusedAll = [
  'fence.stale',
  'fence.stale',
  'fence.stale',
  'task.settled',
  'task.settled',
  'task.settled',
]

test.each(['done', 'failed', 'cancelled'] as const)(
  'a task that a person called %s stays so, whatever comes late, and keeps its time',
  async (outcome) => {
    let settledAt = 0
    await play(
      [fleet({}), work('w0', { nature: 'bad' })],
      [
        runs('w0'),
        personSays(outcome, 'w0'),
        async (town) => {
          const task = await town.task('w0')
          settledAt = task.state === 'settled' ? task.settledAt : 0
        },
        timeGoesOn(60 * minute),
        async (town) => expect(await triesToComeBack(town, 'w0')).toEqual(refusedAll),
        personSays('done', 'w0'),
      ],
      async (town) => {
        expect(settledAt).toBeGreaterThan(0)
        expect(await town.task('w0')).toMatchObject({ state: 'settled', outcome, settledAt })
        expect(await town.facts('task.settled', 'w0')).toHaveLength(1)
        expect(await town.facts('task.ready', 'w0')).toEqual([])
        expect(town.sessions('w0')).toHaveLength(1)
      },
    )
  },
)

scenario('a cancelled task stays cancelled, and its session is stopped')
  .given(fleet({}), work('w0', { workMs: 25 * minute }))
  .when(runs('w0'), personSays('cancelled', 'w0'), timeGoesOn(2 * minute))
  .seen(async (town) => {
    const [session, ...more] = town.sessions('w0')
    expect(more).toEqual([])
    expect(session).toMatchObject({ cause: 'killed' })
    expect(session?.ranMs).toBeLessThan(3 * minute)
    expect(await town.attempts('w0')).toMatchObject([{ verdict: { class: 'interrupted' } }])
    expect(await town.task('w0')).toMatchObject({ outcome: 'cancelled' })
  })

scenario('work that never ends fails when its attempts are used up, and not before')
  .given(
    fleet({}),
    work('w0', { nature: 'endless', kind: 'command', timeoutMs: 10 * minute, attempts: 2 }),
  )
  .when(runs('w0'))
  .seen(async (town) => {
    const attempts = await town.attempts('w0')
    expect(attempts.map((one) => one.verdict?.class)).toEqual(['timeout', 'timeout'])
    expect(await town.task('w0')).toMatchObject({ outcome: 'failed' })
    for (const { ranMs } of town.sessions('w0')) expect(ranMs).toBeGreaterThanOrEqual(10 * minute)
  })

scenario('a word that only reached the outbox settles the task, while its session still runs')
  .given(fleet({}), work('w0', { says: 'early', workMs: 20 * minute }))
  .when(
    // Neither the database nor the daemon can be reached by sessions; their folder can.
    ails({ sessionsCutOff: true }),
    runs('w0'),
    (town) => {
      town.machine(0).socket = null
    },
    isSettled('w0'),
    (town) => expect(town.sessions('w0')).toMatchObject([{ endedMs: null }]),
    ails({ sessionsCutOff: false }),
  )
  .seen(async (town) => {
    expect(town.sessions('w0')).toMatchObject([{ said: [{ word: 'done', answer: 'left' }] }])
    expect(await town.facts('attempt.said', 'w0')).toMatchObject([{ word: 'done' }])
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
  })

scenario(
  'an agent that settled and then meets a limit stays settled; its account learns of the limit',
)
  .given(fleet({ agents: 2 }), work('w0', { says: 'early', workMs: 20 * minute }))
  .when(
    isSettled('w0'),
    (town) => {
      const resetAtMs = town.world.time.nowMs + 90 * minute
      serves({ quota: { resetAtMs, stated: true } })(town)
    },
    isOver('w0'),
    timeGoesOn(30 * second),
    async (town) => {
      const gates = await town.world.store.gates()
      const account = gates.find((gate) => gate.lane.startsWith('account:'))
      expect(account).toMatchObject({ state: 'shut' })
    },
    serves({ quota: null }),
    timeGoesOn(2 * 60 * minute),
  )
  .seen(async (town) => {
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
    expect(await town.attempts('w0')).toMatchObject([
      { said: { word: 'done' }, verdict: { class: 'rate_limited', blame: 'account' } },
    ])
    expect(await town.facts('task.settled', 'w0')).toHaveLength(1)
    expect(await town.facts('task.returned', 'w0')).toEqual([])
  })

const deaths = [
  ['a signal', 'killed'],
  ['the power of its host', 'host'],
  ['its daemon, and then a signal', 'daemon'],
] as const
test.each(deaths)('an agent that settled and then dies of %s stays settled', async (_, how) => {
  await play(
    [fleet({}), work('w0', { says: 'early', workMs: 20 * minute })],
    [
      isSettled('w0'),
      async (town) => {
        const machine = town.machine(0)
        const [id] = machine.processes.livingAttempts()
        const life = town.setting.keeper.life(machine)
        if (how === 'host') {
          machine.crash()
          life?.end()
          await town.goOn(minute)
          machine.timeline.resume()
          machine.boot()
          town.setting.keeper.start(machine)
          return
        }
        if (how === 'daemon') life?.end()
        for (const process of machine.processes.ofAttempt(id ?? 0))
          if (process.what === 'program') machine.processes.signal(process, 'SIGKILL')
      },
      timeGoesOn(60 * minute),
    ],
    async (town) => {
      expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
      const [attempt, ...more] = await town.attempts('w0')
      expect(more).toEqual([])
      expect(attempt?.state).toBe('ended')
      expect(attempt?.verdict?.class).not.toBe('success')
      expect(await town.facts('task.returned', 'w0')).toEqual([])
    },
  )
})
