// Judges what a campaign left behind: the database, the log that the programs wrote themselves, their tickets, and the
// processes of this machine. Answers with every broken promise as a sentence; none is the proof.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { kindOf } from './workload.ts'

export interface Traces {
  readonly dir: string
  readonly slots: number
  /** Ids of the accepted adds, by the index of their want. */
  readonly accepted: ReadonlyMap<number, number>
  readonly fleetId: string
}

interface LogLine {
  readonly what: string
  readonly attempt: number
  readonly task: number
}

/** Every promise that was broken. */
export function brokenPromises(traces: Traces): string[] {
  const db = new DatabaseSync(join(traces.dir, '.midwatch', 'fleet.db'), { readOnly: true })
  const log = readLog(join(traces.dir, 'log'))
  try {
    return [
      ...lost(traces, db),
      ...notSettledOnce(db),
      ...startedTwice(log),
      ...marksDisagree(traces, db, log),
      ...wrongEnd(traces, db, log),
      ...overCap(traces, db, log),
      ...orphans(traces.fleetId).map((pid) => `process ${pid} still carries the mark of a session`),
    ]
  } finally {
    db.close()
  }
}

function readLog(path: string): LogLine[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => {
    const [what = '', attempt, task] = line.split(' ')
    return { what, attempt: Number(attempt), task: Number(task) }
  })
}

function lost({ accepted }: Traces, db: DatabaseSync): string[] {
  const known = new Map(
    db
      .prepare('SELECT id, title FROM tasks')
      .all()
      .map((row) => [Number(row['id']), String(row['title'])]),
  )
  const missing = [...accepted].flatMap(([index, id]) =>
    known.get(id)?.startsWith(`${index} `)
      ? []
      : [`the accepted task ${id} (number ${index}) is not there`],
  )
  const strange = known.size - accepted.size
  return strange > 0 ? [...missing, `${strange} tasks are there that nobody added`] : missing
}

function notSettledOnce(db: DatabaseSync): string[] {
  const rows = db
    .prepare(
      `SELECT t.id, t.state, (SELECT count(*) FROM facts f WHERE f.task_id = t.id AND f.kind = 'task.settled') AS n FROM tasks t
       WHERE t.state <> 'settled' OR n <> 1`,
    )
    .all()
  const unended = db.prepare("SELECT id, state FROM attempts WHERE state <> 'ended'").all()
  return [
    ...rows.map((row) => `task ${row['id']} is ${row['state']} and was settled ${row['n']} times`),
    ...unended.map((row) => `attempt ${row['id']} is still ${row['state']}`),
  ]
}

function startedTwice(log: readonly LogLine[]): string[] {
  const starts = countBy(
    log.filter((line) => line.what === 'start'),
    (line) => line.attempt,
  )
  return [...starts]
    .filter(([, n]) => n > 1)
    .map(([attempt, n]) => `attempt ${attempt} was started ${n} times`)
}

/** A program ran if, and only if, its ticket has a start mark; and no attempt that was called never started ran. */
function marksDisagree({ dir }: Traces, db: DatabaseSync, log: readonly LogLine[]): string[] {
  const ran = new Set(log.filter((line) => line.what === 'start').map((line) => line.attempt))
  const rows = db
    .prepare('SELECT id, nonce, class, confirmed_at, verdict_json FROM attempts ORDER BY id')
    .all()
  return rows.flatMap((row) => {
    const id = Number(row['id'])
    const path = join(dir, '.midwatch', 'attempts', String(id), 'ticket')
    const ticket = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const marks = ticket
      .split('\n')
      .filter((line) => line.startsWith(`start ${row['nonce']} `)).length
    if (marks > 1) return [`attempt ${id} has ${marks} start marks`]
    if (ran.has(id) !== (marks === 1))
      return [`attempt ${id} ${ran.has(id) ? 'ran without' : 'did not run, but has'} a start mark`]
    const never = JSON.parse(String(row['verdict_json']))?.neverStarted === true
    if (never && ran.has(id)) return [`attempt ${id} ran, but was called never started`]
    if (ran.has(id) && row['confirmed_at'] === null)
      return [`attempt ${id} ran, but was never confirmed (${row['class']})`]
    return []
  })
}

function wrongEnd({ accepted }: Traces, db: DatabaseSync, log: readonly LogLine[]): string[] {
  const starts = countBy(
    log.filter((line) => line.what === 'start'),
    (line) => line.task,
  )
  const select = db.prepare('SELECT outcome, verified, reason FROM tasks WHERE id = ?')
  return [...accepted].flatMap(([index, id]) => {
    const { name, expected } = kindOf(index)
    const row = select.get(id)
    const verified = row?.['verified'] === null ? null : row?.['verified'] === 1
    const broken: string[] = []
    if (row?.['outcome'] !== expected.outcome || verified !== expected.verified)
      broken.push(
        `task ${id} (${name}) settled ${row?.['outcome']}, verified ${verified}: ${row?.['reason']}`,
      )
    const n = starts.get(id) ?? 0
    if (n !== expected.starts)
      broken.push(`task ${id} (${name}) was started ${n} times instead of ${expected.starts}`)
    return broken
  })
}

/** What the programs wrote, and what the facts say: at no time more than there are slots. */
function overCap({ slots }: Traces, db: DatabaseSync, log: readonly LogLine[]): string[] {
  const ran = peak(log.map((line) => (line.what === 'start' ? 1 : -1)))
  const facts = db
    .prepare(
      "SELECT kind FROM facts WHERE kind IN ('attempt.claimed', 'attempt.ended') ORDER BY id",
    )
    .all()
  const held = peak(facts.map((row) => (row['kind'] === 'attempt.claimed' ? 1 : -1)))
  return [
    ...(ran > slots ? [`${ran} programs ran at once in ${slots} slots`] : []),
    ...(held > slots ? [`${held} attempts were open at once in ${slots} slots`] : []),
  ]
}

function peak(steps: readonly number[]): number {
  let now = 0
  let most = 0
  for (const step of steps) {
    now += step
    most = Math.max(most, now)
  }
  return most
}

/** Living processes that carry the mark of a session of this fleet. */
export function orphans(fleetId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readOrNothing(`/proc/${pid}/environ`).includes(`MIDWATCH_MARK=${fleetId}:`))
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // gone, or not ours
  }
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}
