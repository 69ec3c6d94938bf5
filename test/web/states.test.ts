// Each page before an answer, without one, with nothing, and with an old answer.

import { setTimeout as sleep } from 'node:timers/promises'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { pages } from '../../web/src/nav.ts'
import { describeInBrowser } from './browser.ts'

const yaml = `\
name: harbour
slots: 2
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 2 }
`
const refusal = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    code: 'store.away',
    sentence: 'the database is out of reach',
    remedy: 'it is tried again by itself',
  }),
}
const briefStream = {
  contentType: 'text/event-stream',
  body: 'retry: 100\nid: 1\nevent: hello\ndata: {}\n\n',
}

type Path = (typeof pages)[number]['path']

/** What a fleet never lacks is taken away from it here. */
const nothing: Readonly<Record<string, object>> = {
  '/api/agents': { agents: [] },
  '/api/gates': { gates: [] },
  '/api/hosts': { hosts: [] },
  '/api/mechanisms': { mechanisms: [] },
  '/api/facts': { facts: [], next: null, earlier: null },
}

/** What each page says when there is nothing. */
const empty: Readonly<Record<Path, readonly [string, ...string[]]>> = {
  '/': [
    'Nothing is under way.',
    'Every lane is passing, and nothing is out of order.',
    'No task is held.',
    'Nothing has happened yet.',
  ],
  '/inbox': ['Nothing waits for you.'],
  '/tasks': ['No task is here.'],
  '/agents': ['No agent is configured.'],
  '/gates': ['No lane is known yet.'],
  '/holds': ['No task is held, and none waits for calm.'],
  '/incidents': ['Nothing has been out of order.'],
  '/convoys': ['No convoy was made.', 'No work waits for a review.'],
  '/locks': ['Nobody holds a lock.', 'No work is claimed or completed.'],
  '/calm': ['No calm window is configured'],
  '/accounts': ['No agent drives a client that has an account.'],
  '/schedules': ['Nothing is scheduled'],
  '/effects': ['No effect is in doubt.', 'Nothing has been done to the world through Midwatch.'],
  '/hosts': ['No dispatcher has run yet.', 'Nothing has told of itself yet.'],
  '/spend': ['No cap is configured', 'No attempt was made in these days.'],
  '/facts': ['No fact is like that.'],
}

/** What a page shows that is never empty. */
const stays: Readonly<Partial<Record<Path, string>>> = {
  '/agents': 'shell',
  '/gates': 'agent:shell',
  '/hosts': 'running',
  '/facts': 'dispatcher',
}

type Mode = 'wait' | 'fail' | 'nothing' | 'pass'

describeInBrowser('states of pages', yaml, (place) => {
  let page: Page
  let goes: (next: Mode) => void
  beforeAll(async () => {
    page = await place.signIn()
    goes = await answering(page)
  }, 60_000)
  afterAll(async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await place.leave(page)
  })

  test.each(pages)(
    '$path has a look while it loads, when it fails, when there is nothing, and when what it shows is old',
    async ({ path }) => {
      const main = page.locator('main')
      const alerts = main.locator('[role=alert]')
      const settled = () =>
        expect.poll(() => main.locator(':is([aria-busy], [role=alert])').count()).toBe(0)
      goes('wait')
      await page.goto(`${place.url}${path}`)
      await main.locator('[aria-busy]').first().waitFor()
      expect.soft(await alerts.count()).toBe(0)
      goes('fail')
      await alerts.first().waitFor()
      const said = await alerts.first().textContent()
      expect.soft(said).toContain('the database is out of reach')
      expect.soft(said).toContain('it is tried again by itself')
      expect.soft(said).not.toContain('What is shown is old')
      goes('nothing')
      await settled()
      for (const sentence of empty[path]) await main.getByText(sentence).first().waitFor()
      goes('pass')
      const shown = stays[path] ?? empty[path][0]
      await main.getByText(shown).first().waitFor()
      goes('fail')
      const old = alerts.filter({ hasText: 'What is shown is old' }).first()
      await expect.poll(() => old.isVisible()).toBe(true)
      expect.soft(await old.textContent()).toContain('the database is out of reach')
      expect.soft(await main.getByText(shown).count()).toBeGreaterThan(0)
      goes('pass')
      await settled()
    },
    60_000,
  )
})

/** Stands between a page and its API; what comes back says how the API answers from then on. */
async function answering(page: Page): Promise<(next: Mode) => void> {
  let mode: Mode = 'pass'
  const held: (() => void)[] = []
  const asked = new Set<object>()
  page.on('request', (request) => {
    if (/\/api\/(?!facts\/stream)/.test(request.url())) asked.add(request)
  })
  for (const over of ['requestfinished', 'requestfailed'] as const)
    page.on(over as 'requestfinished', (request) => asked.delete(request))
  await page.route('**/api/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/api/me') return route.continue()
    // A stream that ends at once: the page is away, comes back, and asks for everything anew; and what happens in a
    // fleet that has just begun does not reach this page. It comes back once what it asked for is answered: asked anew
    // before that, a slow machine would never have answered.
    if (pathname === '/api/facts/stream') {
      for (let waits = 0; asked.size > 0 && waits < 500; waits++) await sleep(10)
      return route.fulfill(briefStream).catch(() => {})
    }
    if (mode === 'wait') await new Promise<void>((resolve) => held.push(resolve))
    const none = nothing[pathname]
    const answer = mode === 'fail' ? refusal : mode === 'nothing' && none ? { json: none } : null
    await (answer === null ? route.continue() : route.fulfill(answer)).catch(() => {})
  })
  return (next) => {
    mode = next
    for (const go of held.splice(0)) go()
  }
}
