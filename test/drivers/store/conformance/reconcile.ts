// What the reconciler finds and mends: rows that were written past every verb and every guard, as in an imported database.
// Each law finds what breaks it and spares what keeps it; a repair looks again, and repairs once.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { type RowLawName, rowLawNames } from '../../../../src/model/row-law.ts'
import {
  afterTask,
  claimOne,
  enqueue,
  forPerson,
  kindsOf,
  passed,
  settleArgs,
  settled,
  stateOf,
  success,
  t0,
  taken,
  untilTime,
} from './wants.ts'
import { conformance, type World } from './world.ts'

/** Raw SQL where no guard looks: how a copy from before the guards comes to be. */
export async function unguarded({ dialect, sql }: World, ...statements: string[]): Promise<void> {
  if (dialect === 'postgres') {
    const tables = ['tasks', 'attempts']
    for (const table of tables) await sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
    for (const one of statements) await sql(one)
    for (const table of tables) await sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
    return
  }
  const guards = await sql(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('tasks','attempts')",
  )
  for (const { name } of guards) await sql(`DROP TRIGGER ${name}`)
  for (const one of statements) await sql(one)
  for (const { sql: text } of guards) await sql(String(text))
}

/** Raw SQL where no reference is looked after: how a part of a copy comes to be. */
async function unfettered({ dialect, sql }: World, statement: string): Promise<void> {
  if (dialect === 'postgres') await sql('SET session_replication_role = replica')
  await sql(statement)
  if (dialect === 'postgres') await sql('SET session_replication_role = origin')
}

/** Everything there is, looked at. */
async function brokenNow(store: Store): Promise<string[]> {
  const rows = {
    tasks: await store.rowsAfter({ table: 'tasks', after: 0, limit: 1_000 }),
    attempts: await store.rowsAfter({ table: 'attempts', after: 0, limit: 1_000 }),
  }
  return (await store.broken({ rows, now: t0 })).map(({ law, id }) => `${law} ${id}`)
}

const mend = async (store: Store, law: RowLawName, id: number) =>
  (await store.mend({ law, id, by: 'ann', now: t0 + 5_000 })).did

/** It is found by this law alone, mended once, and sound afterwards. */
async function mends(store: Store, law: RowLawName, id: number, did: string): Promise<void> {
  expect(await brokenNow(store)).toEqual([`${law} ${id}`])
  expect(await mend(store, law, id)).toBe(did)
  expect(await brokenNow(store)).toEqual([])
  expect(await mend(store, law, id)).toBe(null)
}

