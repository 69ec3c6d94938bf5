// The page: signs in where a link brought us, then shows what the fleet does.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import './style.css'
import { Trouble } from './lib/api.ts'
import { enter, NotEntered } from './pages/enter.tsx'
import { createPageRouter } from './router.tsx'

const client = new QueryClient({
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
