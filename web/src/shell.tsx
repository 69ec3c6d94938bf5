// The frame around every page: the light with its sentence, the way to the pages, the drawers, and the keys.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'

import { call, keepCsrf, Trouble } from './lib/api.ts'
import { startLive, useLive } from './lib/live.ts'
import { useKeys } from './lib/keys.ts'
import { span, useNow } from './lib/time.ts'
import { pages } from './nav.ts'
import { Icon } from './parts/icon.tsx'
import { Light } from './parts/light.tsx'

const Drawers = lazy(() => import('./parts/drawers.tsx').then((one) => ({ default: one.Drawers })))
const Keys = lazy(() => import('./parts/keys-help.tsx').then((one) => ({ default: one.KeysHelp })))

export function Shell() {
  const client = useQueryClient()
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => call('me', {}, signal),
    // A link that is opened beside this page signs it in, too.
    refetchInterval: ({ state }) => (isNobody(state.error) ? 3_000 : false),
  })
  const signedIn = me.data !== undefined
  const gone = isNobody(me.error)
  useEffect(() => {
    if (!me.data) return
    keepCsrf(me.data.csrf)
  }, [me.data])
  useEffect(() => (signedIn ? startLive(client) : undefined), [signedIn, client])
  const was = useRef(gone)
  useEffect(() => {
    if (was.current && !gone) void client.invalidateQueries()
    was.current = gone
  }, [gone, client])
  if (gone && !signedIn) return <SignedOut />
  const { by = '', role = 'viewer', fleet = '' } = me.data ?? {}
  return <Frame by={by} role={role} fleet={fleet} gone={gone} />
}

const isNobody = (error: unknown): boolean => error instanceof Trouble && error.status === 401

function SignedOut() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-3 p-6">
      <h1 className="text-xl font-semibold">Nobody is signed in here</h1>
      <p className="text-soft">
        On the machine of the fleet, <code className="font-mono text-ink">midwatch open</code> signs
        a browser in. With <code className="font-mono text-ink">--print</code> it shows a link for
        this one, good once.
      </p>
    </main>
  )
}

interface Me {
  readonly by: string
  readonly role: string
  readonly fleet: string
}

function Frame({ gone, ...me }: Me & { gone: boolean }) {
  const [help, setHelp] = useState(false)
  const search = useSearch({ strict: false })
  useGoKeys(() => setHelp(true))
  const drawn = search.task !== undefined || search.agent !== undefined
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] md:grid-cols-[10.5rem_1fr] md:grid-rows-[auto_1fr]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-panel focus:p-2"
      >
        To the page
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-panel/95 backdrop-blur md:col-span-2">
        <TopBar {...me} gone={gone} onKeys={() => setHelp(true)} />
      </header>
      <Rail />
      <main id="page" className="min-w-0 p-3 pb-20 md:p-5">
        {gone && <Gone />}
        <Outlet />
      </main>
      <Suspense>
        {drawn && <Drawers />}
        {help && <Keys onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  )
}

/** What is shown, and what was typed, stays: whoever signs in again goes on where they were. */
function Gone() {
  return (
    <p
      role="alert"
      className="sticky top-14 z-10 mb-3 rounded-md border border-bad bg-bad-wash px-3 py-2 text-bad"
    >
      You are no longer signed in, and what is shown is old.{' '}
      <code className="font-mono">midwatch open</code> signs this browser in again.
    </p>
  )
}

function TopBar(props: Me & { gone: boolean; onKeys: () => void }) {
  const { fleet, by, role, gone, onKeys } = props
  const home = useLocation({ select: ({ pathname }) => pathname === '/' })
  const watch = useQuery({
    queryKey: ['watch'],
    queryFn: ({ signal }) => call('watch', {}, signal),
  })
  return (
    <div className="flex h-12 items-center gap-3 px-3 md:px-5">
      <Link to="/" className={`shrink-0 font-semibold md:block md:w-28 ${home ? '' : 'hidden'}`}>
        {fleet || 'Midwatch'}
      </Link>
      <div className="min-w-0 flex-1">
        {home ? null : watch.data ? (
          <Light light={watch.data.light} sentence={watch.data.sentence} />
        ) : watch.error ? (
          <Light light="red" sentence={watch.error.message} />
        ) : (
          <span className="skeleton block h-4 w-56" />
        )}
      </div>
      {!gone && <Connection />}
      <span className="hidden text-soft lg:inline" title={`signed in as ${role}`}>
        {by}
        {role === 'viewer' && ' (looks only)'}
      </span>
      <ThemeButton />
      <button
        type="button"
        onClick={onKeys}
        aria-label="Keys"
        className="hidden size-7 rounded border border-line text-soft hover:text-ink md:block"
      >
        ?
      </button>
    </div>
  )
}

