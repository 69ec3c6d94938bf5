// An attempt that a fact calls ended is ended, as the fact says.

import { sql } from 'kysely'

import type { FactBody } from '../../../../model/fact.ts'
import type { Verdict } from '../../../../model/failure.ts'
import { changed, first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'resurrectedAttempts',
  (_db, arg, dialect) =>
    sql`SELECT a.id, 'it was ended and is ' || a.state || ' again' AS what FROM attempts a
      WHERE a.id IN (${numbersOf(arg('ids'), dialect)}) AND a.state <> 'ended'
      AND EXISTS (SELECT 1 FROM facts f
        WHERE f.task_id = a.task_id AND f.attempt_id = a.id AND f.kind = 'attempt.ended')`,
)
const selectEnding = statement<{ id: number }, { at: number; body_json: string }>(
  'selectEnding',
  (_db, arg) =>
    sql<{ at: number; body_json: string }>`SELECT f.at, f.body_json FROM attempts a
      JOIN facts f ON f.task_id = a.task_id AND f.attempt_id = a.id AND f.kind = 'attempt.ended'
      WHERE a.id = ${arg('id')} AND a.state <> 'ended' ORDER BY f.id LIMIT 1`,
)
const endAgain = statement<
  {
    id: number
    at: number
    class: string
    blame: string
    exitCode: number | null
    signal: string | null
    verdict: string
  },
  { id: number }
>(
  'endAgain',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE attempts SET state = 'ended', ended_at = ${arg('at')}, class = ${arg('class')},
      blame = ${arg('blame')}, exit_code = ${arg('exitCode')}, signal = ${arg('signal')}, verdict_json = ${arg('verdict')}
      WHERE id = ${arg('id')} AND state <> 'ended' RETURNING id`,
)

export const endedStays: RowLaw = {
  table: 'attempts',
  find,
  *mend({ id }) {
    const told = yield* first(selectEnding, { id })
    if (told === undefined) return null
    const { kind: _, ...ending } = JSON.parse(told.body_json) as Extract<
      FactBody,
      { kind: 'attempt.ended' }
    >
    const verdict: Verdict = { ...ending, resetAt: null, neverStarted: false }
    yield* changed(endAgain, { id, at: told.at, ...ending, verdict: JSON.stringify(verdict) })
    return `ended again: ${ending.class}`
  },
}
