// Every page by its path. The first page is loaded with the frame; the others when somebody goes there. A task or an agent
// is looked at in a drawer over any page, so its number is part of every address.

import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'

import type { Over } from './lib/over.ts'
import { Watch } from './pages/watch.tsx'
import { Shell } from './shell.tsx'
import type { pages } from './nav.ts'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function over(given: Record<string, unknown>): Over {
  const task = Number(given['task'])
  const [agent, state, view, q] = ['agent', 'state', 'view', 'q'].map((key) => text(given[key]))
  return {
    ...(Number.isSafeInteger(task) && task > 0 && { task }),
    ...(agent !== undefined && { agent }),
    ...(state !== undefined && { state }),
    ...(view !== undefined && { view }),
    ...(q !== undefined && { q }),
  }
}

const rootRoute = createRootRoute({
  component: Shell,
  validateSearch: over,
  notFoundComponent: Lost,
})

function Lost() {
  return <p className="p-6 text-soft">There is no such page. Press ? for the keys.</p>
}

type Path = (typeof pages)[number]['path']
const lazy = (path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => rootRoute,
    path,
    component: lazyRouteComponent(load as never, name),
  })

const tree = rootRoute.addChildren([
  createRoute({ getParentRoute: () => rootRoute, path: '/', component: Watch }),
  lazy('/tasks', () => import('./pages/tasks.tsx'), 'Tasks'),
  lazy('/agents', () => import('./pages/agents.tsx'), 'Agents'),
  lazy('/inbox', () => import('./pages/inbox.tsx'), 'Inbox'),
  lazy('/gates', () => import('./pages/gates.tsx'), 'Gates'),
  lazy('/holds', () => import('./pages/holds.tsx'), 'Holds'),
  lazy('/incidents', () => import('./pages/incidents.tsx'), 'Incidents'),
  lazy('/convoys', () => import('./pages/convoys.tsx'), 'Convoys'),
  lazy('/locks', () => import('./pages/locks.tsx'), 'Locks'),
  lazy('/calm', () => import('./pages/calm.tsx'), 'Calm'),
  lazy('/accounts', () => import('./pages/accounts.tsx'), 'Accounts'),
  lazy('/schedules', () => import('./pages/schedules.tsx'), 'Schedules'),
  lazy('/effects', () => import('./pages/effects.tsx'), 'Effects'),
  lazy('/hosts', () => import('./pages/hosts.tsx'), 'Hosts'),
  lazy('/spend', () => import('./pages/spend.tsx'), 'Spend'),
  lazy('/facts', () => import('./pages/facts.tsx'), 'Facts'),
])

export const createPageRouter = (_client: QueryClient) =>
  createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}