function Connection() {
  const { state, since } = useLive()
  const now = useNow()
  if (state === 'live') return <span className="hidden text-xs text-faint lg:inline">live</span>
  const words =
    state === 'connecting' ? 'connecting' : `away for ${span(now - since)}; shown is old`
  return (
    <output className="shrink-0 rounded bg-waiting-wash px-2 py-0.5 text-xs text-waiting">
      {words}
    </output>
  )
}

function ThemeButton() {
  const flip = () => {
    const { dataset } = document.documentElement
    dataset['theme'] = dataset['theme'] === 'dark' ? 'light' : 'dark'
    localStorage.setItem('theme', dataset['theme'])
  }
  return (
    <button
      type="button"
      onClick={flip}
      aria-label="Dark or light"
      className="grid size-7 shrink-0 place-items-center rounded border border-line text-soft hover:text-ink"
    >
      <Icon path="M8 2a6 6 0 1 0 0 12V2Z" filled />
    </button>
  )
}

function Rail() {
  const watch = useQuery({
    queryKey: ['watch'],
    queryFn: ({ signal }) => call('watch', {}, signal),
  })
  const badges: Record<string, number> = {
    '/inbox': watch.data?.needs.length ?? 0,
    '/incidents': watch.data?.incidents.length ?? 0,
  }
  const here = useLocation({ select: ({ pathname }) => pathname })
  const rail = useRef<HTMLElement>(null)
  // On a phone the pages stand in one row: the one that is shown is seen there, too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is what changes
  useEffect(() => {
    const show = () => {
      const link = rail.current?.querySelector<HTMLElement>('[aria-current=page]')
      if (link && rail.current)
        rail.current.scrollLeft =
          link.offsetLeft - (rail.current.clientWidth - link.offsetWidth) / 2
    }
    show()
    addEventListener('resize', show)
    return () => removeEventListener('resize', show)
  }, [here])
  return (
    <nav
      ref={rail}
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 flex overflow-x-auto border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:sticky md:top-12 md:h-[calc(100dvh-3rem)] md:flex-col md:gap-0.5 md:border-r md:border-t-0 md:p-2"
    >
      {pages.map((page) => (
        <Link
          key={page.path}
          to={page.path}
          activeOptions={{ exact: true }}
          className="relative flex min-w-16 flex-col items-center gap-0.5 px-2 py-2 text-xs text-soft hover:bg-sunken hover:text-ink md:min-w-0 md:flex-row md:gap-2.5 md:rounded-md md:py-1.5 md:text-sm"
          activeProps={{ className: 'bg-sunken !text-ink font-medium', 'aria-current': 'page' }}
        >
          <Icon path={page.icon} />
          <span>{page.name}</span>
          {(badges[page.path] ?? 0) > 0 && (
            <span className="absolute top-1 left-1/2 ml-1.5 rounded-full bg-waiting-wash px-1.5 text-xs text-waiting md:static md:ml-auto">
              {badges[page.path]}
            </span>
          )}
        </Link>
      ))}
    </nav>
  )
}

function useGoKeys(onHelp: () => void) {
  const navigate = useNavigate()
  const find = () => {
    const place = document.querySelector('[role=dialog]') ?? document
    const field = place.querySelector<HTMLInputElement>('[data-search]')
    if (field) field.focus()
    else void navigate({ to: '/tasks', search: {} })
  }
  const go = pages.map(
    ({ key, path }) => [`g ${key}`, () => void navigate({ to: path, search: {} })] as const,
  )
  useKeys({ '?': onHelp, '/': find, ...Object.fromEntries(go) }, true, true)
}
