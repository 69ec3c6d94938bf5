// Words in titles, looked for in a bounded number of tasks at a time: no index has to be kept for it, a part of a word is
// found like a whole one, and a page of a million tasks costs what a page of thousands does.

import { type RawBuilder, sql } from 'kysely'

import { first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

/** How many ids are looked through for words in one page: a matter of 20 ms. */
const wordsWithin = 20_000
const wordsMax = 6
const highestTask = statement<object, { id: number | null }>(
  'highestTaskOfList',
  () => sql<{ id: number | null }>`SELECT max(id) AS id FROM tasks`,
)

/** The lowest id of a page that looks for words. */
export function* lowestLookedAt(before: number | undefined): Script<number> {
  const top = before ?? Number((yield* first(highestTask, {}))?.id ?? 0) + 1
  return Math.max(1, top - wordsWithin)
}

/** Patterns of each word: as written small, large, and with a capital; databases fold the case of plain letters alone. */
export function patternsOf(words: readonly string[]): Record<string, string> {
  const pattern = (text: string) => `%${text.replace(/[!%_]/g, '!$&')}%`
  return Object.fromEntries(
    words.slice(0, wordsMax).flatMap((word, i) => {
      const small = word.toLowerCase()
      const capital = small.charAt(0).toUpperCase() + small.slice(1)
      return [
        [`small${i}`, pattern(small)],
        [`large${i}`, pattern(word.toUpperCase())],
        [`capital${i}`, pattern(capital)],
      ]
    }),
  )
}

/** The clause of those patterns that are given. */
export function titleHas(
  has: (name: string) => boolean,
  arg: (name: string) => unknown,
): RawBuilder<unknown> {
  const like = (column: RawBuilder<unknown>, name: string) =>
    sql`${column} LIKE ${arg(name)} ESCAPE '!'`
  const clauses = Array.from({ length: wordsMax }, (_, i) =>
    has(`small${i}`)
      ? sql`AND (${like(sql`lower(t.title)`, `small${i}`)} OR ${like(sql`t.title`, `large${i}`)}
          OR ${like(sql`t.title`, `capital${i}`)})`
      : null,
  ).filter((one) => one !== null)
  return sql.join([sql``, ...clauses], sql` `)
}
