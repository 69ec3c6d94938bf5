// The guards in the database itself: what is settled or ended stays so, whoever sends the statement and by whatever
// client. Every statement here goes past the verbs.

import { expect } from 'vitest'

import {
  attemptArrows,
  attemptStates,
  isLegal,
  taskArrows,
  taskStates,
} from '../../../../src/model/transitions.ts'
import { attemptAs, insertAttempt, insertTask, replacements, taskAs } from './forgeries.ts'
import { conformance, type World } from './world.ts'
import {
  claimOne,
  enqueue,
  failure,
  forPerson,
  passed,
  proof,
  settleArgs,
  settled,
  t0,
  taken,
} from './wants.ts'

/** A refusal by a guard; on PostgreSQL also by the identity column, or its sequence that never gave such an id. */
const guarded = /midwatch: |currval|can only be updated to DEFAULT/

export const guarding = conformance('the guards in the database', {
  'of all arrows between the states of a task exactly the legal ones pass': async (world) => {
    for (const from of taskStates)
      for (const to of taskStates) {
        if (from === to) continue
        const id = await taskIn(world, from)
        const moved = await attempted(world, `UPDATE tasks SET ${taskAs(to)} WHERE id = ${id}`)
        expect(`${from} > ${to}: ${moved}`).toBe(
          `${from} > ${to}: ${isLegal(taskArrows, from, to)}`,
        )
        expect((await row(world, 'tasks', id))['state']).toBe(moved ? to : from)
      }
  },

  'of all arrows between the states of an attempt exactly the legal ones pass': async (world) => {
    for (const from of attemptStates)
      for (const to of attemptStates) {
        if (from === to) continue
        const id = await attemptIn(world, from)
        const moved = await attempted(
          world,
          `UPDATE attempts SET ${attemptAs(to)} WHERE id = ${id}`,
        )
        expect(`${from} > ${to}: ${moved}`).toBe(
          `${from} > ${to}: ${isLegal(attemptArrows, from, to)}`,
        )
        expect((await row(world, 'attempts', id))['state']).toBe(moved ? to : from)
      }
  },

  'what is settled keeps its state, outcome, verified and settled time': async (world) => {
    const id = await taskIn(world, 'settled')
    const before = await row(world, 'tasks', id)
    for (const change of [
      "state = 'ready'",
      'state = NULL',
      "outcome = 'failed'",
      'outcome = NULL',
      'verified = 1',
      'verified = NULL',
      'settled_at = 1',
      taskAs('ready'),
      "outcome = 'failed', verified = NULL",
    ])
      await refused(world, `UPDATE tasks SET ${change} WHERE id = ${id}`)
    await refused(
      world,
      "UPDATE tasks SET state = 'ready', outcome = NULL, settled_at = NULL, verified = NULL, ready_at = 1, rank = 1",
    )
    expect(await row(world, 'tasks', id)).toEqual(before)
  },

  'what is ended keeps its class, blame, exit and end': async (world) => {
    const id = await attemptIn(world, 'ended')
    const before = await row(world, 'attempts', id)
    for (const change of [
      "state = 'confirmed'",
      "class = 'success'",
      'class = NULL',
      "blame = 'host'",
      'exit_code = 0',
      "signal = 'x'",
      'ended_at = 1',
      "verdict_json = '{}'",
      attemptAs('claimed'),
    ])
      await refused(world, `UPDATE attempts SET ${change} WHERE id = ${id}`)
    expect(await row(world, 'attempts', id)).toEqual(before)
  },

  'what a row was born as never changes': async (world) => {
    const [task, attempt] = [await taskIn(world, 'ready'), await attemptIn(world, 'claimed')]
    for (const change of ['id = 900', 'created_at = 1', 'again_of = 1'])
      await refused(world, `UPDATE tasks SET ${change} WHERE id = ${task}`)
    for (const change of [
      'id = 900',
      `task_id = ${task}`,
      "agent = 'x'",
      "host = 'x'",
      "nonce = 'x'",
      'claimed_at = 1',
    ])
      await refused(world, `UPDATE attempts SET ${change} WHERE id = ${attempt}`)
  },

  'nothing is born settled, taken or ended': async (world) => {
    await taskIn(world, 'ready')
    for (const state of ['taken', 'settled'] as const)
      await refused(world, insertTask(world.dialect, null, state))
    for (const state of ['launched', 'confirmed', 'ended'] as const)
      await refused(world, insertAttempt(world.dialect, null, 1, state))
    expect(await world.store.counts()).toEqual({
      held: 0,
      ready: 1,
      taken: 0,
      done: 0,
      failed: 0,
      cancelled: 0,
    })
    expect(await world.store.unended(null)).toEqual([])
    await world.sql(insertTask(world.dialect, null, 'ready')) // it was the state, not the statement
    expect((await world.store.counts()).ready).toBe(2)
  },

  'a settled task is not replaced': async (world) => {
    const [id, other] = [await taskIn(world, 'settled'), await taskIn(world, 'ready')]
    const before = await row(world, 'tasks', id)
    for (const attack of replacements(world.dialect, id, other)) {
      await refused(world, attack)
      expect(await row(world, 'tasks', id)).toEqual(before)
    }
    expect(await world.store.counts()).toMatchObject({ ready: 1, done: 1 })
  },

  'an ended attempt is not replaced': async (world) => {
    const id = await attemptIn(world, 'ended')
    const before = await row(world, 'attempts', id)
    const task = Number(before['task_id'])
    const attacks =
      world.dialect === 'sqlite'
        ? ['REPLACE', 'INSERT OR REPLACE'].map((verb) =>
            insertAttempt('sqlite', id, task, 'claimed', verb),
          )
        : [insertAttempt('postgres', id, task, 'claimed')]
    for (const attack of [...attacks, `DELETE FROM attempts WHERE id = ${id}`]) {
      await refused(world, attack)
      expect(await row(world, 'attempts', id)).toEqual(before)
    }
  },

  'facts are only ever added': async (world) => {
    await taskIn(world, 'ready')
    const [first] = await world.sql('SELECT * FROM facts ORDER BY id LIMIT 1')
    const values = `(id, at, kind, body_json) ${world.dialect === 'postgres' ? 'OVERRIDING SYSTEM VALUE' : ''} VALUES (${first?.['id']}, 1, 'forged', '{}')`
    const attacks = [
      `UPDATE facts SET kind = 'forged'`,
      'UPDATE facts SET at = 1 WHERE id = 1',
      'DELETE FROM facts',
      `INSERT INTO facts ${values}`,
    ]
    const own =
      world.dialect === 'sqlite'
        ? [`REPLACE INTO facts ${values}`, `INSERT OR REPLACE INTO facts ${values}`]
        : ['TRUNCATE facts']
    for (const attack of [...attacks, ...own]) await refused(world, attack)
    expect((await world.sql('SELECT * FROM facts ORDER BY id LIMIT 1'))[0]).toEqual(first)
    expect(await world.sql("SELECT id FROM facts WHERE kind = 'forged'")).toEqual([])
  },

  'rows go only by prune': async (world) => {
    await attemptIn(world, 'ended')
    await taskIn(world, 'settled')
    const before = await world.store.tasks({ limit: 9 })
    for (const table of ['tasks', 'attempts', 'facts']) {
      await refused(world, `DELETE FROM ${table}`)
      if (world.dialect === 'postgres') await refused(world, `TRUNCATE ${table} CASCADE`)
    }
    if (world.dialect === 'postgres')
      await refused(world, 'TRUNCATE demands RESTART IDENTITY CASCADE')
    expect(await world.store.tasks({ limit: 9 })).toEqual(before)
  },

  'an id that was pruned is not given again, not even on request': async (world) => {
    const { dialect, store } = world
    const id = await taskIn(world, 'settled')
    expect(await store.prune({ before: t0 + 9, limit: 9, now: t0 + 9 })).toEqual({ tasks: 1 })
    for (const old of [id, 0, -5])
      await expect(world.sql(insertTask(dialect, old, 'ready'))).rejects.toThrow()
    expect((await enqueue(store)).id).toBeGreaterThan(id)
  },

  'the client programs that people use are refused as well': async (world) => {
    const { client, dialect } = world
    if (client === null) return // the same statements are refused above; this machine has no such program
    const id = await taskIn(world, 'settled')
    const attempt = await attemptIn(world, 'ended')
    const before = [await row(world, 'tasks', id), await row(world, 'attempts', attempt)]
    const attacks = [
      `UPDATE tasks SET ${taskAs('ready')} WHERE id = ${id}`,
      `UPDATE tasks SET outcome = 'failed', verified = NULL WHERE id = ${id}`,
      `UPDATE attempts SET class = 'success' WHERE id = ${attempt}`,
      `DELETE FROM tasks WHERE id = ${id}`,
      ...replacements(dialect, id, id),
    ]
    for (const attack of attacks) {
      const { ok, said } = client(attack)
      expect([attack, ok, said]).toEqual([attack, false, expect.stringMatching(guarded)])
    }
    expect([await row(world, 'tasks', id), await row(world, 'attempts', attempt)]).toEqual(before)
    expect(client(`UPDATE tasks SET title = 'seen' WHERE id = ${id}`).ok).toBe(true)
    expect((await world.store.task(id))?.title).toBe('seen')
  },
})

