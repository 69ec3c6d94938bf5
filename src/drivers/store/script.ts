// A verb is a script: a generator that asks for statements and decides by their rows, without knowing which database
// answers or whether it answers at once (SQLite) or later (PostgreSQL). The driver runs the whole script in one
// transaction. Nothing else may be awaited inside, which the generator makes impossible.

import type { Statement } from './statement.ts'

/** One question of a script to its database. */
export interface Ask {
  readonly statement: Statement<never, unknown>
  readonly args: object
}

export type Script<T> = Generator<Ask, T, readonly unknown[]>

/** All rows of a statement. */
export function* all<A extends object, R>(stmt: Statement<A, R>, args: A): Script<readonly R[]> {
  const rows = yield { statement: stmt as unknown as Statement<never, unknown>, args }
  return rows as readonly R[]
}

/** The first row of a statement, or undefined. */
export function* first<A extends object, R>(stmt: Statement<A, R>, args: A): Script<R | undefined> {
  const rows = yield* all(stmt, args)
  return rows[0]
}

/** Whether a statement that returns the rows it changed has changed one. */
export function* changed<A extends object, R>(stmt: Statement<A, R>, args: A): Script<boolean> {
  const rows = yield* all(stmt, args)
  return rows.length > 0
}

/** How a driver runs scripts. */
export interface Executor {
  /**
   * In one durable transaction. A `quiet` one changes only what tells that somebody lives (pulses, leases, firings of
   * mechanisms), of which no named read answers unless its name begins with `live`. Each of its statements is right by
   * itself: they may become durable one by one.
   */
  write<T>(script: () => Script<T>, how?: 'quiet'): Promise<T>
  /**
   * In one snapshot. A read that is named may be answered from memory as long as nothing changed: its name says the
   * question with all its arguments.
   */
  read<T>(script: () => Script<T>, named?: string): Promise<T>
  /** Resolves when everything asked for so far has its answer. */
  drain(): Promise<void>
}
