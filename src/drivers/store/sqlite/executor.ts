// Runs scripts on SQLite. Writes that arrive together share one BEGIN IMMEDIATE … COMMIT (group commit), and every verb
// resolves only after the commit that holds it is on the disk; what is committed while the disk is waited for goes there
// with the next walk. Where one of them fails, all are run again, each in a savepoint of its own: scripts do nothing but ask, and failures
// are rare, while a savepoint keeps a copy of each page. Nothing is awaited inside a transaction.
// A busy database is retried from the loop with jitter until a deadline, never waited for inside SQLite, which would
// block the whole event loop. A transaction is cut after 15 ms of work.

import type { DatabaseSync } from 'node:sqlite'

import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { Executor, Script } from '../script.ts'
import { type Answer, createCarrier, type Taken, type Waiting } from './carrier.ts'
import { explain, isBusy } from './errors.ts'
import { remember, type Remembered } from './remembered.ts'
import { type RunScript, scriptRunner } from './run.ts'

export interface SqliteExecutorOptions {
  readonly db: DatabaseSync
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  /** Calls back soon, after the verbs of this turn have been asked for. */
  readonly soon: (flush: () => void) => void
  /** Resolves once what was committed is on the disk; absent where a commit is all there is to it. */
  readonly sync?: () => Promise<void>
  /** Whether nobody else can have this database open: it is in memory. */
  readonly alone?: boolean
  /** After every commit. */
  readonly onCommit?: () => void
}

/** What surrounds every script, prepared once. */
const wordsOf = (db: DatabaseSync) => ({
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  savepoint: db.prepare('SAVEPOINT verb'),
  release: db.prepare('RELEASE verb'),
  changed: changedOf(db),
})

/** Whether this connection has changed any row since this was last asked. */
function changedOf(db: DatabaseSync): () => boolean {
  const count = db.prepare('SELECT total_changes()')
  count.setReturnArrays(true)
  let known = -1
  return () => {
    const before = known
    known = Number((count.get() as unknown as readonly number[])[0])
    return known !== before
  }
}

type Words = ReturnType<typeof wordsOf> & Pick<Remembered, 'forget'>

const sliceMs = 15
/** Of what nobody waits for. */
const readySliceMs = 3
const busyDeadlineMs = 15_000

export interface SqliteExecutor extends Executor {
  /** See Store.ready. */
  ready(breathe: () => Promise<void>): Promise<void>
}

export function sqliteExecutor(options: SqliteExecutorOptions): SqliteExecutor {
  const { run, prepareAll } = scriptRunner(options.db)
  const remembered = remember(options.db, options.alone)
  const [begin, commit] = [options.db.prepare('BEGIN'), options.db.prepare('COMMIT')]
  function snapshot<T>(script: () => Script<T>): T {
    // Nothing is awaited within a script: who is alone reads one state of the database anyway.
    if (options.alone) return run(script())
    begin.run()
    try {
      return run(script())
    } finally {
      if (options.db.isTransaction) commit.run()
    }
  }
  const read: Executor['read'] = (script, named) =>
    reading(options, () =>
      named === undefined ? snapshot(script) : remembered.recall(named, () => snapshot(script)),
    )
  const ready: SqliteExecutor['ready'] = async (breathe) => {
    let untilMs = options.clock.monotonicMs() + readySliceMs
    for (const _ of prepareAll()) {
      if (options.clock.monotonicMs() < untilMs) continue
      await breathe()
      untilMs = options.clock.monotonicMs() + readySliceMs
    }
  }
  return { ...writing(options, run, remembered), read, ready }
}

/** The queue of writes, and who empties it. */
function writing(
  options: SqliteExecutorOptions,
  run: RunScript,
  remembered: Remembered,
): Pick<Executor, 'write' | 'drain'> {
  const { path, clock, random, soon } = options
  const words = { ...wordsOf(options.db), forget: remembered.forget }
  const queue: Waiting[] = []
  const whenIdle: (() => void)[] = []
  let flushing = false
  const carrier = createCarrier(options, idle)

  function idle(): void {
    if (flushing || carrier.isUnderWay()) return
    for (const resolve of whenIdle.splice(0)) resolve()
  }

  async function flush(): Promise<void> {
    const deadline = clock.monotonicMs() + busyDeadlineMs
    while (queue.length > 0) {
      try {
        carrier.carry(commitSlice(options, words, run, queue))
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
    idle()
  }

  return {
    write<T>(script: () => Script<T>, how?: 'quiet'): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({
          script,
          quiet: how === 'quiet',
          resolve: resolve as (value: unknown) => void,
          reject,
          careful: false,
        })
        if (flushing) return
        flushing = true
        soon(() => void flush())
      })
    },
    drain: () =>
      new Promise((resolve) => {
        whenIdle.push(resolve)
        idle()
      }),
  }
}

/**
 * Runs queued scripts in one transaction, taking from the queue what fits; answers those that it committed, none of them
 * told yet, and none where they are to be run again with care. Throws when it could not begin.
 */
function commitSlice(
  options: SqliteExecutorOptions,
  words: Words,
  run: RunScript,
  queue: Waiting[],
): readonly Taken[] {
  const { db, path, clock } = options
  const taken: Taken[] = []
  words.begin.run()
  try {
    const until = clock.monotonicMs() + sliceMs
    while (queue.length > 0 && (taken.length === 0 || clock.monotonicMs() < until)) {
      const one: Taken = { waiting: queue.shift() as Waiting, answer: { error: null } }
      taken.push(one) // before it runs, so that whatever happens somebody is told
      const answer = answerOf(db, words, run, one.waiting)
      if (answer === null) return withCare(db, taken, queue)
      one.answer = answer
      // Asked of each: what a quiet one changed beside others leaves the still answers right.
      if (words.changed()) words.forget(one.waiting.quiet ? 'quiet' : undefined)
    }
    words.commit.run()
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    for (const { waiting } of taken) waiting.reject(explain(error, path))
    return []
  }
  options.onCommit?.()
  return taken
}

/** Nothing of this transaction has happened: what was in it comes first in the next one. */
function withCare(db: DatabaseSync, taken: readonly Taken[], queue: Waiting[]): readonly [] {
  db.exec('ROLLBACK')
  queue.unshift(...taken.map(({ waiting }) => Object.assign(waiting, { careful: true })))
  return []
}

/**
 * The script's answer, or its error when only it has failed; null when it failed without a savepoint. Throws what concerns
 * everyone in the transaction.
 */
function answerOf(
  db: DatabaseSync,
  words: Words,
  run: RunScript,
  { script, careful }: Waiting,
): Answer | null {
  if (careful) words.savepoint.run()
  try {
    const value = run(script())
    if (careful) words.release.run()
    return { value }
  } catch (error) {
    // An error that already ended the transaction (disk full, I/O).
    if (!db.isTransaction) throw error
    if (!careful) return null
    db.exec('ROLLBACK TO verb')
    db.exec('RELEASE verb')
    return { error }
  }
}

async function reading<T>(options: SqliteExecutorOptions, ask: () => T): Promise<T> {
  const { path, clock, random } = options
  const deadline = clock.monotonicMs() + busyDeadlineMs
  for (;;) {
    try {
      return ask()
    } catch (error) {
      // Readers wait for nobody, save for the moment in which another process recovers or closes the database.
      if (!isBusy(error) || clock.monotonicMs() >= deadline) throw explain(error, path)
    }
    await clock.sleep(2 + 10 * random.next())
  }
}
