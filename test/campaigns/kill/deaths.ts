// What state the open attempts were in when the daemon died, read from its database right after.

import { DatabaseSync } from 'node:sqlite'

export const deathStates = ['claimed', 'launched', 'confirmed', 'ended but unsettled'] as const
export type DeathState = (typeof deathStates)[number]

/** How many open attempts were in which state. */
export type Caught = Readonly<Record<DeathState, number>>

/** Reads the database at `path` as it lies there. */
export function caughtAt(path: string): Caught {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const counted = db
      .prepare(
        `SELECT state, count(*) AS n FROM attempts WHERE state <> 'ended' GROUP BY state
         UNION ALL SELECT 'ended but unsettled', count(*) FROM tasks t JOIN attempts a ON a.id = t.attempt_id
         WHERE t.state = 'taken' AND a.state = 'ended'`,
      )
      .all()
    const n = (state: DeathState) =>
      Number(counted.find((row) => row['state'] === state)?.['n'] ?? 0)
    return {
      claimed: n('claimed'),
      launched: n('launched'),
      confirmed: n('confirmed'),
      'ended but unsettled': n('ended but unsettled'),
    }
  } finally {
    db.close()
  }
}
