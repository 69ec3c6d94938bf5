// What several scripts say in one trip, put together: the same statement, said by many for different rows, is sent once for all
// of them. What one script says stays in its order; scripts of one transaction touch different things, so that between them
// there is none.

import type { Ask } from '../script.ts'
import type { Compiled, CompiledMany, statementCompiler } from '../statement.ts'
import type { Question, Row } from './trip.ts'

/** How questions are put on one kind of connection. */
export interface Manner {
  readonly compile: ReturnType<typeof statementCompiler>
  /** Whether statements keep their names; a pooler gives every transaction another connection. */
  readonly named: boolean
}

/** What is said, and by whom. */
export interface Said {
  readonly ask: Ask
  readonly by: number
}

/** One question, and which of those that were said it asks. */
export interface Merged {
  readonly question: Question
  readonly places: readonly number[]
  /** The rows of each of them, in their order. */
  readonly shareOut: (rows: readonly Row[]) => readonly (readonly Row[])[]
}

/** Puts together what was said, in an order that each of the speakers said it in. */
export function merged(line: readonly Said[], { compile, named }: Manner): readonly Merged[] {
  const waiting = new Map<number, number[]>()
  line.forEach(({ by }, place) => {
    const own = waiting.get(by)
    if (own === undefined) waiting.set(by, [place])
    else own.push(place)
  })
  const speakers = [...waiting.values()].map((own) => ({ own, next: 0 }))
  const done: Merged[] = []
  for (let speaker = 0; speaker < speakers.length; ) {
    const first = speakers[speaker]
    const place = first?.own[first.next]
    if (first === undefined || place === undefined) {
      speaker += 1
      continue
    }
    const { statement } = (line[place] as Said).ask
    const compiled = compile(statement)
    const many = compiled?.many ?? null
    const taken = new Map<unknown, number>()
    for (const one of many === null ? [first] : speakers.slice(speaker))
      takeSame(one, line, statement, many, taken)
    if (compiled !== null) done.push(asOne(compiled, [...taken.values()], line, named))
  }
  return done
}

interface Speaker {
  readonly own: readonly number[]
  next: number
}

/** Takes what this one says next as long as it is this statement, for a row that nobody has named yet. */
function takeSame(
  speaker: Speaker,
  line: readonly Said[],
  statement: Ask['statement'],
  many: CompiledMany | null,
  taken: Map<unknown, number>,
): void {
  for (;;) {
    const place = speaker.own[speaker.next]
    const ask = place === undefined ? undefined : line[place]?.ask
    if (place === undefined || ask?.statement !== statement) return
    const row = keyOf(many, ask, place)
    if (taken.has(row)) return
    taken.set(row, place)
    speaker.next += 1
    if (many === null) return
  }
}

const keyOf = (many: CompiledMany | null, { args }: Ask, place: number): unknown =>
  many === null || many.key === null
    ? `the ${place}th`
    : (args as Readonly<Record<string, unknown>>)[many.key]

function asOne(
  { name, sql, fill, many }: Compiled,
  places: readonly number[],
  line: readonly Said[],
  named: boolean,
): Merged {
  const sets = places.map((place) => (line[place] as Said).ask.args)
  const [only] = sets
  if (many === null || only === undefined || sets.length === 1) {
    const question = { name: named ? name : '', text: sql, values: fill(only ?? {}) }
    return { question, places, shareOut: (rows) => [rows] }
  }
  const question = { name: named ? many.name : '', text: many.sql, values: many.fill(sets) }
  return { question, places, shareOut: (rows) => shares(rows, sets, many.key) }
}

function shares(
  rows: readonly Row[],
  sets: readonly object[],
  key: string | null,
): readonly (readonly Row[])[] {
  if (key === null || rows.length === 0) return sets.map(() => [])
  const byKey = new Map<unknown, Row[]>()
  for (const row of rows) {
    const own = byKey.get(row[key])
    if (own === undefined) byKey.set(row[key], [row])
    else own.push(row)
  }
  return sets.map((args) => byKey.get((args as Readonly<Record<string, unknown>>)[key]) ?? [])
}
