// Incident 14: waits that were resolved wrongly, 24 of 24 times; and a check that rewrote the clock of what it waited
// for. With real commands and real sessions: a look that cannot tell releases nothing and is told of; a session that
// asks costs nothing, and the next one is told the answer.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Release } from '../../src/model/hold.ts'
import { setStage, type Stage, until } from './stage.ts'

const midwatch = fileURLToPath(new URL('../../bin/midwatch.mjs', import.meta.url))

describe('waits are resolved by what they wait for', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage('limits:\n  poll: 50ms\nbackoff: [50ms]\n')
  })
  afterEach(() => stage.strike())

  const checkOf = (command: string): Release => ({
    kind: 'check',
    probe: { look: 'command', command, cwd: stage.dir },
    everyMs: 50,
    timeoutMs: 2_000,
  })
  const holdOf = async (id: number) => (await stage.fleet.store.holdsOf(id, false))[0]
  const settledAs = (id: number) =>
    until(`task ${id} settles`, async () => {
      const task = await stage.task(id)
      return task.state === 'settled' && task.outcome
    })
  const openKeys = async () =>
    (await stage.fleet.store.incidents({ openOnly: true, limit: 20 })).map((one) => one.key)

  it('a check that says not yet moves no clock; when it is met the task runs', async () => {
    const { store, clock } = stage.fleet
    const id = await stage.add('echo ran > ran')
    const release = checkOf('test -e ready')
    const put = await store.hold({ taskId: id, release, now: clock.now() })
    const since = (await holdOf(id))?.since
    expect(put.ok).toBe(true)
    await stage.up()
    await until('three looks', async () => ((await holdOf(id))?.state.tries ?? 0) >= 3)
    expect(await holdOf(id)).toMatchObject({ since, release, state: { answer: 'not_yet' } })
    expect((await stage.task(id)).state).toBe('held')
    writeFileSync(join(stage.dir, 'ready'), '')
    expect(await settledAs(id)).toBe('done')
    expect((await holdOf(id))?.releasedBy).toContain('check')
  })

  it('a broken check is neither: the task waits, a person is told once, and mending it is enough', async () => {
    const { store, clock } = stage.fleet
    writeFileSync(join(stage.dir, 'probe.sh'), 'exit 3\n')
    const id = await stage.add('true')
    await store.hold({ taskId: id, release: checkOf('sh probe.sh'), now: clock.now() })
    await stage.up()
    const hold = await holdOf(id)
    await until('a person is told', async () => (await openKeys()).includes(`probe:${hold?.id}`))
    expect((await stage.task(id)).state).toBe('held')
    writeFileSync(join(stage.dir, 'probe.sh'), 'exit 1\n')
    await until('it can tell again', async () => (await openKeys()).length === 0)
    expect((await stage.task(id)).state).toBe('held')
    writeFileSync(join(stage.dir, 'probe.sh'), 'exit 0\n')
    expect(await settledAs(id)).toBe('done')
  })

  it('a session that asks ends uncharged, and the next one is told the answer', async () => {
    const { store, clock } = stage.fleet
    await stage.up()
    const run = `if [ -n "$MIDWATCH_ANSWER" ]; then echo "$MIDWATCH_ANSWER" > answer
      else midwatch ask "which colour?"; sleep 60; fi`
    const id = await stage.add(run, { attempts: 1 })
    const hold = await until('it asks', async () => {
      const [live] = await store.holdsOf(id, true)
      return live?.kind === 'person' && live
    })
    const [attempt] = await stage.attempts(id)
    expect(attempt).toMatchObject({ state: 'ended', asked: 'which colour?' })
    expect(attempt?.verdict).toMatchObject({ class: 'interrupted' })
    expect((await stage.task(id)).state).toBe('held')
    const inbox = execFileSync(process.execPath, [midwatch, 'inbox', '--json'], {
      cwd: stage.dir,
      encoding: 'utf8',
    })
    expect(JSON.parse(inbox)).toMatchObject({
      items: [{ kind: 'question', task: id, hold: hold.id, what: 'which colour?' }],
    })
    execFileSync(process.execPath, [midwatch, 'answer', String(id), 'green'], { cwd: stage.dir })
    expect(await settledAs(id)).toBe('done')
    expect(readFileSync(join(stage.dir, 'answer'), 'utf8')).toContain('answers: green')
    expect(await stage.attempts(id)).toHaveLength(2)
    expect(await openKeys()).toEqual([])
    expect(clock.now()).toBeGreaterThan(0)
  })

  it('a question nobody answers in time is decided as was said', async () => {
    const { store, clock } = stage.fleet
    await stage.up()
    const ask = async (how: 'release' | 'cancel') => {
      const id = await stage.add('true', { notBefore: clock.now() + 3_600_000 })
      const [time] = await store.holdsOf(id, true)
      const now = clock.now()
      const release: Release = {
        kind: 'person',
        question: 'shall it?',
        told: 'ann',
        decide: { at: now + 100, how },
      }
      await store.hold({ taskId: id, release, now })
      await store.release({ holdId: time?.id ?? 0, by: 'test', now })
      return id
    }
    const [released, cancelled] = [await ask('release'), await ask('cancel')]
    expect([await settledAs(released), await settledAs(cancelled)]).toEqual(['done', 'cancelled'])
  })
})
