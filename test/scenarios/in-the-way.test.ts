// Incidents 9 and 10: the selector offered what could not be claimed, over and over; and one item that waited for money or for a
// calm machine held up everybody behind it. Here what may not run now stands first in the line, and stops nobody else.

import { afterEach, describe, expect, it } from 'vitest'

import { setStage, type Stage, until } from './stage.ts'

const waiting = `limits:
  poll: 50ms
windows:
  night:
    load: 0.5
caps:
  labels:
    heavy: 1
`

describe('what may not run now, at the head of the line', () => {
  let stage: Stage
  afterEach(() => stage.strike())

  const set = async (yaml = '') => {
    stage = await setStage(yaml + waiting)
    const loud = { loadPerCore: 4, freeMemory: 0.5, idleMs: 0 }
    Object.assign(stage.fleet, { senses: async () => ({ feel: async () => loud }) })
  }
  const acquire = async (name: string) => {
    const { store, clock } = stage.fleet
    const now = clock.now()
    const wish = { name, holder: 'ann', attemptId: null, until: now + 3_600_000, now }
    const taken = await store.acquireLock(wish)
    if (!taken.ok) throw new Error(taken.refusal.sentence)
    return taken.lock
  }
  const first = { priority: 1_000 }
  const done = async () => (await stage.fleet.store.counts()).done
  const untouched = async (ids: readonly number[]) => {
    for (const id of ids) {
      expect(await stage.attempts(id)).toEqual([])
      expect((await stage.task(id)).state).toBe('ready')
      expect(await stage.count(id, 'write.refused')).toBe(0)
    }
  }

  it('is left out of the choice, by lock, window, cap or demand, and the rest is claimed (incident 9)', async () => {
    await set()
    const lock = await acquire('deploy')
    const heavy = await stage.add('touch heavy; while test -e heavy; do sleep 0.05; done', {
      labels: ['heavy'],
      ...first,
    })
    await stage.up()
    await until('the heavy one runs', async () => (await stage.task(heavy)).state === 'taken')
    const barred = [
      await stage.add('true', { locks: ['deploy'], ...first }),
      await stage.add('true', { calm: 'night', ...first }),
      await stage.add('true', { labels: ['heavy'], ...first }),
    ]
    for (let i = 0; i < 8; i += 1) await stage.add('true')
    await until('the others are done', async () => (await done()) === 8)
    await untouched(barred)
    const stuck = (await stage.fleet.store.mechanisms()).filter(({ name }) => name === 'claim')
    for (const { stuckSince } of stuck) expect(stuckSince).toBeNull()

    const { store, clock } = stage.fleet
    const { name, epoch } = lock
    await store.releaseLock({ name, epoch, by: 'ann', now: clock.now() })
    store.poke()
    await until('the lock is free, and its task runs', async () => (await done()) === 9)
    await untouched(barred.slice(1))
  })

  it('by a budget or a calm window, a hundred deep, holds up nobody behind it (incident 10)', async () => {
    await set('  dear:\n    adapter: command\n    slots: 2\n')
    const { store, clock } = stage.fleet
    const now = clock.now()
    await store.pin({
      ...{ lane: 'agent:dear', by: 'budget', reason: '$5.00 of $5.00 a day are spent' },
      ...{ until: now + 3_600_000, now },
    })
    const barred: number[] = []
    for (let i = 0; i < 50; i += 1) {
      barred.push(await stage.add('true', { agent: 'dear', ...first }))
      barred.push(await stage.add('true', { calm: 'night', ...first }))
    }
    const others: number[] = []
    for (let i = 0; i < 10; i += 1) others.push(await stage.add('true'))
    const anybody = await stage.add('true', { agent: null })
    await stage.up()
    await until('those behind are done', async () => (await done()) === 11)
    await untouched([...barred.slice(0, 4), ...barred.slice(-4)])
    expect((await store.counts()).ready).toBe(barred.length)
    for (const id of [...others, anybody]) expect(await stage.attempts(id)).toHaveLength(1)
    expect((await stage.attempts(anybody))[0]?.agent).toBe('shell')

    await store.resetGate({ lane: 'agent:dear', by: 'budget', reason: 'a new day', now })
    store.poke()
    await until('there is money again', async () => (await done()) === 61)
    expect((await store.counts()).ready).toBe(50)
  }, 30_000)
})
