// Runs scripts on PostgreSQL: a write is one transaction on one connection, a read one snapshot. A script only asks, so
// it may be run again as a whole: after a conflict, and after a connection was lost before COMMIT was sent. When it is
// lost in the middle of COMMIT nobody knows whether it was done, and that is said (`store.answer_unknown`).

import type { Pool, PoolClient } from 'pg'

import { assert } from '../../../base/assert.ts'
import type { Clock } from '../../../base/clock.ts'
import { failed, tryAgain } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import type { Ask, Executor, Script } from '../script.ts'
import { statementCompiler } from '../statement.ts'
import { explain, isContended, isCrowded, isLost } from './errors.ts'
import { remember } from './remembered.ts'

export interface PostgresExecutorOptions {
  readonly pool: Pool
  /** Where the database is, for sentences; without a password. */
  readonly where: string
  readonly clock: Clock
  readonly random: Random
  /** Whether a pooler gives every transaction another connection: then nothing is left behind on one. */
  readonly pooled?: boolean
  /** Whether changes are heard at once; absent for never. */
  readonly hears?: () => boolean
  /** Called after every commit that changed something that is told. */
  readonly onChange?: () => void
}

/** An executor that can be told that others committed something. */
export interface PostgresExecutor extends Executor {
  readonly forget: () => void
}

/** The server ends a session that says nothing in the middle of a transaction for that long. */
export const silentMs = 15_000

/** For how long conflicts are tried again: other people's transactions, which end. */
const contendedMs = 15_000
/** For how long a lost server is tried again: it may be restarting, but a person may be waiting. */
const lostMs = 1_500

export function postgresExecutor(options: PostgresExecutorOptions): PostgresExecutor {
  const { pool, where, clock, pooled = false } = options
  const settings = pooled ? `; ${ofThisTransaction}` : ''
  const doing = running(where)
  /** First statements of reads that asked for a second one, and so need a transaction from the start. */
  const severalQuestions = new WeakSet<object>()

  const remembered = remember(clock, options.hears ?? (() => false))

  const run = runner(asker(pooled))

  // Not what the server's default may be: a later statement must see what was committed while we waited for a lock.
  const persistent = <T>(script: () => Script<T>): Promise<T> =>
    withClient(pool, async (client) => {
      let isChanged = false
      await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED${settings}`)
      const value = await run.all(client, script(), () => {
        isChanged = true
      })
      try {
        await commit(client, where)
      } finally {
        if (isChanged) remembered.forget()
      }
      if (isChanged) options.onChange?.()
      return value
    })

  /** Each of its statements is right by itself, so each is its own transaction: a waiting host asks less. */
  const quiet = <T>(script: () => Script<T>): Promise<T> =>
    withClient(pool, (client) => run.all(client, script()))

  const consistent = <T>(script: () => Script<T>): Promise<T> =>
    withClient(pool, async (client) => {
      await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY${settings}`)
      const value = await run.all(client, script())
      await client.query('COMMIT')
      return value
    })

  /** One statement is a snapshot by itself; a read that asks again is begun again in a transaction. */
  async function snapshot<T>(script: () => Script<T>): Promise<T> {
    const looked = script()
    const step = looked.next()
    if (step.done) return step.value
    if (!severalQuestions.has(step.value.statement)) {
      const { value: question } = step
      const next = looked.next(await withClient(pool, (client) => run.ask(client, question)))
      if (next.done) return next.value
      severalQuestions.add(question.statement)
    }
    return consistent(script)
  }

  const persist = persistence(options)

  return {
    write: (script, how) =>
      doing.add(() => persist(() => (how === 'quiet' ? quiet(script) : persistent(script)))),
    read(script, named) {
      const ask = () => doing.add(() => persist(() => snapshot(script)))
      return named === undefined ? ask() : remembered.recall(named, ask)
    },
    forget: () => remembered.forget(),
    drain: doing.drain,
  }
}

/** Tries again what may be tried again, for as long as its trouble mostly lasts. */
function persistence({ clock, random, where }: PostgresExecutorOptions) {
  return async <T>(once: () => Promise<T>): Promise<T> => {
    const began = clock.monotonicMs()
    for (let tries = 1; ; tries += 1) {
      try {
        return await once()
      } catch (error) {
        const forMs = isContended(error)
          ? contendedMs
          : isLost(error) || isCrowded(error)
            ? lostMs
            : 0
        if (clock.monotonicMs() - began >= forMs) throw explain(error, where)
        await clock.sleep(Math.min(250, 5 * 2 ** tries) * (0.5 + random.next()))
      }
    }
  }
}

type AskOne = ReturnType<typeof asker>

/** Runs whole scripts on one connection. */
const runner = (ask: AskOne) => ({
  ask,
  async all<T>(client: PoolClient, script: Script<T>, onChange?: () => void): Promise<T> {
    let step = script.next()
    while (!step.done) step = script.next(await ask(client, step.value, onChange))
    return step.value
  },
})

/**
 * Asks one question. Statements are prepared by name, once per connection; and not by name where a pooler gives every
 * transaction another connection.
 */
function asker(pooled: boolean) {
  const compile = statementCompiler('postgres')
  return async (
    client: PoolClient,
    { statement, args }: Ask,
    onChange?: () => void,
  ): Promise<readonly unknown[]> => {
    const compiled = compile(statement)
    if (compiled === null) return []
    const { name, sql: text } = compiled
    const values = compiled.fill(args).map(storable)
    const question = pooled ? { text, values } : { name, text, values }
    const { rows, command, rowCount } = await client.query(question)
    if (command !== 'SELECT' && rowCount !== 0) onChange?.()
    return rows
  }
}

/** What else is set once per connection. */
const ofThisTransaction = `SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = ${silentMs}`

/** PostgreSQL's texts hold every character but NUL, which a session's output may well contain. */
const storable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value

/** Lends a connection. One whose state is unknown afterwards is thrown away. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let unfit = false
  try {
    return await work(client)
  } catch (error) {
    unfit = isLost(error) || !(await rollback(client))
    throw error
  } finally {
    client.release(unfit)
  }
}

async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}

async function commit(client: PoolClient, where: string): Promise<void> {
  try {
    const { command } = await client.query('COMMIT')
    assert(command === 'COMMIT', 'a transaction without errors is committed')
  } catch (error) {
    if (!isLost(error)) throw error
    throw tryAgain(
      'store.answer_unknown',
      `the connection to ${where} was lost in the middle of a commit: it is not known whether it was done`,
      'look first (`midwatch show`), then try again',
      error,
    )
  }
}

/** Knows what is under way, so that the door is shut only behind the last. */
function running(where: string) {
  const active = new Set<Promise<unknown>>()
  let draining = false
  return {
    async add<T>(start: () => Promise<T>): Promise<T> {
      if (draining) throw failed('store.closed', `the store at ${where} is closed`, 'open it again')
      const work = start()
      active.add(work)
      try {
        return await work
      } finally {
        active.delete(work)
      }
    },
    async drain(): Promise<void> {
      draining = true
      await Promise.allSettled(active)
    },
  }
}
