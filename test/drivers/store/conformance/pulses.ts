// Pulses of loops, and restarts asked for.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { passed, t0 } from './wants.ts'

const beat = (loop: string, n: number) => ({ loop, beat: n, everyMs: 1_000 })
const of = { host: 'h1', role: 'daemon' as const, pid: 10 }
const wish = { ...of, reason: 'dispatch stands still', evidence: ['dispatch silent for 75 s'] }

export const pulsing = conformance('pulses and restarts', {
  'the newest pulse of each loop stands, and a new process takes the old one’s place': async ({
    store,
  }) => {
    await store.pulse({ ...of, loops: [beat('dispatch', 1), beat('keeper', 1)], now: t0 })
    await store.pulse({ ...of, loops: [beat('dispatch', 2)], now: t0 + 5 })
    expect(await store.pulses('h1')).toEqual([
      { ...of, ...beat('dispatch', 2), at: t0 + 5 },
      { ...of, ...beat('keeper', 1), at: t0 },
    ])
    await store.pulse({ ...of, pid: 11, loops: [beat('dispatch', 1)], now: t0 + 6 })
    expect(await store.pulses(null)).toEqual([
      { ...of, pid: 11, ...beat('dispatch', 1), at: t0 + 6 },
    ])
  },

  'who ends well takes its own pulses along, and nobody else’s': async ({ store }) => {
    await store.pulse({ ...of, loops: [beat('dispatch', 1)], now: t0 })
    await store.pulse({ ...of, role: 'sentinel', pid: 12, loops: [beat('sentinel', 1)], now: t0 })
    await store.endPulses({ ...of, pid: 9 })
    expect(await store.pulses('h1')).toHaveLength(2)
    await store.endPulses(of)
    expect(await store.pulses('h1')).toMatchObject([{ role: 'sentinel' }])
  },

  'a restart is asked once until it has its answer, with its evidence': async ({ store }) => {
    expect(await store.askRestart({ ...wish, now: t0 })).toEqual({ asked: true })
    expect(await store.askRestart({ ...wish, now: t0 + 1 })).toEqual({ asked: false })
    const [open, ...more] = await store.openRestarts('h1')
    expect([open, more]).toMatchObject([{ ...wish, askedAt: t0 }, []])
    expect(await store.openRestarts('h2')).toEqual([])
    await store.answerRestart({ id: open?.id ?? 0, answer: 'restarted', now: t0 + 2 })
    await store.answerRestart({ id: open?.id ?? 0, answer: 'again', now: t0 + 3 })
    expect(await store.openRestarts('h1')).toEqual([])
    const facts = await store.facts({ kinds: ['restart.asked', 'restart.answered'], limit: 9 })
    expect(facts.map(({ body }) => body)).toEqual([
      { kind: 'restart.asked', host: 'h1', role: 'daemon', pid: 10, reason: wish.reason },
      { kind: 'restart.answered', host: 'h1', role: 'daemon', pid: 10, answer: 'restarted' },
    ])
    expect(await store.askRestart({ ...wish, now: t0 + 4 })).toEqual({ asked: true })
  },

  'a daemon under a supervisor names it, and so does the refusal of a second one': async ({
    store,
  }) => {
    const row = { name: 'h1', bootId: 'b', pid: 10, startTicks: '5', pulseAt: t0, running: true }
    const under = { pid: 9, startTicks: '4' }
    passed(await store.enterHost({ ...row, under, holderAlive: () => true, now: t0 }))
    expect(await store.hosts()).toMatchObject([{ ...row, under }])
    const second = await store.enterHost({ ...row, pid: 11, holderAlive: () => true, now: t0 })
    expect(second).toMatchObject({ ok: false, refusal: { code: 'daemon.second' } })
    expect(JSON.stringify(second)).toContain('started by pid 9')
  },
})
