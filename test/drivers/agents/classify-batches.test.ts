// Endings that the classifier was held against batch by batch: each batch was written before it was run, measured, and
// only then kept here. `source` says where a text was seen; `written` are after the tools' own messages. A reset is a span
// after now (`+5h`), the next such clock in UTC (`18:30`), `epoch:SECONDS`, or a date.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import { classify } from '../../../src/drivers/agents/classify/classify.ts'
import type { FailureClass } from '../../../src/model/failure.ts'

interface Case {
  readonly id: string
  readonly tool: string
  readonly label: FailureClass
  readonly exit_code: number | null
  readonly signal?: string
  readonly stdout?: string
  readonly stderr?: string
  readonly reset?: string
}

/** What two readers of these lines may see differently. */
const disputed = new Set(['b1-099', 'b2-129', 'b3-004'])

const folder = new URL('../../fixtures/classify/', import.meta.url)
const now = Date.parse('2026-11-20T14:00:00Z')
const batches = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8').trim()
    return [name, text.split('\n').map((line) => JSON.parse(line) as Case)] as const
  })

const judged = ({ tool, exit_code: exitCode, signal = '', stdout = '', stderr = '' }: Case) =>
  classify({
    tool,
    exitCode,
    signal: signal === '' ? null : signal,
    stdout,
    stderr,
    now,
    timeZone: 'UTC',
  })

function stated(reset: string): number {
  const span = /^\+(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(reset)
  if (span) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = span.slice(1).map((n) => Number(n ?? 0))
    return now + ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000
  }
  if (reset.startsWith('epoch:')) return Number(reset.slice(6)) * 1_000
  if (!/^\d\d:\d\dZ?$/.test(reset)) return Date.parse(reset)
  const today = Date.parse(`2026-11-20T${reset.replace('Z', '')}:00Z`)
  return today > now ? today : today + 86_400_000
}

test.each(batches)('every ending of %s is what it says', (_name, cases) => {
  const wrong = cases
    .filter(({ id }) => !disputed.has(id))
    .flatMap((one) => {
      const got = judged(one).class
      return got === one.label ? [] : [`${one.id} ${one.tool}: ${got}, not ${one.label}`]
    })
  expect(cases.length).toBeGreaterThan(70)
  expect(wrong).toEqual([])
})

test.each(batches)('every reset that %s states is read to the minute', (_name, cases) => {
  const wrong = cases
    .filter(({ reset }) => reset !== undefined)
    .flatMap((one) => {
      const { resetAt } = judged(one)
      const wanted = stated(one.reset ?? '')
      const isRight = resetAt !== null && Math.abs(resetAt - wanted) <= 60_000
      return isRight ? [] : [`${one.id}: ${resetAt}, not ${wanted}`]
    })
  expect(wrong).toEqual([])
})