async function attempted({ sql }: World, text: string): Promise<boolean> {
  try {
    await sql(text)
    return true
  } catch (error) {
    await sql('ROLLBACK').catch(() => {}) // of the few that began a transaction
    expect(String(error)).toMatch(guarded)
    return false
  }
}

const refused = async (world: World, text: string): Promise<void> => {
  expect([text, await attempted(world, text)]).toEqual([text, false])
}

async function row({ sql }: World, table: string, id: number): Promise<Record<string, unknown>> {
  const [found] = await sql(`SELECT * FROM ${table} WHERE id = ${id}`)
  return { ...found }
}

/** A new task in that state, by the verbs; its id. */
async function taskIn({ store }: World, state: (typeof taskStates)[number]): Promise<number> {
  if (state === 'held') return (await enqueue(store, { holds: [forPerson] })).id
  if (state === 'ready') return (await enqueue(store)).id
  if (state === 'taken') return (await taken(store)).task.id
  return (await settled(store, 'done')).id
}

/** A new attempt in that state, by the verbs; its id. */
async function attemptIn({ store }: World, state: (typeof attemptStates)[number]): Promise<number> {
  await enqueue(store, { priority: 50 })
  const claimed = await claimOne(store)
  const attemptId = claimed.attempt.id
  if (state === 'launched') passed(await store.launched({ attemptId, proof, now: t0 }))
  if (state === 'confirmed')
    passed(await store.confirm({ attemptId, proof, program: 'x', now: t0 }))
  if (state === 'ended') {
    passed(await store.settle(settleArgs(claimed)))
    passed(await store.end({ attemptId, verdict: failure, now: t0 }))
  }
  return attemptId
}
