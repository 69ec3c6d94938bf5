// What the processes that write were told, and what is there.

import { DatabaseSync } from 'node:sqlite'

/** Ids of the tasks that a writer was told are written. */
export const acknowledged = (lines: readonly string[]): number[] =>
  lines.filter((line) => line.startsWith('ok ')).map((line) => Number(line.slice(3)))

/** Ids of the tasks in a SQLite file, asked past the store. */
export function tasksIn(path: string): number[] {
  const db = new DatabaseSync(path)
  const ids = db
    .prepare('SELECT id FROM tasks ORDER BY id')
    .all()
    .map((row) => Number(row['id']))
  db.close()
  return ids
}