export const reconciling = conformance('broken and mend', {
  'a fleet that only its verbs wrote breaks no law': async ({ store }) => {
    const { id } = await enqueue(store, { holds: [untilTime(t0 + 1)] })
    await enqueue(store, { holds: [afterTask(id), forPerson] })
    const failed = await settled(store, 'failed')
    await enqueue(store, { holds: [afterTask(failed.id)] })
    const one = await taken(store)
    passed(await store.settle(settleArgs(one)))
    const two = await taken(store)
    passed(await store.end({ attemptId: two.attempt.id, verdict: success, now: t0 }))
    await taken(store)
    expect(await brokenNow(store)).toEqual([])
    for (const law of rowLawNames)
      for (const row of [1, 2, 3, 4, 99])
        expect(await mend(store, law, row), `${law} ${row}`).toBe(null)
    expect(await store.facts({ kinds: ['row.mended'], limit: 9 })).toEqual([])
  },

  'a settled task that was requeued is settled again as it was, and whoever works on it is stopped':
    async (world) => {
      const { store } = world
      const first = await taken(store)
      passed(await store.settle({ ...settleArgs(first), verified: true, reason: 'all green' }))
      passed(await store.end({ attemptId: first.attempt.id, verdict: success, now: t0 }))
      const { id } = first.task
      await unguarded(
        world,
        `UPDATE tasks SET state = 'ready', outcome = NULL, verified = NULL, settled_at = NULL, ready_at = 1, rank = 1 WHERE id = ${id}`,
      )
      const again = await claimOne(store)
      expect(again.task.id).toBe(id)
      await mends(store, 'settled-stays', id, 'settled again: done')
      expect(await store.task(id)).toMatchObject({
        state: 'settled',
        outcome: 'done',
        verified: true,
        settledAt: t0,
        reason: 'all green',
      })
      expect((await store.attempt(again.attempt.id))?.stop).not.toBe(null)
      expect((await kindsOf(store, id)).filter((kind) => kind === 'task.settled')).toHaveLength(1)
      expect((await store.counts()).done).toBe(1)
    },

  'a task whose own key is a completed work key is done; another one of that name is not': async ({
    store,
  }) => {
    const own = await enqueue(store, { key: { key: 'report', scope: 'open' } })
    const other = await enqueue(store, { key: { key: 'reports', scope: 'open' } })
    const work = { key: 'report', holder: 'ann', now: t0 }
    passed(await store.claimWork({ ...work, attemptId: null, taskId: null, until: t0 + 9_000 }))
    expect(await brokenNow(store)).toEqual([])
    passed(await store.completeWork({ ...work, note: '', until: null }))
    await mends(store, 'done-by-its-key', own.id, 'settled: done')
    expect([await stateOf(store, own.id), await stateOf(store, other.id)]).toEqual([
      'settled done',
      'ready',
    ])
  },

  'an attempt that was reopened is ended again as it was': async (world) => {
    const { store } = world
    const { attempt } = await taken(store)
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 + 7 }))
    await unguarded(
      world,
      `UPDATE attempts SET state = 'confirmed', ended_at = NULL, class = NULL, verdict_json = NULL WHERE id = ${attempt.id}`,
    )
    await mends(store, 'ended-stays', attempt.id, 'ended again: success')
    expect(await store.attempt(attempt.id)).toMatchObject({
      state: 'ended',
      endedAt: t0 + 7,
      verdict: { class: 'success', exitCode: 0 },
    })
  },

  'a task that nobody holds is given back, uncharged': async (world) => {
    const { store } = world
    const { task } = await taken(store)
    await unguarded(world, `UPDATE tasks SET attempt_id = 4711 WHERE id = ${task.id}`)
    expect(await brokenNow(store)).toEqual([
      `taken-by-its-attempt ${task.id}`,
      'attempt-has-its-task 1',
    ])
    expect(await mend(store, 'taken-by-its-attempt', task.id)).toBe('ready again')
    expect(await stateOf(store, task.id)).toBe('ready')
    await mends(store, 'attempt-has-its-task', 1, 'asked to stop')
  },

  'who waits for a settled task is answered: released by done, asked otherwise': async ({
    store,
    sql,
  }) => {
    const done = await settled(store, 'done')
    const failed = await settled(store, 'failed')
    const [one, two, gone] = [
      await enqueue(store, { holds: [forPerson] }),
      await enqueue(store, { holds: [forPerson] }),
      await enqueue(store, { holds: [forPerson] }),
    ]
    const wait = (task: number, on: number) =>
      sql(`UPDATE holds SET kind = 'after', after_task = ${on},
        release_json = '{"kind":"after","taskId":${on},"any":false,"needsPerson":false}' WHERE task_id = ${task}`)
    await wait(one.id, done.id)
    await mends(store, 'wait-is-answered', one.id, `released from task ${done.id}`)
    expect(await stateOf(store, one.id)).toBe('ready')
    await wait(two.id, failed.id)
    await mends(store, 'wait-is-answered', two.id, `a person decides about task ${failed.id}`)
    expect(await stateOf(store, two.id)).toBe('held')
    await wait(gone.id, 4711)
    await mends(store, 'wait-is-answered', gone.id, 'a person decides about task 4711')
    expect(await stateOf(store, gone.id)).toBe('held')
  },

  'a held task without a hold is ready, a ready one with a hold is held': async (world) => {
    const { store, sql } = world
    const held = await enqueue(store, { holds: [forPerson] })
    await sql(`UPDATE holds SET released_at = 1 WHERE task_id = ${held.id}`)
    await mends(store, 'held-by-something', held.id, 'ready')
    expect(await stateOf(store, held.id)).toBe('ready')
    await sql(`UPDATE holds SET released_at = NULL WHERE task_id = ${held.id}`)
    await mends(store, 'ready-is-free', held.id, 'held by its holds again')
    expect(await stateOf(store, held.id)).toBe('held')
  },

  'holds of a settled task are over': async ({ store, sql }) => {
    const { id } = await enqueue(store, { holds: [forPerson] })
    passed(
      await store.settleByHand({ taskId: id, outcome: 'cancelled', by: 'a', reason: '', now: t0 }),
    )
    await sql(`UPDATE holds SET released_at = NULL WHERE task_id = ${id}`)
    await mends(store, 'settled-waits-for-nothing', id, 'its holds are over')
  },

  'an order that cannot be read is put aside for a person, kept, and those behind it go on':
    async ({ store, sql }) => {
      const bad = await enqueue(store, { priority: 9 })
      const good = await enqueue(store)
      await sql(`UPDATE tasks SET order_json = '{"run": "make' WHERE id = ${bad.id}`)
      await expect(claimOne(store)).rejects.toThrow()
      await mends(store, 'readable-task', bad.id, 'put aside for a person')
      expect((await claimOne(store)).task.id).toBe(good.id)
      expect(await store.task(bad.id)).toMatchObject({ state: 'held', order: { run: null } })
      expect(await store.holdsOf(bad.id, true)).toMatchObject([{ kind: 'person' }])
      const [kept] = await store.facts({ kinds: ['row.quarantined'], limit: 9 })
      expect(kept?.body).toMatchObject({ table: 'tasks', id: bad.id, error: '{"run": "make' })
      expect(await store.incidents({ openOnly: true, limit: 9 })).toMatchObject([
        { key: expect.stringMatching(/^ask:/), data: { tasks: [bad.id] } },
      ])
    },

  'a hold that cannot be read asks a person': async ({ store, sql }) => {
    const { id } = await enqueue(store, { holds: [untilTime(t0 * 2)] })
    await sql(`UPDATE holds SET release_json = 'soon' WHERE task_id = ${id}`)
    await mends(store, 'readable-hold', id, 'its hold h1 asks a person')
    const [hold] = await store.holdsOf(id, true)
    expect(hold).toMatchObject({ kind: 'person', release: { kind: 'person' } })
    passed(await store.release({ holdId: hold?.id ?? 0, by: 'ann', now: t0 }))
    expect(await stateOf(store, id)).toBe('ready')
  },

  'a running attempt that cannot be read is cleaned, and its neighbours are read again': async ({
    store,
    sql,
  }) => {
    const { attempt } = await taken(store)
    await taken(store)
    await sql(`UPDATE attempts SET launch_json = '{', lanes_json = 'x' WHERE id = ${attempt.id}`)
    await expect(store.unended(null)).rejects.toThrow()
    await mends(store, 'readable-attempt', attempt.id, 'what could not be read is forgotten')
    expect((await store.unended(null)).map(({ lanes }) => lanes.length)).toEqual([0, 3])
  },

  'only what is asked about is looked at; facts, heads of lines and a walk say what': async ({
    store,
    sql,
  }) => {
    for (let i = 0; i < 30; i++)
      await enqueue(store, { priority: i, holds: i < 8 ? [forPerson] : [] })
    const { to, tasks } = await store.changedRows({ after: 0, limit: 10 })
    expect(tasks.length).toBeLessThanOrEqual(10)
    expect(await store.changedRows({ after: to, limit: 10 })).toEqual({
      tasks: [],
      attempts: [],
      to,
    })
    const { attempt } = await claimOne(store)
    const changed = await store.changedRows({ after: to, limit: 10 })
    expect(changed).toMatchObject({ tasks: [30], attempts: [attempt.id] })
    const first = await store.patrol({ after: 0, limit: 4 })
    expect(first.attempts).toEqual([attempt.id])
    expect(first.tasks.slice(0, 4)).toEqual([1, 2, 3, 4])
    expect(first.tasks).toContain(29) // the head of the line
    expect(first.next).toBe(4)
    const seen = new Set<number>()
    for (let after = 0, turns = 0; turns === 0 || (after > 0 && turns < 20); turns++) {
      const slice = await store.patrol({ after, limit: 4 })
      for (const id of slice.tasks) seen.add(id)
      after = slice.next
    }
    expect(seen.size).toBe(30)
    await sql(`UPDATE holds SET released_at = 1 WHERE task_id = 1`)
    expect(await store.broken({ rows: { tasks: [2, 3], attempts: [] }, now: t0 })).toEqual([])
  },

  'a hold whose task is gone is found and ended once; one whose task is there is spared': async (
    world,
  ) => {
    const { store } = world
    const { id } = await enqueue(store, { holds: [forPerson] })
    expect(await store.orphanedHolds(9)).toEqual([])
    await unfettered(
      world,
      `INSERT INTO holds (task_id, kind, since, release_json)
        VALUES (987, 'review', ${t0}, '{"kind":"review","reviewTask":988}')`,
    )
    const [orphan] = await store.orphanedHolds(9)
    expect(orphan).toMatchObject({ taskId: 987 })
    const end = (holdId: number) => store.endOrphanedHold({ holdId, by: 'ann', now: t0 })
    const [spared] = await store.holdsOf(id, true)
    expect(await end(spared?.id ?? 0)).toEqual({ ended: false })
    expect(await end(orphan?.holdId ?? 0)).toEqual({ ended: true })
    expect([await end(orphan?.holdId ?? 0), await store.orphanedHolds(9)]).toEqual([
      { ended: false },
      [],
    ])
    expect(await stateOf(store, id)).toBe('held')
  },
})
