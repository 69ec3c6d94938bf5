// Runs one script on one connection, at once: each question is compiled and prepared the first time it is asked.

import type { DatabaseSync, StatementSync } from 'node:sqlite'

import type { Ask, Script, Step } from '../script.ts'
import { type Compiled, statementCompiler } from '../statement.ts'

export type RunScript = <T>(script: Script<T>) => T

/** Runs scripts on `db`. The caller has begun a transaction. */
export function scriptRunner(db: DatabaseSync): RunScript {
  const compile = statementCompiler('sqlite')
  const prepared = new Map<Compiled, StatementSync>()

  function ask({ statement, args }: Ask): readonly unknown[] {
    const compiled = compile(statement)
    if (compiled === null) return []
    let stmt = prepared.get(compiled)
    if (stmt === undefined) {
      stmt = db.prepare(compiled.sql)
      prepared.set(compiled, stmt)
    }
    return stmt.all(...(compiled.fill(args) as (string | number | null)[]))
  }

  /** A connection has one writer at a time, whose statements are answered at once: nothing is put off. */
  function answer(step: Step): readonly unknown[] {
    if ('statement' in step) return ask(step)
    if ('told' in step) return ask(step.told)
    if ('asks' in step) return step.asks.map(ask)
    if ('total' in step) return ask({ statement: step.total, args: { ...step.of, ...step.by } })
    return []
  }

  return <T>(script: Script<T>): T => {
    let step = script.next()
    while (!step.done) step = script.next(answer(step.value))
    return step.value
  }
}
