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

import { assert, present } from '../../base/assert.ts'
import { plannable } from './plannable.ts'
import type { Schema } from './schema.ts'

export type DialectName = 'sqlite' | 'postgres'

/** Stands for the argument `name`; typed as its value so that Kysely's checks hold. */
export type Argument<A> = <K extends keyof A & string>(name: K) => A[K]

type Built<R> = Compilable<R> | RawBuilder<R>

/** What an argument is in the database. */
export type ColumnType = 'bigint' | 'text'

/** Stands for the list of an argument's values, one for each row. */
export type Lists<A> = (name: keyof A & string) => RawBuilder<unknown>

/** The same statement for many sets of arguments. */
export interface Many<A> {
  /** The argument by which a set is known, and the column of the answer that equals it; null where nothing is answered. */
  readonly key: (keyof A & string) | null
  readonly types: Readonly<Record<keyof A & string, ColumnType>>
  readonly build: (lists: Lists<A>) => RawBuilder<unknown>
}

export interface Statement<A, R> {
  readonly name: string
  /** Null where a dialect has nothing to do (a row lock on SQLite). */
  readonly build: (db: Kysely<Schema>, arg: Argument<A>, dialect: DialectName) => Built<R> | null
  /** The same for many at once, on PostgreSQL. */
  readonly many?: Many<A>
}

/** Declares a statement. Types: `A` its arguments, `R` its rows. */
export const statement = <A extends object, R = Record<string, never>>(
  name: string,
  build: Statement<A, R>['build'],
  many?: Many<A>,
): Statement<A, R> => {
  const made = { name, build, ...(many && { many }) }
  statements.push(made as unknown as Statement<never, unknown>)
  return made
}

const statements: Statement<never, unknown>[] = []

/** Every statement there is, for whoever words them before they are asked for. */
export const allStatements = (): readonly Statement<never, unknown>[] => statements

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
  /** The same for many sets of arguments; null where it is asked for one at a time. */
  readonly many: CompiledMany | null
}

export interface CompiledMany {
  readonly name: string
  readonly sql: string
  /** The argument by which a set is known, and the column that equals it in the answer. */
  readonly key: string | null
  readonly fill: (sets: readonly object[]) => unknown[]
}

class Placeholder {
  readonly argument: string
  constructor(argument: string) {
    this.argument = argument
  }
}

/** Stands for the list of an argument's values. */
class ListPlaceholder extends Placeholder {}

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
  const givenFor = (args: object, argument: string): unknown => {
    const value = (args as Record<string, unknown>)[argument]
    // Asked of every value there is: its sentence is made where it is needed.
    if (value === undefined) assert(false, `statement ${stmt.name} is given ${argument}`)
    return value
  }
  return {
    name,
    sql: text,
    fill: (args) =>
      slots.map((slot) => (slot instanceof Placeholder ? givenFor(args, slot.argument) : slot)),
    many:
      stmt.many === undefined || dialect === 'sqlite'
        ? null
        : compileMany(stmt.many, db, `${name} of many`, givenFor),
  }
}

/** Each list is one parameter, however often it is named. */
function compileMany(
  { key, types, build }: Many<never>,
  db: Kysely<Schema>,
  name: string,
  givenFor: (args: object, argument: string) => unknown,
): CompiledMany {
  const typeOf = types as Readonly<Record<string, ColumnType>>
  const lists = (argument: string) =>
    sql`${new ListPlaceholder(argument)}::${sql.raw(`${present(typeOf[argument], 'a type')}[]`)}`
  const query = build(lists as never).compile(db)
  const slots: unknown[] = []
  const known = new Map<string, number>()
  const places = query.parameters.map((slot) => {
    const argument = slot instanceof ListPlaceholder ? slot.argument : null
    const place = argument === null ? undefined : known.get(argument)
    if (place !== undefined) return place
    slots.push(slot)
    if (argument !== null) known.set(argument, slots.length)
    return slots.length
  })
  return {
    name,
    sql: query.sql.replaceAll(/\$(\d+)/g, (_, nth) => `$${places[Number(nth) - 1]}`),
    key,
    fill: (sets) =>
      slots.map((slot) =>
        slot instanceof ListPlaceholder
          ? listOf(sets.map((args) => givenFor(args, slot.argument)))
          : slot,
      ),
  }
}

/**
 * A list as PostgreSQL reads it. What many say is mostly the same: it is worded once.
 * https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
 */
function listOf(values: readonly unknown[]): string {
  let list = '{'
  let before: unknown
  let item = ''
  values.forEach((value, i) => {
    if (i === 0 || value !== before) item = itemOf(value)
    before = value
    list += i === 0 ? item : `,${item}`
  })
  return `${list}}`
}

const itemOf = (value: unknown): string => {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  const text = String(value)
  const safe = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text
  return `"${safe.includes('"') ? safe.replaceAll('"', '\\"') : safe}"`
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
