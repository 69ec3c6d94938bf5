// Runs one script on one connection, at once: each question is compiled and prepared the first time it is asked, or before, where
// somebody has the time for it.

import type { DatabaseSync, StatementSync } from 'node:sqlite'

import type { Ask, Script, Step } from '../script.ts'
import { allStatements, type Compiled, statementCompiler } from '../statement.ts'

export type RunScript = <T>(script: Script<T>) => T

export interface ScriptRunner {
  /** The caller has begun a transaction. */
  readonly run: RunScript
  /** Words and prepares every question there is; one with each step. */
  readonly prepareAll: () => Iterable<void>
}

/** Runs scripts on `db`. */
export function scriptRunner(db: DatabaseSync): ScriptRunner {
  const compile = statementCompiler('sqlite')
  const prepared = new Map<Compiled, StatementSync>()

  function preparedOf(compiled: Compiled): StatementSync {
    const known = prepared.get(compiled)
    if (known !== undefined) return known
    const stmt = db.prepare(compiled.sql)
    prepared.set(compiled, stmt)
    return stmt
  }

  function ask({ statement, args }: Ask): readonly unknown[] {
    const compiled = compile(statement)
    if (compiled === null) return []
    return preparedOf(compiled).all(...(compiled.fill(args) as (string | number | null)[]))
  }

  function* prepareAll(): Generator<void> {
    for (const statement of allStatements()) {
      try {
        const compiled = compile(statement)
        if (compiled !== null) preparedOf(compiled)
      } catch {
        // Whoever asks it is told.
      }
      yield
    }
  }

  /** A connection has one writer at a time, whose statements are answered at once: nothing is put off. */
  function answer(step: Step): readonly unknown[] {
    if ('statement' in step) return ask(step)
    if ('told' in step) return ask(step.told)
    if ('asks' in step) return step.asks.map(ask)
    if ('total' in step) return ask({ statement: step.total, args: { ...step.of, ...step.by } })
    return []
  }

  function run<T>(script: Script<T>): T {
    let step = script.next()
    while (!step.done) step = script.next(answer(step.value))
    return step.value
  }
  return { run, prepareAll }
}
