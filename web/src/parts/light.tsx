// Is it working? A light that is told apart by shape as well as by colour, and the sentence why.

import { capital } from '../lib/time.ts'

const looks = {
  green: { tone: 'text-good', path: 'M4 8.5 7 11.5 12.5 5' },
  yellow: { tone: 'text-waiting', path: 'M8 4v5M8 11.5v.5' },
  red: { tone: 'text-bad', path: 'M5 5l6 6M11 5l-6 6' },
} as const

export function Light({
  light,
  sentence,
  big = false,
}: {
  light: keyof typeof looks
  sentence: string
  big?: boolean
}) {
  const { tone, path } = looks[light]
  return (
    <div className={`flex min-w-0 items-center ${big ? 'gap-4' : 'gap-2'}`}>
      <svg
        viewBox="0 0 16 16"
        className={`${tone} shrink-0 ${big ? 'size-11' : 'size-5'}`}
        role="img"
        aria-label={light}
      >
        <circle cx="8" cy="8" r="7" fill="currentColor" opacity="0.16" />
        <path
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {big ? (
        <h1 className="min-w-0 text-xl font-semibold leading-snug text-balance">
          {capital(sentence)}
        </h1>
      ) : (
        <p className="min-w-0 truncate" title={sentence}>
          {capital(sentence)}
        </p>
      )}
    </div>
  )
}
