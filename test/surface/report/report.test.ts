// The morning report: grouped, escaped, and the same in all its dresses.

import { expect, test } from 'vitest'

import { systemRandom } from '../../../src/base/random.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { gatherReport, signatureOf } from '../../../src/surface/report/gather.ts'
import { pageOf } from '../../../src/surface/report/page.ts'
import { wordsOf } from '../../../src/surface/report/words.ts'
import {
  claimOne,
  failure,
  forPerson,
  success,
  t0,
  want,
} from '../../drivers/store/conformance/wants.ts'

const clock = { now: () => t0, monotonicMs: () => 0, sleep: async () => {} }

async function night() {
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  const settle = async (title: string, outcome: 'done' | 'failed', reason: string) => {
    const { task } = await store.enqueue({ ...want(), title, now: t0 })
    await store.settleByHand({ taskId: task.id, outcome, by: 'x', reason, now: t0 + 1_000 })
  }
  await settle('<b>bold</b> & brave', 'done', 'seen')
  for (let i = 0; i < 60; i++)
    await settle(`t${i}`, 'failed', `task_failed: cannot open /tmp/x${i}/y (attempt ${i} of 60)`)
  await settle('other', 'failed', 'timeout: 2 h')
  const { task } = await store.enqueue({ ...want(), now: t0 })
  await store.hold({ taskId: task.id, release: forPerson, now: t0 })
  await store.pin({ lane: 'account:a', by: 'ann', reason: 'no credit', until: null, now: t0 })
  await store.openIncident({ key: 'gate:fleet', title: 'the <fleet> is shut', now: t0 })
  return await gatherReport(store, 'town', t0 - 1, t0 + 3_600_000)
}

test('sixty failures alike are one line, and numbers and paths make no difference', async () => {
  const report = await night()
  expect(report.failures.map(({ count }) => count)).toEqual([60, 1])
  expect(signatureOf('exit 3 in /a/b "x"')).toBe(signatureOf('exit 4 in /c "y z"'))
  expect(wordsOf(report, 'text')).toMatch(/60 alike: task_failed/)
})

test('what waits for a person stands there with the command to run', async () => {
  const report = await night()
  expect(report.waiting.map(({ command }) => command)).toEqual([
    expect.stringMatching(/^midwatch release \d+$/),
    'midwatch gate reset account:a',
  ])
  expect(wordsOf(report, 'md')).toContain('`midwatch gate reset account:a`')
})

test('the page needs nothing else, and nothing that was written elsewhere becomes markup', async () => {
  const page = pageOf(await night())
  expect(page).toContain('&lt;b&gt;bold&lt;/b&gt; &amp; brave')
  expect(page).not.toContain('<b>bold')
  expect(page).not.toMatch(/<script|https?:\/\/|@import|url\(/)
  expect(page).toContain('<svg')
})

test('counts add up: what was done, what failed, and when', async () => {
  const { totals, course } = await night()
  expect(totals).toMatchObject({ done: 1, failed: 61, enqueued: 63, usdPerVerified: null })
  expect(course.reduce((sum, { done, failed }) => sum + done + failed, 0)).toBe(62)
})

test('an empty night is an empty report', async () => {
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  const report = await gatherReport(store, 'town', t0, t0 + 1)
  expect(wordsOf(report, 'text')).toContain('0 done (0 verified), 0 failed')
  expect(pageOf(report)).toContain('</html>')
})

test('what each agent consumed, and what of it was for nothing, is told in words and drawn', async () => {
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  const spend = async (costUsd: number, verdict: typeof failure) => {
    await store.enqueue({ ...want(), now: t0 })
    const { attempt, task } = await claimOne(store, { now: t0 })
    const usage = { inputTokens: 900, outputTokens: 100, costUsd, turns: 1, sessionId: null }
    await store.end({ attemptId: attempt.id, verdict, usage, now: t0 })
    const how = { outcome: 'done' as const, by: 'x', reason: 'seen', now: t0 }
    await store.settleByHand({ taskId: task.id, ...how })
  }
  await spend(2, success)
  await spend(1, failure)
  const report = await gatherReport(store, 'town', t0 - 1, t0 + 1)
  expect(report.spend).toEqual([
    { agent: 'shell', attempts: 2, costUsd: 3, tokens: 2_000, wastedUsd: 1 },
  ])
  const line = 'shell: $3.00, 2,000 tokens in 2 attempts, $1.00 of it for nothing'
  expect(wordsOf(report, 'text')).toContain(line)
  const page = pageOf(report)
  expect(page).toContain(`<li>${line}</li>`)
  expect(page).toContain('$1.00 went into attempts that settled nothing')
  expect(page.match(/<svg/g)).toHaveLength(2)
})
