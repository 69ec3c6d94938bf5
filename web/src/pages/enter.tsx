// Where a one-time link leads: its code stands in the fragment, which no log and no other site sees. It is used before the
// page is shown at all, and never stays in the history.

import { call, type Trouble } from '../lib/api.ts'

/** Signs in where the address asks for it; what went wrong, or null. */
export async function enter(): Promise<Trouble | null> {
  if (location.pathname !== '/enter') return null
  const code = location.hash.slice(1) || 'none'
  history.replaceState(null, '', '/')
  try {
    await call('enter', { code })
    return null
  } catch (error) {
    return error as Trouble
  }
}

export function NotEntered({ trouble }: { trouble: Trouble }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-2 p-6">
      <h1 className="text-xl font-semibold">This link signs nobody in</h1>
      <p role="alert" className="text-soft first-letter:uppercase">
        {trouble.message}. {trouble.remedy}.
      </p>
    </main>
  )
}
