// How scripts are run on SQLite: together in one commit, but each for itself.

import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { expect, it, vi } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { all, type Script } from '../../../src/drivers/store/script.ts'
import { sqliteExecutor } from '../../../src/drivers/store/sqlite/executor.ts'
import { statement } from '../../../src/drivers/store/statement.ts'
import { until } from '../../support/until.ts'

const put = statement<{ n: number }>(
  'put',
  (_db, arg) => sql`INSERT INTO seen (n) VALUES (${arg('n')})`,
)
const undo = statement<object>('undo', () => sql`ROLLBACK`)

function* write(n: number): Script<number> {
  yield* all(put, { n })
  return n
}

function* fail(n: number): Script<never> {
  yield* all(put, { n })
  throw new Error('refused')
}

/** What a full disk may do: the database itself ends the transaction. */
function* endTransaction(): Script<never> {
  yield* all(undo, {})
  throw new Error('the disk is full')
}

function executor(sync?: () => Promise<void>) {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE seen (n INTEGER NOT NULL UNIQUE)')
  let commits = 0
  const onCommit = () => {
    commits += 1
  }
  const soon = (flush: () => void) => void setImmediate(flush)
  const parts = { db, path: ':memory:', clock: systemClock, random: systemRandom, soon, onCommit }
  const by = sync === undefined ? parts : { ...parts, sync }
  const seen = () =>
    db
      .prepare('SELECT n FROM seen ORDER BY n')
      .all()
      .map((row) => row['n'])
  const prepare = vi.spyOn(db, 'prepare')
  const prepared = () =>
    prepare.mock.calls.filter(([text]) => text.startsWith('INSERT INTO seen')).length
  return { ...sqliteExecutor(by), seen, prepared, commits: () => commits }
}

it('verbs of one turn share one commit', async () => {
  const { write: run, seen, commits } = executor()
  const values = await Promise.all([1, 2, 3].map((n) => run(() => write(n))))
  expect([values, seen(), commits()]).toEqual([[1, 2, 3], [1, 2, 3], 1])
})

it('a verb that fails leaves nothing, and its fellows everything', async () => {
  const { write: run, seen } = executor()
  const results = await Promise.allSettled([
    run(() => write(1)),
    run(() => fail(2)),
    run(() => write(1)),
    run(() => write(3)),
  ])
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ])
  expect(seen()).toEqual([1, 3])
})

it('an error that ends the transaction is told to everyone in it, and the next verb goes on', async () => {
  const { write: run, seen, drain } = executor()
  const results = await Promise.allSettled([
    run(() => write(1)),
    run(endTransaction),
    run(() => write(2)),
  ])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  await drain()
  expect(seen()).toEqual([2])
})

it('nobody is told before the disk has it, and what is committed meanwhile shares the next walk', async () => {
  const pending: (() => void)[] = []
  let walks = 0
  const sync = () => {
    walks += 1
    return new Promise<void>((resolve) => void pending.push(resolve))
  }
  const { write: run, seen, drain } = executor(sync)
  const told: number[] = []
  const first = run(() => write(1)).then((n) => told.push(n))
  await until(async () => pending.length === 1)
  const second = run(() => write(2)).then((n) => told.push(n))
  await until(async () => seen().length === 2)
  const third = run(() => write(3)).then((n) => told.push(n))
  await until(async () => seen().length === 3)
  expect([told, walks]).toEqual([[], 1])
  pending.shift()?.()
  await first
  await until(async () => pending.length === 1)
  expect([told, walks]).toEqual([[1], 2])
  pending.shift()?.()
  await Promise.all([second, third, drain()])
  expect([told, walks]).toEqual([[1, 2, 3], 2])
})

it('a drain waits for what is on its way to the disk', async () => {
  const pending: (() => void)[] = []
  const { write: run, drain } = executor(
    () => new Promise<void>((resolve) => void pending.push(resolve)),
  )
  const order: string[] = []
  const written = run(() => write(1)).then(() => order.push('told'))
  await until(async () => pending.length === 1)
  const drained = drain().then(() => order.push('drained'))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(order).toEqual([])
  pending.shift()?.()
  await Promise.all([written, drained])
  expect(order).toEqual(['told', 'drained'])
})

it('what the disk refused is an error to everyone in it, and the next verb goes on', async () => {
  let refusals = 1
  const { write: run } = executor(async () => {
    if (refusals-- > 0) throw new Error('the disk is gone')
  })
  const results = await Promise.allSettled([run(() => write(1)), run(() => write(2))])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
  expect(await run(() => write(3))).toBe(3)
})

/** Longer than one step of making ready may last. */
function slowly<T>(built: T): T {
  const until = performance.now() + 5
  while (performance.now() < until);
  return built
}

it('every statement is prepared before it is asked for, with room for others in between', async () => {
  const { ready, write: run, seen, prepared } = executor()
  const breaths = vi.fn(async () => {})
  statement('nowhere', () => sql`SELECT 1 FROM nowhere`) // told to whoever asks it, and to nobody else
  for (const n of [1, 2]) statement(`slow ${n}`, () => slowly(sql`SELECT 1`))
  await ready(breaths)
  expect(breaths.mock.calls.length).toBeGreaterThanOrEqual(2)
  expect(seen()).toEqual([])
  const before = prepared()
  expect(before).toBeGreaterThan(0)
  await run(() => write(1))
  expect([seen(), prepared()]).toEqual([[1], before])
})
