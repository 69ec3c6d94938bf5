// Incident 54: "why is it not running?" could not be answered: two causes had one symptom, and neither was named. Here every task
// has an answer at every moment, every cause is in it with what removes it, and the answer is the same code that decides.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Want } from '../../src/lifecycle/intake/enqueue.ts'
import { whyTask } from '../../src/loops/dispatch/why.ts'
import { whyFleet } from '../../src/loops/dispatch/why-fleet.ts'
import { setStage, type Stage, until } from './stage.ts'

describe('why it does not run (incident 54)', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await setStage(`  dear:
    adapter: command
    slots: 2
limits:
  poll: 50ms
backoff: [1h]
windows:
  night:
    load: 0.5
caps:
  labels:
    heavy: 1
  agents:
    dear: 1
`)
    const loud = { loadPerCore: 4, freeMemory: 0.5, idleMs: 0 }
    Object.assign(stage.fleet, { senses: async () => ({ feel: async () => loud }) })
  })
  afterEach(() => stage.strike())

  const why = async (id: number) => {
    const { store, clock, config, offers, host } = stage.fleet
    const told = await whyTask({ store, clock, config, offers, hostName: host.name }, id)
    expect(told.sentence).not.toBe('')
    const causes = [
      ...told.holds.map((one) => ({ what: one.kind, release: one.release })),
      ...told.gates.map((one) => ({ what: `${one.lane}: ${one.reason}`, release: one.release })),
      ...told.missing,
    ]
    for (const { release } of causes) expect(release).not.toBe('')
    return { ...told, causes: causes.map(({ what }) => what).sort() }
  }
  const whole = async () => {
    const { store, clock, config, offers, host } = stage.fleet
    return await whyFleet({ store, clock, config, offers, hostName: host.name })
  }
  const later = async () => {
    const { store, clock } = stage.fleet
    const now = clock.now()
    return { store, now, until: now + 3_600_000 }
  }
  const shutDear = async () => {
    const { store, now } = await later()
    const reason = 'not before ann has looked'
    await store.pin({ lane: 'agent:dear', by: 'ann', reason, until: null, now })
  }
  const lockDeploy = async () => {
    const { store, now, until } = await later()
    await store.acquireLock({ name: 'deploy', holder: 'ben', attemptId: null, until, now })
  }

  it('two tasks that stand alike for two causes are each told their own', async () => {
    await shutDear()
    await stage.up()
    const [gated, calm] = [
      await stage.add('true', { agent: 'dear' }),
      await stage.add('true', { calm: 'night' }),
    ]
    await until('the window is judged', async () => (await stage.fleet.store.windows(null)).length)
    expect([(await stage.task(gated)).state, (await stage.task(calm)).state]).toEqual([
      'ready',
      'ready',
    ])
    const [first, second] = [await why(gated), await why(calm)]
    expect(first.causes).toEqual(['agent:dear: not before ann has looked'])
    expect(first.gates[0]?.release).toContain('midwatch gate reset')
    expect(second.causes).toEqual([expect.stringMatching(/^calm:night.*load per core is 4\.00/)])
    const all = await whole()
    expect(all).toMatchObject({ ready: 2, running: 0 })
    expect(all.reasons.map(({ what }) => what).join()).toContain('agent:dear is pinned')
    expect(all.waits.map((one) => one.class)).toContain('calm:night')
  })

  it('the whole fleet is told of a shut window and a held lock, and of neither when it is gone', async () => {
    await lockDeploy()
    await stage.up()
    const calm = await stage.add('true', { calm: 'night' })
    const locked = await stage.add('true', { locks: ['deploy'] })
    await until('the window is judged', async () => (await stage.fleet.store.windows(null)).length)
    const { reasons, sentence } = await whole()
    const told = reasons.map(({ what }) => what).sort()
    expect(told).toEqual([
      expect.stringMatching(/^calm:night@.* is shut: load per core is 4\.00/),
      expect.stringMatching(/^the lock deploy is held by ben/),
    ])
    expect(sentence).toMatch(/^2 are ready: (calm:night|the lock deploy)/)
    for (const { release } of reasons) expect(release).not.toBe('')
    const { store, now } = await later()
    await store.releaseLock({ name: 'deploy', epoch: null, by: 'ann', now })
    stage.fleet.store.poke()
    await until('it runs', async () => (await stage.task(locked)).state === 'settled')
    expect((await whole()).sentence).toMatch(/^1 are ready: calm:night/)
    expect((await whole()).reasons.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^calm:night/),
    ])
    expect(await stage.attempts(calm)).toEqual([])
  })

  it('one task with many causes is told all of them, and what is left when one is gone', async () => {
    await shutDear()
    await lockDeploy()
    const before = await stage.add('true', { agent: 'dear' })
    const wanted = { agent: 'dear', calm: 'night', locks: ['deploy'] }
    const id = await stage.add('true', {
      ...wanted,
      after: [before],
      notBefore: (await later()).until,
    })
    const held = await why(id)
    expect(held.state).toBe('held')
    expect(held.causes).toEqual([
      'after',
      'agent:dear: not before ann has looked',
      expect.stringMatching(/^calm:night/),
      'no dispatcher is running',
      expect.stringMatching(/^the lock deploy is held by ben/),
      'time',
    ])
    const { store, now } = await later()
    for (const { id: holdId } of held.holds) await store.release({ holdId, by: 'ann', now })
    const ready = await why(id)
    expect(ready.state).toBe('ready')
    expect(ready.causes).toEqual([
      'agent:dear: not before ann has looked',
      expect.stringMatching(/^calm:night/),
      'no dispatcher is running',
      expect.stringMatching(/^the lock deploy is held by ben/),
    ])
    await store.resetGate({ lane: 'agent:dear', by: 'ann', reason: 'looked', now })
    await store.releaseLock({ name: 'deploy', epoch: null, by: 'ann', now })
    expect((await why(id)).causes).toEqual([
      expect.stringMatching(/^calm:night/),
      'no dispatcher is running',
    ])
    expect(await stage.attempts(id)).toEqual([])
  })

  it('from the first moment to the last there is an answer', async () => {
    const ask = { kind: 'person', question: 'red or green?', told: 'ann' } as const
    const { until: inAnHour } = await later()
    const cases: [Partial<Want>, RegExp][] = [
      [{ notBefore: inAnHour }, /held.*20\d\d-/],
      [{ holds: [ask] }, /red or green/],
      [{ agent: 'nobody', anyway: true }, /no agent is called nobody/],
      [{}, /no dispatcher is running/],
    ]
    for (const [more, said] of cases) {
      const told = await why(await stage.add('true', more))
      expect(told.sentence).toMatch(said)
      expect(told.causes).not.toEqual([])
    }
    await stage.up()
    const heavy = { labels: ['heavy'] }
    const works = await stage.add('while ! test -e stop; do sleep 0.05; done; exit 7', heavy)
    await until('it is taken', async () => (await stage.task(works)).state === 'taken')
    expect((await why(works)).sentence).toMatch(/^attempt \d+ works on it$/)
    const second = await stage.add('touch stop', { ...heavy, priority: 1_000 })
    expect((await why(second)).causes.join()).toMatch(/labelled heavy are under way, at most 1/)
    const stop = await stage.add('touch stop')
    await until('it has failed', async () => (await stage.task(works)).state === 'held')
    expect((await why(works)).causes).toEqual(['time'])
    await until('it has stopped', async () => (await stage.task(stop)).state === 'settled')
    expect((await why(stop)).sentence).toMatch(/^it is settled: done/)
    expect(await why(stop)).toMatchObject({ causes: [] })
  })

  it('a cap of an agent that is full is told, until one of its attempts ends', async () => {
    const capped = { agent: 'dear' }
    await stage.up()
    const first = await stage.add('while ! test -e go; do sleep 0.05; done', capped)
    await until('the first runs', async () => (await stage.task(first)).state === 'taken')
    const second = await stage.add('true', capped)
    const told = await why(second)
    expect(told.causes).toEqual(['agent:dear has all 1 attempts under way that its cap allows'])
    expect(told.missing[0]?.release).toBe('one of them ends')
    writeFileSync(join(stage.dir, 'go'), '')
    await until('the second is done', async () => (await stage.task(second)).state === 'settled')
  })
})
