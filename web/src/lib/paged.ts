// Lists that come page by page: what came so far as one list, and the way to more of it. Where a page ends is the server's
// to say, in its `next`.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

interface PagedOptions<P, T> {
  readonly queryKey: readonly string[]
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
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rowsOf` only picks a field
  const rows = useMemo(() => data?.pages.flatMap(rowsOf), [data])
  return {
    data: rows,
    error,
    refetch,
    more: { hasNextPage, isFetchingNextPage, fetch: () => void fetchNextPage() },
  }
}

export type MoreOf = ReturnType<typeof usePaged>['more']
