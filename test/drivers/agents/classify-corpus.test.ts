// Measures the classifier on a corpus of recorded endings where that is at hand.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/drivers/agents/classify/classify.ts'
import { wallTimeAt } from '../../../src/drivers/agents/classify/zoned.ts'
import { failureClasses } from '../../../src/model/failure.ts'

const now = Date.UTC(2026, 8, 1, 12, 0)

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus/failures.jsonl')

interface Case {
  id: string
  tool: string
  label: string
  exit_code: number | null
  signal: string | null
  stdout: string
  stderr: string
  expect_reset: string | null
}

describe.skipIf(!existsSync(corpus))(
  'the corpus of recorded endings (skipped where it is absent)',
  () => {
    const cases: Case[] = existsSync(corpus)
      ? readFileSync(corpus, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : []
    const zone = 'Europe/Berlin'
    const judged = cases.map((c) => ({
      ...c,
      got: classify({
        tool: c.tool,
        exitCode: c.exit_code,
        signal: c.signal,
        stdout: c.stdout,
        stderr: c.stderr,
        now,
        timeZone: zone,
      }),
    }))
    const told = (wrong: typeof judged) =>
      wrong.map((c) => `${c.id}: ${c.got.class}, not ${c.label}`)

    it('every label is one of our classes', () => {
      expect(cases.length).toBeGreaterThan(200)
      for (const c of cases) expect(failureClasses).toContain(c.label)
    })

    it('at least 95 % of the clear cases get their class', () => {
      const clear = judged.filter((c) => !c.id.startsWith('amb-'))
      const wrong = clear.filter((c) => c.got.class !== c.label)
      expect(wrong.length / clear.length, told(wrong).join('\n')).toBeLessThanOrEqual(0.05)
    })

    it('no success is called a failure, and no argument error anything else', () => {
      const sacred = judged.filter(
        (c) => c.label === 'success' || (c.label === 'argument_error' && !c.id.startsWith('amb-')),
      )
      expect(told(sacred.filter((c) => c.got.class !== c.label))).toEqual([])
    })

    it('every stated reset is read to the minute', () => {
      const wrong = judged.filter(
        (c) => c.expect_reset !== null && !isExpected(c.expect_reset, c.got.resetAt, zone),
      )
      expect(wrong.map((c) => `${c.id}: ${c.expect_reset}, not ${c.got.resetAt}`)).toEqual([])
    })
  },
)

/** Compares with the corpus' own spellings: ISO moments, ISO spans, `… local`, and clocks with or without a zone. */
function isExpected(spelled: string, resetAt: number | null, zone: string): boolean {
  if (resetAt === null) return false
  const span = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(spelled)
  if (span) {
    const [d = 0, h = 0, m = 0, s = 0] = span.slice(1).map((part) => Number(part ?? 0))
    return Math.abs(resetAt - now - (((d * 24 + h) * 60 + m) * 60 + s) * 1000) <= 60_000
  }
  if (/^\d{4}-.*Z$/.test(spelled)) return Math.abs(resetAt - Date.parse(spelled)) <= 60_000
  const clock =
    /^(?:(\d{4})-(\d\d)-(\d\d)T)?(\d{1,2}):(\d\d)\s*([ap]m)?\s*(local|\w+\/\w+)?$/i.exec(spelled)
  if (!clock) return false
  const [, , , , hour, minute, half, where] = clock
  const wanted = half ? (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0) : Number(hour)
  const wall = wallTimeAt(resetAt, where === undefined || where === 'local' ? zone : where)
  const day = clock[3] === undefined || wall.day === Number(clock[3])
  return day && wall.hour === wanted && wall.minute === Number(minute)
}
