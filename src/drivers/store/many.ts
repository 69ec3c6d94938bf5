// Statements that PostgreSQL may be asked for many rows at once: written once, with the row they are about and the arguments that
// differ between rows named, so that one text serves one row and another many. Each row keeps its own fence, and what comes back
// says whose it is.

import { type RawBuilder, sql } from 'kysely'

import type { Argument, DialectName, Many, Statement } from './statement.ts'

interface About<A> {
  /** The argument that names the row, and the column it is compared with. */
  readonly key: keyof A & string
  readonly column: string
  readonly types: Many<A>['types']
}

/**
 * A statement about the rows in which a column equals an argument. `its` compares them, and `of` is what was said for such a
 * row. Answers that column, under the argument's name, with whatever else.
 */
export const keyed = <A extends object, R extends object = Record<string, never>>(
  name: string,
  { key, column, types }: About<A>,
  write: (its: RawBuilder<boolean>, of: Argument<A>, dialect: DialectName) => RawBuilder<R> | null,
): Statement<A, R> => ({
  name,
  build: (_db, arg, dialect) => write(sql<boolean>`${sql.ref(column)} = ${arg(key)}`, arg, dialect),
  many: {
    key,
    types,
    build(lists) {
      const place = sql`array_position(${lists(key)}, ${sql.ref(column)})`
      const of = (argument: keyof A & string) => sql`(${lists(argument)})[${place}]`
      const its = sql<boolean>`${sql.ref(column)} = ANY(${lists(key)})`
      return write(its, of as unknown as Argument<A>, 'postgres') ?? sql``
    },
  },
})

/**
 * A statement that puts a row of its arguments: `rows` is what is put, `VALUES …` for one. Where it answers, it answers `key`
 * with whatever else.
 */
export const putting = <A extends object, R extends object = Record<string, never>>(
  name: string,
  { key = null, types }: { key?: (keyof A & string) | null; types: Many<A>['types'] },
  write: (rows: RawBuilder<unknown>, dialect: DialectName) => RawBuilder<R>,
): Statement<A, R> => {
  const names = Object.keys(types) as (keyof A & string)[]
  return {
    name,
    build: (_db, arg, dialect) => write(sql`VALUES (${sql.join(names.map(arg))})`, dialect),
    many: {
      key,
      types,
      build: (lists) => write(sql`SELECT * FROM unnest(${sql.join(names.map(lists))})`, 'postgres'),
    },
  }
}

/**
 * PostgreSQL: one statement that does several things at once to the rows of its arguments, each of them a list of what was said for
 * each row. `of` finds what was said for the row whose key that is. Answers `key` with whatever else. SQLite, where a statement costs
 * no way there and back, has none of these.
 */
export const atOnce = <A extends object, R extends object>(
  name: string,
  { key, types }: { key: keyof A & string; types: Many<A>['types'] },
  write: (
    lists: (argument: keyof A & string) => RawBuilder<unknown>,
    of: (argument: keyof A & string, row: RawBuilder<unknown>) => RawBuilder<unknown>,
  ) => RawBuilder<R>,
): Statement<A, R> => {
  const build = (lists: (argument: keyof A & string) => RawBuilder<unknown>): RawBuilder<R> =>
    write(
      lists,
      (argument, row) => sql`(${lists(argument)})[array_position(${lists(key)}, ${row})]`,
    )
  return {
    name,
    build: (_db, arg, dialect) =>
      dialect === 'sqlite'
        ? null
        : build((argument) => sql`ARRAY[${arg(argument)}::${sql.raw(types[argument])}]`),
    many: { key, types, build },
  }
}
