// Incidents 6 and 7: at the reset of a limit everything was released in the same second, and thirteen sessions failed together;
// and after a long stop, what was long out of date ran at once. The dispatch loop and the store are the real ones.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

import { DispatchTown, type PlayedSession, type TownOptions } from '../support/dispatch-town.ts'
import { setStage, type Stage, until } from './stage.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const began = 1_800_000_000_000

describe('a limit of 13 slots that is reset', () => {
  let town: DispatchTown
  let starts: PlayedSession[] = []
  const resetAt = began + 5 * hour
  const lanes = (account: string) => [`account:${account}`, 'cli:claude', 'provider:anthropic']
  const begin = (agents: TownOptions['agents']) => {
    starts = []
    town = new DispatchTown({
      agents,
      fate: (session) => {
        starts.push(session)
        return session.now < resetAt
          ? { ends: 'rate_limited', afterMs: 5 * second, more: { resetAt } }
          : { ends: 'success', afterMs: 3 * minute }
      },
    })
  }
  afterEach(async () => {
    expect(town.errors).toEqual([])
    await town.stop()
  })
  const sinceReset = () => starts.filter(({ now }) => now >= resetAt)

  it('lets one in first, then more with each that gives evidence, and never all in one second (incident 6)', async () => {
    begin([{ name: 'ann', slots: 13, client: lanes('team') }])
    await town.add(39)
    await town.run(resetAt - town.now)
    expect(sinceReset()).toEqual([])
    await town.run(30 * second)
    const [canary, ...others] = sinceReset()
    expect(canary?.now).toBeGreaterThan(resetAt)
    expect(others.every(({ now }) => now > (canary?.now ?? 0))).toBe(true)
    await town.run(20 * minute)
    const perSecond = Map.groupBy(sinceReset(), ({ now }) => Math.floor(now / second))
    const [first, next, third] = [...perSecond.values()].map((of) => of.length)
    expect(first).toBe(1)
    expect(next).toBeLessThanOrEqual(2)
    expect(third).toBeLessThanOrEqual(4)
    expect(await town.store.counts()).toMatchObject({ done: 39, failed: 0 })
    const shut = await town.store.facts({ kinds: ['gate.shut'], limit: 99 })
    expect(shut).toHaveLength(1)
  })

  it('of two accounts in the same second is tried at two moments (incident 6)', async () => {
    begin([
      { name: 'ann', slots: 13, client: lanes('team') },
      { name: 'ben', slots: 13, client: lanes('own') },
    ])
    await town.add(13, 'prompt', 5, 'ann')
    await town.add(13, 'prompt', 5, 'ben')
    await town.run(hour)
    const due = (await town.store.gates()).flatMap((gate) =>
      gate.state === 'shut' ? [gate.until] : [],
    )
    expect(due).toHaveLength(2)
    expect(new Set(due).size).toBe(2)
    for (const at of due) expect(at).toBeGreaterThan(resetAt)
    for (const at of due) expect(at).toBeLessThanOrEqual(resetAt + 30 * second)
  })
})

describe('a fleet that stood still for three days', () => {
  let stage: Stage
  afterEach(() => stage.strike())

  it('begins what came due meanwhile in its order and its numbers, and nothing that was decided otherwise (incident 7)', async () => {
    stage = await setStage('limits:\n  poll: 50ms\ncaps:\n  labels:\n    mail: 1\n')
    const { store, clock } = stage.fleet
    const day = 24 * hour
    const stopped = clock.now() - 3 * day
    const add = async (nth: number, dueAt: number, more: object = {}) => {
      const run = `echo ${nth} >> began; echo x >> running; wc -l < running >> most; sleep 0.1; sed -i 1d running`
      const order = {
        run,
        prompt: null,
        cwd: stage.dir,
        timeoutMs: null,
        verify: null,
        once: false,
      }
      const demand = { kind: 'command', agent: 'shell', tier: null, role: null } as const
      const { task } = await store.enqueue({
        ...{ title: `${nth}`, priority: 0, demand: { ...demand, labels: ['mail'] }, order },
        ...{ attemptsMax: 1, key: null, againOf: null, by: 'cron', now: stopped },
        holds: [{ kind: 'time', until: dueAt, why: 'not_before' }],
        ...more,
      })
      return task.id
    }
    const ids: number[] = []
    for (let nth = 1; nth <= 6; nth += 1) ids.push(await add(nth, stopped + nth * hour))
    const notYet = await add(7, clock.now() + day)
    const question = { kind: 'person', question: 'still wanted?', told: 'ann' } as const
    const decide = { at: stopped + hour, how: 'cancel' } as const
    const stale = await add(8, 0, { holds: [{ ...question, decide }] })
    await stage.up()
    await until('all that is due has run', async () => (await store.counts()).done === 6)
    const lines = (name: string) =>
      readFileSync(join(stage.dir, name), 'utf8').trim().split('\n').map(Number)
    expect(lines('began')).toEqual([1, 2, 3, 4, 5, 6])
    expect(Math.max(...lines('most'))).toBe(1)
    for (const id of ids) expect(await stage.attempts(id)).toHaveLength(1)
    await until(
      'nobody answered in time',
      async () => (await stage.task(stale)).state === 'settled',
    )
    expect(await stage.task(stale)).toMatchObject({ outcome: 'cancelled', attempts: 0 })
    expect(await stage.task(notYet)).toMatchObject({ state: 'held', attempts: 0 })
    const open = await store.incidents({ openOnly: true, limit: 9 })
    expect(open.map(({ key }) => key)).toEqual([])
  })
})
