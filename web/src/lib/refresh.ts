// After a deed: every answer is asked for anew, except long lists, which follow the facts row by row (task-fresh.ts).

import type { QueryClient } from '@tanstack/react-query'

/** The first word in the key of queries that follow the facts by themselves. */
export const followsFacts = 'task-list'

export const refreshAll = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== followsFacts })
