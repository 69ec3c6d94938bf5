// Laws about single rows that the reconciler keeps: what must be true of a row whoever wrote it, in the order in which
// they are kept. Rows can be read first, for whoever mends the others reads them.

export const rowLawNames = [
  'readable-task',
  'readable-hold',
  'readable-attempt',
  'settled-stays',
  'done-by-its-key',
  'ended-stays',
  'taken-by-its-attempt',
  'wait-is-answered',
  'held-by-something',
  'ready-is-free',
  'settled-waits-for-nothing',
  'attempt-has-its-task',
] as const
export type RowLawName = (typeof rowLawNames)[number]

/** The table whose ids a law is asked about. */
export type RowTable = 'tasks' | 'attempts'

/** `task 42`, `attempt 7`: whom a finding is about, as people name it. */
export const subjectOfRow = (table: RowTable, id: number): string =>
  `${table === 'tasks' ? 'task' : 'attempt'} ${id}`

/** The row a subject names, or null when it names something else. */
export function rowOfSubject(subject: string): { table: RowTable; id: number } | null {
  const match = /^(task|attempt) (\d+)$/.exec(subject)
  if (match?.[2] === undefined) return null
  return { table: match[1] === 'task' ? 'tasks' : 'attempts', id: Number(match[2]) }
}
