// Runs scripts on PostgreSQL: a write is one transaction on one connection, a read one snapshot. A script only asks, so
// it may be run again as a whole: after a conflict, and after a connection was lost before COMMIT was sent. When it is
// lost in the middle of COMMIT nobody knows whether it was done, and that is said (`store.answer_unknown`).

import type { Pool } from 'pg'

import { assert } from '../../../base/assert.ts'
import type { Clock } from '../../../base/clock.ts'
import { failed, tryAgain } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import type { Executor, How, Script } from '../script.ts'
import { statementCompiler } from '../statement.ts'
import { type Course, courseOf, type Framed } from './course.ts'
import { explain, isContended, isCrowded, isLost, isReplanned } from './errors.ts'
import { withClient } from './lend.ts'
import type { Manner } from './merged.ts'
import { remember } from './remembered.ts'
import { BrokenBehindCommit, sharing } from './shared.ts'
import { snapshots } from './snapshots.ts'

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
  /** Calls back soon, after what is asked for in this turn. */
  readonly soon?: (begin: () => void) => void
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
  const soon = options.soon ?? ((begin: () => void) => void setImmediate(begin))
  const manner: Manner = { compile: statementCompiler('postgres'), named: !pooled }
  const settings = pooled ? ofThisTransaction : []
  const doing = running(where)
  const remembered = remember(clock, options.hears ?? (() => false))
  const persist = persistence(options)

  /** Commits what `work` says on a connection of its own, and tells of it. */
  const transaction = <T>(framed: Framed, work: (course: Course) => Promise<T>): Promise<T> =>
    withClient(pool, async (client) => {
      const course = courseOf(client, manner, framed)
      try {
        return await committed(course, where, work)
      } finally {
        if (course.changed() || course.committing()) remembered.forget()
        if (course.changed() && course.committing()) options.onChange?.()
      }
    })

  const opening = [writing, ...settings]
  // Not what the server's default may be: a later statement must see what was committed while we waited for a lock.
  const persistent = <T>(script: () => Script<T>, brisk: boolean): Promise<T> => {
    const framed =
      brisk && !pooled ? { opening: [...opening, notYet], closing: [flush] } : { opening }
    return transaction(framed, async (course) => {
      const [value] = await course.run([{ script: script(), owns: [] }])
      if (!brisk && !course.committing()) await course.send()
      return value as T
    })
  }

  const sharedWrites = (): ReturnType<typeof sharing> =>
    sharing({
      clock,
      soon,
      together: (waiting) =>
        transaction({ opening }, (course) =>
          course.run(waiting.map(({ script, how }) => ({ script: script(), ...how }))),
        ),
      apart: ({ script }) => persist(() => persistent(script, false)),
    })
  const shared = sharedWrites()
  const inOneTrip = sharedWrites()

  function write<T>(script: () => Script<T>, how?: How): Promise<T> {
    if (typeof how === 'object') return shared.write(script, how)
    return persist(() =>
      how === 'quiet' ? quietly(pool, manner, script) : persistent(script, how === 'brisk'),
    )
  }

  const snapshot = snapshots({ pool, manner, soon, opening: [reading, ...settings] })

  return {
    write: (script, how) => doing.add(() => write(script, how)),
    inOneTrip: (script, how) => doing.add(() => inOneTrip.write(script, how)),
    read(script, named) {
      const ask = () => doing.add(() => persist(() => snapshot(script)))
      return named === undefined ? ask() : remembered.recall(named, ask)
    },
    forget: () => remembered.forget(),
    drain: doing.drain,
  }
}

/** Each of its statements is right by itself, so each is its own transaction: a waiting host asks less. */
const quietly = <T>(pool: Pool, manner: Manner, script: () => Script<T>): Promise<T> =>
  withClient(pool, async (client) => {
    const course = courseOf(client, manner, { opening: [] })
    const [value] = await course.run([{ script: script(), owns: [] }])
    await course.send()
    return value as T
  })

const writing = 'BEGIN ISOLATION LEVEL READ COMMITTED'
const reading = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/**
 * Rows that all hosts want are free as soon as the commit is written, and not only when the disk has it: then a second transaction
 * follows in the same trip, whose commit waits for the disk, and what was written before it is there before it is. Nobody is told
 * before; and what others wrote because they saw the first is on the disk only behind it.
 */
const notYet = 'SET LOCAL synchronous_commit = off'
const flush = "SELECT pg_logical_emit_message(true, 'midwatch', '')"

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

/** What else is set once per connection. */
const ofThisTransaction = [
  'SET LOCAL synchronous_commit = on',
  `SET LOCAL idle_in_transaction_session_timeout = ${silentMs}`,
]

/** What `work` said is committed; where that is not known, it says so. */
async function committed<T>(
  course: Course,
  where: string,
  work: (course: Course) => Promise<T>,
): Promise<T> {
  try {
    const value = await work(course)
    assert((await course.commit()) === 'COMMIT', 'a transaction without errors is committed')
    return value
  } catch (error) {
    if (course.committed()) throw new BrokenBehindCommit('committed, and broken', { cause: error })
    if (!course.committing() || !isLost(error) || isReplanned(error)) throw error
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
