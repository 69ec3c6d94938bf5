// The page: signs in where a link brought us, then shows what the fleet does.

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import './style.css'
import { Trouble } from './lib/api.ts'
import { enter, NotEntered } from './pages/enter.tsx'
import { createPageRouter } from './router.tsx'

/** Whoever was signed in and is no more is asked for once more, and told. */
const onError = (error: Error) => {
  if (error instanceof Trouble && error.status === 401) void client.refetchQueries(me)
}
const me = { queryKey: ['me'] }
const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (queryKey[0] !== me.queryKey[0]) onError(error)
    },
  }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 600_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && error instanceof Trouble && error.status === 0,
      placeholderData: (before: unknown) => before,
    },
  },
})

const root = document.getElementById('root')
if (root !== null) {
  const trouble = await enter()
  createRoot(root).render(
    <StrictMode>
      {trouble ? (
        <NotEntered trouble={trouble} />
      ) : (
        <QueryClientProvider client={client}>
          <RouterProvider router={createPageRouter(client)} />
        </QueryClientProvider>
      )}
    </StrictMode>,
  )
}
