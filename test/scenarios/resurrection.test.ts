// S4: an agent closed its task, something went wrong while it was torn down, and the error's handler put the task back:
// five dispatches, three mails. Here a session that closed its task may end as it likes; the task stays closed.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { endOfOnly, setStage, type Stage, until } from './stage.ts'

describe('resurrection', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage()
  })

  afterEach(() => stage.strike())

  /** Settled once, tried once, and nothing was made of its ending. */
  async function stayedSettled(taskId: number): Promise<void> {
    expect(await stage.task(taskId)).toMatchObject({
      state: 'settled',
      outcome: 'done',
      attempts: 1,
    })
    expect(await stage.count(taskId, 'task.settled')).toBe(1)
    expect(await stage.count(taskId, 'attempt.claimed')).toBe(1)
    expect(await stage.count(taskId, 'task.returned')).toBe(0)
    expect(await stage.count(taskId, 'task.held')).toBe(0)
  }

  const runs = () => readFileSync(join(stage.dir, 'runs'), 'utf8').trim().split('\n').length
  const closing = 'echo ran >>runs; midwatch done all of it'

  it.each([
    ['exits with a failure', 'exit 7', { class: 'task_failed', exitCode: 7, signal: null }],
    ['dies of a signal', 'kill -9 $$', { class: 'interrupted', exitCode: null, signal: 'SIGKILL' }],
  ])(
    'a session that closes its task and then %s leaves it closed, after one attempt',
    async (_, ending, verdict) => {
      const daemon = await stage.up()
      const id = await stage.add(`${closing}; ${ending}`)
      const attempt = await endOfOnly(stage, id)
      await daemon.untilIdle(AbortSignal.timeout(25_000))
      expect(attempt.said).toMatchObject({ word: 'done', text: 'all of it' })
      expect(attempt.verdict).toMatchObject(verdict)
      await stayedSettled(id)
      expect(runs()).toBe(1)
    },
  )

  it('the task is closed by the word itself, while its session still runs', async () => {
    await stage.up()
    const id = await stage.add(`${closing}; until [ -e go ]; do sleep 0.02; done; exit 7`)
    await until('the task is settled', async () => (await stage.task(id)).state === 'settled')
    // A quick session may have said its word before its start was written down.
    const states = async () => (await stage.attempts(id)).map((attempt) => attempt.state)
    await until('its start is written', async () => (await states())[0] !== 'launched')
    expect(await states()).toEqual(['confirmed'])
    writeFileSync(join(stage.dir, 'go'), '')
    expect((await endOfOnly(stage, id)).verdict).toMatchObject({ class: 'task_failed' })
    await stayedSettled(id)
  })

  it('a dispatcher that comes back finds the task closed, and only ends its attempt', async () => {
    const first = await stage.up()
    const id = await stage.add(
      `until [ -e go ]; do sleep 0.02; done; ${closing}; touch over; exit 7`,
    )
    await until(
      'the session runs',
      async () => (await stage.attempts(id))[0]?.state === 'confirmed',
    )
    expect(await first.stop()).toEqual({ left: 1 })
    writeFileSync(join(stage.dir, 'go'), '')
    await until('the session is over', async () => existsSync(join(stage.dir, 'over')))
    expect(await stage.task(id)).toMatchObject({ state: 'settled', outcome: 'done' })
    const second = await stage.up()
    const attempt = await endOfOnly(stage, id)
    await second.untilIdle(AbortSignal.timeout(25_000))
    expect(attempt.verdict).toMatchObject({ class: 'task_failed', exitCode: 7 })
    await stayedSettled(id)
    expect(runs()).toBe(1)
  })

  it('what its own attempt sends late is refused, and the refusal is a fact', async () => {
    await stage.up()
    const id = await stage.add(`${closing}; exit 7`)
    const attempt = await endOfOnly(stage, id)
    const { store } = stage.fleet
    const late = { taskId: id, attemptId: attempt.id, reason: 'late', now: Date.now() }
    const answers = [
      await store.giveBack({ ...late, holds: [], charged: true }),
      await store.settle({ ...late, outcome: 'failed', verified: null, by: 'late' }),
      await store.end({
        attemptId: attempt.id,
        verdict: { ...attempt.verdict, class: 'rate_limited' } as never,
        now: late.now,
      }),
    ]
    expect(answers.map((answer) => answer.ok)).toEqual([false, false, false])
    expect(await stage.count(id, 'write.refused')).toBe(3)
    await stayedSettled(id)
  })

  it('a raw statement cannot reopen it either: the database itself refuses', async () => {
    await stage.up()
    const id = await stage.add(`${closing}; exit 7`)
    await endOfOnly(stage, id)
    const raw = new DatabaseSync(join(stage.fleet.stateDir, 'fleet.db'))
    try {
      const reopen = `UPDATE tasks SET state = 'ready', outcome = NULL, settled_at = NULL, ready_at = 1, rank = 1 WHERE id = ${id}`
      expect(() => raw.exec(reopen)).toThrow('midwatch: ')
    } finally {
      raw.close()
    }
    await stayedSettled(id)
  })
})
