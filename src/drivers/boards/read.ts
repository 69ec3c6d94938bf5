// Reads a foreign board from a text or a SQLite file. What it is is told, or seen by its shape.

import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { usage } from '../../base/errors.ts'
import type { Board, BoardKind, Oddity } from './contract.ts'
import { csvRecords } from './csv.ts'
import { isFields } from './fields.ts'
import { boardOf } from './records.ts'

export interface BoardSource {
  /** Null for standard input. */
  readonly path: string | null
  /** The text of standard input. */
  readonly input: string
  /** Null to see it by its shape. */
  readonly kind: BoardKind | null
  readonly table: string
}

/** Throws `board.*` when nothing of it can be read. */
export function readBoard({ path, input, kind, table }: BoardSource): Board {
  const bytes = path === null ? Buffer.from(input) : readFileSync(path)
  if (bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3') {
    if (path === null) throw unreadable('a database cannot be read from standard input')
    return boardOf(kind ?? 'arc', rowsOf(path, table), [])
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') throw unreadable('there is nothing in it')
  const odd: Oddity[] = []
  const records = recordsOf(text, odd)
  return boardOf(kind ?? kindOf(records), records, odd)
}

const unreadable = (why: string) =>
  usage(
    'board.unreadable',
    `this is no board: ${why}`,
    'give beads JSONL, a JSON or CSV list, `gh issue list --json number,title,body,labels,state,url`, or a SQLite file',
  )

function rowsOf(path: string, table: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    if (!tables.some((one) => one['name'] === table))
      throw usage(
        'board.table',
        `there is no table ${table} in it`,
        `--table names one of ${tables.map((one) => one['name']).join(', ')}`,
      )
    return database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`).all()
  } finally {
    database.close()
  }
}

function recordsOf(text: string, odd: Oddity[]): readonly unknown[] {
  const first = text.trimStart()[0]
  if (first === '[') return parsed(text) as readonly unknown[]
  if (first === '{') return linesOf(text, odd)
  return csvRecords(text)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(`${(error as Error).message}`)
  }
}

/** One record a line; a line that is none does not take the others with it. Or one object with a list in it. */
function linesOf(text: string, odd: Oddity[]): readonly unknown[] {
  const lines = text.split('\n')
  const records = lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as unknown]
    } catch {
      odd.push({ ref: null, what: `line ${index + 1} is no JSON; left out` })
      return []
    }
  })
  if (records.length > 0) return records
  odd.length = 0
  const whole = parsed(text)
  const lists = isFields(whole) ? Object.values(whole).filter(Array.isArray) : []
  return lists[0] ?? [whole]
}

function kindOf(records: readonly unknown[]): BoardKind {
  const first = records.find(isFields)
  if (first === undefined) return 'list'
  if ('issue_type' in first || 'dependencies' in first || 'acceptance_criteria' in first)
    return 'beads'
  return 'number' in first && 'title' in first ? 'github' : 'list'
}
