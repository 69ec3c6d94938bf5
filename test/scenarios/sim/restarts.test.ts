// Incidents 16, 23 and 25: a daemon comes back to what an earlier one began.

import { expect, test } from 'vitest'

import type { Process } from '../../../sim/processes.ts'
import {
  ails,
  daemonDies,
  daemonIsStopped,
  fleet,
  isOver,
  minute,
  play,
  runs,
  scenario,
  second,
  timeGoesOn,
  work,
} from './language.ts'

const four = ['w0', 'w1', 'w2', 'w3']

test('wherever the dispatcher dies, each task is worked on once', async () => {
  for (let passages = 1; passages <= 90; passages += 1) {
    await play(
      [
        fleet({ agents: 6, hostSlots: 4, agentSlots: 2, seed: `death ${passages}` }),
        ...four.map((ref) => work(ref, { workMs: 2 * minute })),
      ],
      [
        timeGoesOn(59 * second),
        (town) => town.setting.keeper.life(town.machine(0))?.doom(passages),
        timeGoesOn(20 * minute),
      ],
      async (town) => {
        for (const ref of four) {
          expect(town.sessions(ref), `death at passage ${passages}`).toHaveLength(1)
          expect(await town.task(ref)).toMatchObject({ outcome: 'done' })
          for (const { verdict } of (await town.attempts(ref)).slice(0, -1))
            expect(verdict).toMatchObject({ neverStarted: true })
        }
      },
    )
  }
}, 60_000)

scenario('running sessions are adopted, not doubled, and their slots stay taken')
  .given(
    fleet({ agents: 6, hostSlots: 4, agentSlots: 2 }),
    ...four.map((ref) => work(ref, { workMs: 20 * minute })),
    work('w4'),
  )
  .when(...four.map(runs), daemonDies(), timeGoesOn(5 * minute), async (town) => {
    expect((await town.world.store.openCounts('h0')).onHost).toBe(4)
    expect(town.sessions('w4')).toEqual([])
  })
  .seen(async (town) => {
    for (const ref of four) {
      expect(town.sessions(ref)).toHaveLength(1)
      expect(await town.facts('attempt.adopted', ref)).toMatchObject([{ state: 'confirmed' }])
      expect(await town.task(ref)).toMatchObject({ outcome: 'done', attempts: 1 })
    }
    expect(await town.task('w4')).toMatchObject({ outcome: 'done', attempts: 1 })
  })

scenario('a session that ended while nobody watched is not begun again')
  .given(fleet({}), work('w0'), work('w1', { kind: 'command', says: 'done' }))
  .when(
    runs('w0'),
    runs('w1'),
    daemonIsStopped(30 * minute),
    isOver('w0'),
    isOver('w1'),
    async (town) => {
      expect(town.setting.keeper.daemon(town.machine(0))).toBeNull()
      expect(await town.task('w0')).toMatchObject({ state: 'taken' })
    },
  )
  .seen(async (town) => {
    for (const ref of ['w0', 'w1']) {
      expect(town.sessions(ref)).toHaveLength(1)
      expect(await town.attempts(ref)).toMatchObject([{ verdict: { class: 'success' } }])
      expect(await town.task(ref)).toMatchObject({ outcome: 'done', attempts: 1 })
    }
  })

const strangers: Process[] = []
scenario('a stranger who bears the pid of a vanished session is neither believed nor stopped')
  .given(fleet({}), work('w0'))
  .when(runs('w0'), daemonIsStopped(5 * minute), timeGoesOn(second), (town) => {
    const { processes } = town.machine(0)
    const [id] = processes.livingAttempts()
    const ours = processes.ofAttempt(id ?? 0)
    // The wrapper first: nobody is left to record how its program ended.
    for (const process of ours.toSorted((a, b) => a.pid - b.pid))
      processes.signal(process, 'SIGKILL')
    const freed = new Set(ours.map((process) => process.pid))
    for (let i = 0; i < 4_000 && freed.size > 0; i += 1) {
      const stranger = processes.spawn('stranger')
      if (freed.delete(stranger.pid)) strangers.push(stranger)
      else processes.end(stranger)
    }
    expect(strangers).toHaveLength(ours.length)
  })
  .seen(async (town) => {
    expect(strangers.every((stranger) => stranger.alive)).toBe(true)
    const [first, then_, ...more] = await town.attempts('w0')
    expect(first?.verdict).toMatchObject({ class: 'lost', blame: 'host' })
    expect(then_?.verdict).toMatchObject({ class: 'success' })
    expect(more).toEqual([])
    expect(await town.facts('task.returned', 'w0')).toMatchObject([{ charged: false }])
    expect(await town.task('w0')).toMatchObject({ outcome: 'done' })
  })

scenario('work whose wrapper was killed is lost, not timed out')
  .given(
    fleet({ agents: 3, limits: { attemptMs: 20 * minute } }),
    work('w0', { kind: 'command', workMs: 5 * minute, leavesChildren: true }),
  )
  .when(runs('w0'), (town) => {
    const { processes } = town.machine(0)
    const [attemptId = 0] = processes.livingAttempts()
    const wrapper = processes.ofAttempt(attemptId).find(({ what }) => what === 'wrapper')
    if (wrapper !== undefined) processes.signal(wrapper, 'SIGKILL')
  })
  .seen(async (town) => {
    const [first, second] = await town.attempts('w0')
    expect(first?.verdict).toMatchObject({ class: 'lost' })
    expect(second?.verdict).toMatchObject({ class: 'success' })
  })

scenario('a launcher whose answer was lost is judged by the start mark')
  .given(fleet({ agents: 3 }), work('w0'))
  .when(ails({ launcherMute: true }), runs('w0'), timeGoesOn(minute))
  .seen(async (town) => {
    expect(town.sessions('w0')).toHaveLength(1)
    expect(await town.task('w0')).toMatchObject({ outcome: 'done', attempts: 1 })
  })
