// Statements written once with Kysely and compiled once per dialect. A statement names its arguments; running it only
// fills them in, so the hot verbs pay for no query building.

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type Compilable,
} from 'kysely'

import { assert } from '../../base/assert.ts'
import { plannable } from './plannable.ts'
import type { Schema } from './schema.ts'

export type DialectName = 'sqlite' | 'postgres'

/** Stands for the argument `name`; typed as its value so that Kysely's checks hold. */
export type Argument<A> = <K extends keyof A & string>(name: K) => A[K]

type Built<R> = Compilable<R> | RawBuilder<R>

export interface Statement<A, R> {
  readonly name: string
  /** Null where a dialect has nothing to do (a row lock on SQLite). */
  readonly build: (db: Kysely<Schema>, arg: Argument<A>, dialect: DialectName) => Built<R> | null
}

/** Declares a statement. Types: `A` its arguments, `R` its rows. */
export const statement = <A extends object, R = Record<string, never>>(
  name: string,
  build: Statement<A, R>['build'],
): Statement<A, R> => ({ name, build })

/** The words of a JSON array, as a subquery. */
export const wordsOf = (json: unknown, dialect: DialectName): RawBuilder<unknown> =>
  dialect === 'sqlite'
    ? sql`SELECT value FROM json_each(${json})`
    : sql`SELECT json_array_elements_text(${json}::json)`

/** The whole numbers of a JSON array, as a subquery. */
export const numbersOf = (json: unknown, dialect: DialectName): RawBuilder<unknown> =>
  dialect === 'sqlite'
    ? sql`SELECT value FROM json_each(${json})`
    : sql`SELECT json_array_elements_text(${json}::json)::bigint`

/** Whether a text is JSON, whatever else it is. */
export const isJson = (text: RawBuilder<unknown>, dialect: DialectName): RawBuilder<boolean> =>
  dialect === 'sqlite' ? sql`json_valid(${text})` : sql`midwatch_is_json(${text})`

/** SQL text and the order in which arguments fill its parameters. */
export interface Compiled {
  /** Unlike any other of this compiler. */
  readonly name: string
  readonly sql: string
  readonly fill: (args: object) => unknown[]
}

class Placeholder {
  readonly argument: string
  constructor(argument: string) {
    this.argument = argument
  }
}

/** Compiles statements for one dialect, each once. */
export function statementCompiler(dialect: DialectName) {
  const db = queryBuilder(dialect)
  const done = new Map<Statement<never, unknown>, Compiled | null>()
  return (stmt: Statement<never, unknown>): Compiled | null => {
    const known = done.get(stmt)
    if (known !== undefined) return known
    const compiled = compile(stmt, db, dialect, `${stmt.name} ${done.size}`)
    done.set(stmt, compiled)
    return compiled
  }
}

function compile(
  stmt: Statement<never, unknown>,
  db: Kysely<Schema>,
  dialect: DialectName,
  name: string,
): Compiled | null {
  const arg = ((name: string) => new Placeholder(name)) as unknown as Argument<never>
  const built = stmt.build(db, arg, dialect)
  if (built === null) return null
  const query = built.compile(db)
  const { sql: text, slots } =
    dialect === 'sqlite'
      ? plannable(query.sql, query.parameters, (slot) => slot instanceof Placeholder)
      : { sql: query.sql, slots: query.parameters }
  return {
    name,
    sql: text,
    fill: (args) =>
      slots.map((slot) => {
        if (!(slot instanceof Placeholder)) return slot
        const value = (args as Record<string, unknown>)[slot.argument]
        assert(value !== undefined, `statement ${stmt.name} is given ${slot.argument}`)
        return value
      }),
  }
}

/** A Kysely that only builds: nothing is ever sent through it. */
function queryBuilder(dialect: DialectName): Kysely<Schema> {
  const lite = dialect === 'sqlite'
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => (lite ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) =>
        lite ? new SqliteIntrospector(db) : new PostgresIntrospector(db),
      createQueryCompiler: () => (lite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    },
  })
}
