// The small parts every page is made of: sections, states, buttons that say why not, and what is shown while there is
// nothing, while it comes, when it failed, and when it is old.

import type { ReactNode } from 'react'

import { Trouble } from '../lib/api.ts'
import { ago, full } from '../lib/time.ts'

export type Tone = 'plain' | 'good' | 'bad' | 'waiting' | 'moving' | 'aside'

export const toneText: Readonly<Record<Tone, string>> = {
  plain: 'text-ink',
  good: 'text-good',
  bad: 'text-bad',
  waiting: 'text-waiting',
  moving: 'text-moving',
  aside: 'text-faint',
}
const toneWash: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunken text-soft',
  good: 'bg-good-wash text-good',
  bad: 'bg-bad-wash text-bad',
  waiting: 'bg-waiting-wash text-waiting',
  moving: 'bg-moving-wash text-moving',
  aside: 'bg-sunken text-faint',
}

export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-block rounded px-1.5 py-px text-xs whitespace-nowrap ${toneWash[tone]}`}
    >
      {children}
    </span>
  )
}

export function PageHead({
  title,
  children,
  note,
}: {
  title: string
  children?: ReactNode
  note?: string
}) {
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-lg font-semibold">{title}</h1>
      {note && <p className="text-soft">{note}</p>}
      {children && (
        <div className="flex w-full flex-wrap items-center gap-2 sm:ml-auto sm:w-auto">
          {children}
        </div>
      )}
    </div>
  )
}

export function Section({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="panel min-w-0">
      <header className="flex items-baseline gap-3 border-b border-line px-3 py-2">
        <h2 className="eyebrow">{title}</h2>
        {aside && <div className="ml-auto text-xs text-faint">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

interface Asked<T> {
  readonly data: T | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
}

/** What came; or its look while it comes, and when it does not. Old answers stay, and say that they are old. */
export function Got<T>({
  of,
  children,
  rows = 3,
}: {
  of: Asked<T>
  children: (data: T) => ReactNode
  rows?: number
}) {
  if (of.data !== undefined)
    return (
      <>
        {of.error && <Failed error={of.error} again={of.refetch} old />}
        {children(of.data)}
      </>
    )
  if (of.error) return <Failed error={of.error} again={of.refetch} />
  return <Loading rows={rows} />
}

/** The look of what is still to come. */
export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div className="grid gap-2 p-3" aria-busy="true">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} className="skeleton h-4" style={{ width: `${Math.max(20, 85 - i * 13)}%` }} />
      ))}
    </div>
  )
}

export function Failed({
  error,
  again,
  old = false,
}: {
  error: Error
  again?: () => unknown
  old?: boolean
}) {
  if (old && error instanceof Trouble && error.status === 401) return null // it is said for all at once
  return (
    <div role="alert" className="m-2 rounded-md bg-bad-wash px-3 py-2 text-bad">
      <p>
        {old && 'What is shown is old: '}
        {error.message}
      </p>
      {error instanceof Trouble && <p className="text-xs">{error.remedy}</p>}
      {again && (
        <button type="button" onClick={() => void again()} className="mt-1 text-xs underline">
          Ask again
        </button>
      )}
    </div>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="px-3 py-5 text-center text-soft">{children}</p>
}

export function When({ iso, now }: { iso: string; now: number }) {
  return (
    <time dateTime={iso} title={full(iso)} className="whitespace-nowrap">
      {ago(iso, now)}
    </time>
  )
}

/** A button that, where it may not be pressed, says why, to eyes and to screen readers alike. */
export function Act(props: {
  children: ReactNode
  onPress: () => void
  why?: { sentence: string; release: string } | null | undefined
  busy?: boolean
  strong?: boolean
  danger?: boolean
}) {
  const { children, onPress, why, busy = false, strong = false, danger = false } = props
  const look = strong
    ? 'border-accent bg-accent text-accent-ink'
    : danger
      ? 'border-line text-bad hover:bg-bad-wash'
      : 'border-line bg-panel hover:bg-sunken'
  return (
    <button
      type="button"
      aria-disabled={Boolean(why) || busy}
      title={why ? `${why.sentence}. ${why.release}` : undefined}
      onClick={() => {
        if (!why && !busy) onPress()
      }}
      className={`rounded-md border px-2.5 py-1 text-sm font-medium whitespace-nowrap ${
        why ? 'cursor-not-allowed border-dashed border-line bg-transparent text-faint' : look
      }`}
    >
      {busy ? '…' : children}
    </button>
  )
}
