// Runs one script on one connection, at once: each question is compiled and prepared the first time it is asked.

import type { DatabaseSync, StatementSync } from 'node:sqlite'

import type { Script } from '../script.ts'
import { type Compiled, statementCompiler } from '../statement.ts'

export type RunScript = <T>(script: Script<T>) => T

/** Runs scripts on `db`. The caller has begun a transaction. */
export function scriptRunner(db: DatabaseSync): RunScript {
  const compile = statementCompiler('sqlite')
  const prepared = new Map<Compiled, StatementSync>()

  function ask(compiled: Compiled, args: object): readonly unknown[] {
    let stmt = prepared.get(compiled)
    if (stmt === undefined) {
      stmt = db.prepare(compiled.sql)
      prepared.set(compiled, stmt)
    }
    return stmt.all(...(compiled.fill(args) as (string | number | null)[]))
  }

  return <T>(script: Script<T>): T => {
    let step = script.next()
    while (!step.done) {
      const compiled = compile(step.value.statement)
      step = script.next(compiled === null ? [] : ask(compiled, step.value.args))
    }
    return step.value
  }
}
