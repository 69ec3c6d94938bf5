// S0: a launcher was called with wrong arguments, said yes, and started nothing; its exit 0 was believed for months. Here
// nothing is believed but the start mark, and a start that stays unproven is over within its limit, for good.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { present } from '../../src/base/assert.ts'
import type { Launcher, LaunchOrder } from '../../src/drivers/launchers/contract.ts'
import { endOfOnly, setStage, type Stage, until } from './stage.ts'

const confirmMs = 400

describe('dispatched nothing', () => {
  let stage: Stage
  let real: Launcher
  let swallowed: LaunchOrder[]

  /** Says yes, with a proof that looks like any, and starts nothing. */
  const swallowing = (launcher: Launcher): Launcher => {
    real = launcher
    const start = async (order: LaunchOrder) => {
      swallowed.push(order)
      return { launcher: 'local', pid: null, startTicks: null, bootId: stage.fleet.host.bootId }
    }
    return new Proxy(launcher, {
      get(target, name) {
        if (name === 'start') return start
        const value = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  beforeEach(async () => {
    swallowed = []
    stage = await setStage(`limits:\n  confirm: ${confirmMs}ms\n  poll: 100ms\nbackoff: [1h]\n`)
  })

  afterEach(() => stage.strike())

  const ran = () => existsSync(join(stage.dir, 'ran'))

  it('an attempt that was launched and not started ends launch_failed within the confirmation limit', async () => {
    await stage.up(swallowing)
    const id = await stage.add('touch ran')
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'launch_failed', blame: 'host' })
    expect(attempt.verdict?.evidence).toContain(
      'the launcher accepted the call but nothing started',
    )
    expect(attempt.launchedAt).not.toBeNull()
    expect(attempt.confirmedAt).toBeNull()
    const tookMs = present(attempt.endedAt, 'it ended') - attempt.claimedAt
    expect(tookMs).toBeGreaterThanOrEqual(confirmMs)
    expect(tookMs).toBeLessThan(confirmMs + 25_000)
    expect(ran()).toBe(false)
  })

  it('its task is not charged, and waits for its backoff', async () => {
    await stage.up(swallowing)
    const id = await stage.add('touch ran', { attempts: 1 })
    await endOfOnly(stage, id)
    await until('the task is held', async () => (await stage.task(id)).state === 'held')
    const [hold, ...more] = await stage.fleet.store.holdsOf(id, true)
    expect(hold?.release).toMatchObject({ kind: 'time', why: 'backoff' })
    expect(more).toEqual([])
    const [returned] = await stage.fleet.store.facts({
      taskId: id,
      kinds: ['task.returned'],
      limit: 2,
    })
    expect(returned?.body).toMatchObject({ charged: false })
    expect(await stage.count(id, 'task.settled')).toBe(0)
    expect(swallowed).toHaveLength(1)
  })

  it('what was called off cannot start later: its ticket is taken', async () => {
    await stage.up(swallowing)
    const id = await stage.add('touch ran')
    const attempt = await endOfOnly(stage, id)
    const order = present(swallowed[0], 'a start was swallowed')
    const launch = await real.start({ ...order, startWithinMs: 60_000 })
    const ref = { attemptId: attempt.id, nonce: attempt.nonce, launch }
    await until('the late wrapper is gone', async () => (await real.living(ref)).length === 0)
    expect(await real.look(ref)).toMatchObject({ seen: 'refused' })
    real.forget(ref)
    expect(ran()).toBe(false)
    expect(await stage.attempts(id)).toHaveLength(1)
  })
})
