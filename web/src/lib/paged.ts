// Lists that come page by page: what came so far as one list, and the way to more of it. Where a page ends is the server's
// to say, in its `next`.

import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'

interface PagedOptions<P, T> {
  readonly queryKey: readonly (string | number)[]
  /** Asks for the page that begins at the cursor; the first one without. */
  readonly ask: (from: string | number | undefined, signal: AbortSignal) => Promise<P>
  readonly rowsOf: (page: P) => readonly T[]
  readonly refetchInterval?: number
}

/** The rows so far, in the shape that `Got` shows, and what `More` needs. */
export function usePaged<P extends { next: string | number | null }, T>({
  queryKey,
  ask,
  rowsOf,
  refetchInterval,
}: PagedOptions<P, T>) {
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | number | undefined,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    ...(refetchInterval !== undefined && { refetchInterval }),
  })
  const { data, error, refetch } = pages
  const more = useMore(pages)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rowsOf` only picks a field
  const rows = useMemo(() => data?.pages.flatMap(rowsOf), [data])
  return { data: rows, error, refetch, more }
}

/**
 * The way to the next page. A fact that comes meanwhile asks for the pages so far anew, and that breaks off whatever is
 * under way: so it is remembered how many pages are wanted, and the next one is asked for until it came or was refused.
 * It waits for pages that are being asked for anew and does not break them off: they would stay old.
 */
export function useMore(pages: UseInfiniteQueryResult<{ pages: readonly unknown[] }>) {
  const { data, hasNextPage, isFetching, isFetchingNextPage, fetchNextPage } = pages
  const { errorUpdateCount: refused } = pages
  const [wanted, setWanted] = useState<{ pages: number; refused: number } | null>(null)
  const got = data?.pages.length ?? 0
  const waits = wanted !== null && wanted.pages > got && wanted.refused === refused && hasNextPage
  useEffect(() => {
    if (!waits) setWanted(null)
    else if (!isFetching) void fetchNextPage({ cancelRefetch: false })
  }, [waits, isFetching, fetchNextPage])
  const fetch = () => setWanted({ pages: got + 1, refused })
  return { hasNextPage, busy: waits || isFetchingNextPage, fetch }
}

export type MoreOf = ReturnType<typeof useMore>
