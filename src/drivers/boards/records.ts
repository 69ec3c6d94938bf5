// Boards that are lists of records: beads (JSONL), a plain list (JSON or CSV), and `gh issue list --json`. Each record
// becomes a task; what has no title or a reference that was there before is told and left out.

import type { Board, BoardKind, ForeignTask, Oddity } from './contract.ts'
import { type Fields, isFields, listOf, settledBefore, stateOf, textOf, timeOf } from './fields.ts'

type Reader = (fields: Fields, ref: string, odd: Oddity[]) => Omit<ForeignTask, 'ref' | 'title'>

interface Shape {
  readonly ref: (fields: Fields, index: number) => string | null
  readonly read: Reader
}

/** The records of a board as tasks. */
export function boardOf(kind: BoardKind, records: readonly unknown[], odd: Oddity[]): Board {
  const { ref: refOf, read } = shapes[kind]
  const tasks = new Map<string, ForeignTask>()
  for (const [index, record] of records.entries()) {
    const fields = typeof record === 'string' ? { title: record } : record
    const place = `record ${index + 1}`
    if (!isFields(fields)) {
      odd.push({ ref: null, what: `${place} is no record; left out` })
      continue
    }
    const title = textOf(fields, 'title', 'subject', 'name', 'summary', 'task')
    const ref = refOf(fields, index) ?? title
    if (title === null || ref === null)
      odd.push({ ref, what: `${ref === null ? place : 'it'} has no title; left out` })
    else if (tasks.has(ref)) odd.push({ ref, what: 'is there twice; the first one counts' })
    else tasks.set(ref, { ref, title: title.replace(/\s+/g, ' '), ...read(fields, ref, odd) })
  }
  return { kind, tasks: [...tasks.values()], odd }
}

const common = (fields: Fields, ref: string, odd: Oddity[]) => ({
  text: textOf(fields, 'prompt', 'description', 'body', 'text', 'details'),
  run: textOf(fields, 'run', 'command'),
  labels: listOf(fields, 'labels', 'tags'),
  state: settledBefore(stateOf(textOf(fields, 'status', 'state'), ref, odd), fields, ref, odd),
  after: listOf(fields, 'after', 'depends_on', 'dependsOn', 'blocked_by'),
  notBefore: timeOf(fields, 'not_before', 'notBefore', 'scheduled_for', 'defer_until'),
})

const priorityOf = (fields: Fields, ref: string, odd: Oddity[], ours: (n: number) => number) => {
  const text = textOf(fields, 'priority')
  if (text === null) return 0
  const match = /^p?(-?\d+)$/i.exec(text)
  if (match !== null) return ours(Number(match[1]))
  const named = ['lowest', 'low', 'medium', 'high', 'highest'].indexOf(text.toLowerCase())
  if (named >= 0) return named - 2
  odd.push({ ref, what: `has the unknown priority ${text}; taken as 0` })
  return 0
}

const shapes: Readonly<Record<BoardKind, Shape>> = {
  list: {
    ref: (fields) => textOf(fields, 'key', 'id', 'ref', 'number'),
    read: (fields, ref, odd) => ({
      ...common(fields, ref, odd),
      priority: priorityOf(fields, ref, odd, (n) => n),
    }),
  },
  beads: {
    ref: (fields) => textOf(fields, 'id'),
    read: (fields, ref, odd) => ({
      ...common(fields, ref, odd),
      text: beadsText(fields),
      // 0 is critical there, 4 is backlog.
      priority: priorityOf(fields, ref, odd, (n) => 2 - n),
      after: blockersOf(fields, odd, ref),
    }),
  },
  github: {
    ref: (fields) => textOf(fields, 'url', 'number'),
    read: (fields, ref, odd) => {
      const reason = textOf(fields, 'stateReason')?.toLowerCase()
      const read = common(fields, ref, odd)
      return {
        ...read,
        state: read.state === 'done' && reason === 'not_planned' ? 'cancelled' : read.state,
        priority: 0,
      }
    },
  },
  arc: {
    ref: (fields) => textOf(fields, 'id'),
    read: (fields, ref, odd) => ({
      ...common(fields, ref, odd),
      // 1 goes first there, 10 last.
      priority: priorityOf(fields, ref, odd, (n) => 5 - n),
    }),
  },
}

/** Its parts as one order. */
function beadsText(fields: Fields): string | null {
  const parts = [
    ['', 'description'],
    ['Design:\n', 'design'],
    ['Done when:\n', 'acceptance_criteria'],
    ['Notes:\n', 'notes'],
  ] as const
  const said = parts.flatMap(([head, name]) => {
    const text = textOf(fields, name)
    return text === null ? [] : [`${head}${text}`]
  })
  return said.length === 0 ? null : said.join('\n\n')
}

/** Only `blocks` makes one wait; a parent waits for nobody. */
function blockersOf(fields: Fields, odd: Oddity[], ref: string): string[] {
  const edges = fields['dependencies']
  if (!Array.isArray(edges)) return listOf(fields, 'depends_on', 'blocked_by')
  return edges.flatMap((edge) => {
    if (typeof edge === 'string') return [edge]
    const to = isFields(edge) ? textOf(edge, 'depends_on_id', 'id') : null
    const type = isFields(edge) ? (textOf(edge, 'type', 'dependency_type') ?? 'blocks') : ''
    if (to === null) odd.push({ ref, what: 'has a dependency that names nobody; left out' })
    return to !== null && type === 'blocks' ? [to] : []
  })
}
