// S0, with real sessions: 164 tasks wait, 38 of them for a calm machine that never is. The timer fires and fires; the audit
// says so and names the window; the escape lets some through; and when calm comes they run, in their numbers.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

import type { Senses } from '../../src/model/window.ts'
import { setStage, type Stage, until } from './stage.ts'

const loud: Senses = { loadPerCore: 4, freeMemory: 0.5, idleMs: 0 }
const still: Senses = { loadPerCore: 0, freeMemory: 0.5, idleMs: Number.POSITIVE_INFINITY }

describe('a calm window that never opens', () => {
  let stage: Stage
  let felt: Senses = loud

  const set = async (window: string) => {
    felt = loud
    stage = await setStage(
      `limits:\n  poll: 50ms\nbackoff: [50ms]\nwindows:\n  night:\n    load: 0.5\n${window}`,
    )
    Object.assign(stage.fleet, { senses: async () => ({ feel: async () => felt }) })
  }
  afterEach(() => stage.strike())

  const states = async () => (await stage.fleet.store.counts()).ready
  const window = async () => (await stage.fleet.store.windows(null))[0]

  it('holds up nobody else, says why not, and is told of', async () => {
    await set('    tellAfter: 1s\n')
    for (let i = 0; i < 38; i += 1) await stage.add('true', { calm: 'night', priority: 9 })
    const others: number[] = []
    for (let i = 0; i < 12; i += 1) others.push(await stage.add('true'))
    await stage.up()
    await until('the others run', async () => (await stage.fleet.store.counts()).done === 12)
    expect(await states()).toBe(38)
    expect((await window())?.why.join()).toContain('load per core is 4.00')
    const { fleet } = stage
    expect(await fleet.store.waitingForCalm({ name: 'night', limit: 1 })).toMatchObject({
      count: 38,
    })
  })

  it('when calm comes they run in their numbers, and the opening is kept', async () => {
    await set('    others: 0\n    perWindow: 3\n')
    const ids: number[] = []
    for (let i = 0; i < 5; i += 1)
      ids.push(
        await stage.add(
          'echo x >> running; wc -l < running >> most; sleep 0.1; sed -i 1d running; true',
          { calm: 'night' },
        ),
      )
    felt = still
    await stage.up()
    await until('three have run', async () => (await stage.fleet.store.counts()).done === 3)
    const [opening] = await stage.fleet.store.openings({ name: 'night', limit: 1 })
    expect(opening).toMatchObject({ taken: 3, tasks: ids.slice(0, 3), closedAt: null })
    expect(await states()).toBe(2)
    const seen = readFileSync(join(stage.dir, 'most'), 'utf8').trim().split('\n')
    expect(seen.map(Number)).toEqual([1, 1, 1])
  })

  it('who waited too long is run at the least busy time', async () => {
    await set('    maxWait: 1s\n    escape: run\n')
    const id = await stage.add('touch ran', { calm: 'night' })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await stage.up()
    await until('it runs', async () => (await stage.task(id)).state === 'settled')
    expect(existsSync(join(stage.dir, 'ran'))).toBe(true)
    expect(await stage.count(id, 'task.waived')).toBe(1)
  })
})
