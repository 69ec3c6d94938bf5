// Runs scripts on SQLite. Writes that arrive together share one BEGIN IMMEDIATE … COMMIT (group commit), each in its
// own savepoint, and every verb resolves only after the commit that holds it. Nothing is awaited inside a transaction.
// A busy database is retried from the loop with jitter until a deadline, never waited for inside SQLite, which would
// block the whole event loop. A transaction is cut after 15 ms of work.

import type { DatabaseSync, StatementSync } from 'node:sqlite'

import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { Executor, Script } from '../script.ts'
import { type Compiled, statementCompiler } from '../statement.ts'
import { explain, isBusy } from './errors.ts'

export interface SqliteExecutorOptions {
  readonly db: DatabaseSync
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  /** Calls back soon, after the verbs of this turn have been asked for. */
  readonly soon: (flush: () => void) => void
  /** After every commit. */
  readonly onCommit?: () => void
}

interface Waiting {
  readonly script: () => Script<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const sliceMs = 15
const busyDeadlineMs = 15_000

export function sqliteExecutor(options: SqliteExecutorOptions): Executor {
  const { db, path, clock, random, soon } = options
  const compile = statementCompiler('sqlite')
  const prepared = new Map<Compiled, StatementSync>()
  const queue: Waiting[] = []
  let flushing = false
  const whenIdle: (() => void)[] = []

  function run<T>(script: Script<T>): T {
    let step = script.next()
    while (!step.done) {
      const compiled = compile(step.value.statement)
      step = script.next(compiled === null ? [] : ask(compiled, step.value.args))
    }
    return step.value
  }

  function ask(compiled: Compiled, args: object): readonly unknown[] {
    let stmt = prepared.get(compiled)
    if (stmt === undefined) prepared.set(compiled, (stmt = db.prepare(compiled.sql)))
    return stmt.all(...(compiled.fill(args) as (string | number | null)[]))
  }

  /** Runs queued scripts in one transaction; answers how many were taken from the queue. */
  function commitSlice(): void {
    const taken: { waiting: Waiting; value?: unknown; error?: unknown }[] = []
    db.exec('BEGIN IMMEDIATE')
    try {
      const until = clock.monotonicMs() + sliceMs
      while (queue.length > 0 && (taken.length === 0 || clock.monotonicMs() < until)) {
        const waiting = queue.shift() as Waiting
        taken.push(savepoint(waiting))
      }
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      for (const { waiting } of taken) waiting.reject(explain(error, path))
      return
    }
    for (const { waiting, value, error } of taken)
      if (error === undefined) waiting.resolve(value)
      else waiting.reject(explain(error, path))
    options.onCommit?.()
  }

  function savepoint(waiting: Waiting): { waiting: Waiting; value?: unknown; error?: unknown } {
    db.exec('SAVEPOINT verb')
    try {
      const value = run(waiting.script())
      db.exec('RELEASE verb')
      return { waiting, value }
    } catch (error) {
      // An error that already ended the transaction (disk full, I/O) concerns everyone in it.
      if (!db.isTransaction) throw error
      db.exec('ROLLBACK TO verb')
      db.exec('RELEASE verb')
      return { waiting, error }
    }
  }

  async function flush(): Promise<void> {
    const deadline = clock.monotonicMs() + busyDeadlineMs
    while (queue.length > 0) {
      try {
        commitSlice()
      } catch (error) {
        if (isBusy(error) && clock.monotonicMs() < deadline) {
          await clock.sleep(2 + 10 * random.next())
          continue
        }
        for (const waiting of queue.splice(0)) waiting.reject(explain(error, path))
      }
      if (queue.length > 0) await new Promise<void>((resolve) => soon(resolve))
    }
    flushing = false
    for (const resolve of whenIdle.splice(0)) resolve()
  }

  function snapshot<T>(script: () => Script<T>): T {
    db.exec('BEGIN')
    try {
      return run(script())
    } finally {
      if (db.isTransaction) db.exec('COMMIT')
    }
  }

  return {
    write<T>(script: () => Script<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ script, resolve: resolve as (value: unknown) => void, reject })
        if (flushing) return
        flushing = true
        soon(() => void flush())
      })
    },
    async read<T>(script: () => Script<T>): Promise<T> {
      const deadline = clock.monotonicMs() + busyDeadlineMs
      for (;;) {
        try {
          return snapshot(script)
        } catch (error) {
          // Readers wait for nobody, save for the moment in which another process recovers or closes the database.
          if (!isBusy(error) || clock.monotonicMs() >= deadline) throw explain(error, path)
        }
        await clock.sleep(2 + 10 * random.next())
      }
    },
    drain: () => new Promise((resolve) => (flushing ? whenIdle.push(resolve) : resolve())),
  }
}
