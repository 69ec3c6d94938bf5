// Lists page by page, alike on the command line and in the API: one more than a page is asked for, so that whether there is
// a next one is known, and a cursor names the last that was shown. What comes or goes meanwhile neither repeats nor skips any.

export interface Page<T, C> {
  readonly rows: readonly T[]
  /** Where the next page begins; null at the end. */
  readonly next: C | null
}

/** The page of `limit` out of what `find` answers for one more. */
export async function pageOf<T, C>(
  limit: number,
  find: (limit: number) => Promise<readonly T[]>,
  cursorOf: (last: T) => C,
): Promise<Page<T, C>> {
  const found = await find(limit + 1)
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}
