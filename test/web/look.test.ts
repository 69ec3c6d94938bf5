// Every page in both themes and at the width of a phone: judged by axe (WCAG 2 AA), without anything that is wider than
// the screen, and, where MIDWATCH_IMAGES is set, written to docs/images for people to look at.

import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { describeInBrowser, type Place } from './browser.ts'

const yaml = `\
name: harbour
slots: 6
backoff: [30s]
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 4 }
  claude: { adapter: claude, tier: frontier, slots: 2, program: /nonexistent/claude }
  codex: { adapter: codex, tier: standard, slots: 1, roles: [reviewer], program: /nonexistent/codex }
windows:
  night: { clock: ['22:00-06:00'], load: 0.7, memory: 25%, perDay: 12 }
  quiet: { others: 0 }
schedules:
  tides: { cron: '0 */6 * * *', run: 'echo tide', title: Read the tide gauge }
  ledger: { cron: '30 3 * * mon-fri', timezone: Europe/Berlin, run: 'true', title: Close the ledger }
budget:
  fleet: { day: 5, month: 100 }
  reserve: 0.2
`

const root = join(import.meta.dirname, '../..')
const images = process.env['MIDWATCH_IMAGES'] === undefined ? null : join(root, 'docs/images')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const pages: readonly (readonly [string, string])[] = [
  ['watch', '/'],
  ['inbox', '/inbox'],
  ['tasks', '/tasks'],
  ['board', '/tasks?view=board'],
  ['task', '/tasks?task=1'],
  ['agents', '/agents'],
  ['agent', '/agents?agent=claude'],
  ['gates', '/gates'],
  ['holds', '/holds'],
  ['incidents', '/incidents'],
  ['convoys', '/convoys'],
  ['locks', '/locks'],
  ['calm', '/calm'],
  ['accounts', '/accounts'],
  ['schedules', '/schedules'],
  ['effects', '/effects'],
  ['hosts', '/hosts'],
  ['spend', '/spend'],
  ['facts', '/facts'],
]

// The first look judges everything; the others what they change.
const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const looks = [
  ['dark', { theme: 'dark', width: 1_280, height: 800 }, everything],
  ['light', { theme: 'light', width: 1_280, height: 800 }, ['color-contrast']],
  ['phone', { theme: 'dark', width: 390, height: 844 }, ['target-size']],
] as const

describeInBrowser('every page', yaml, (place) => {
  beforeAll(async () => {
    await fill(place)
    if (images !== null) mkdirSync(images, { recursive: true })
  }, 60_000)

  let page: Page
  beforeAll(async () => {
    page = await place.signIn()
    await page.evaluate(axe)
  }, 60_000)
  afterAll(() => place.leave(page))

  test.each(pages)(
    '%s is legible, fits its screen and breaks no rule of axe, dark, light and at the width of a phone',
    async (title, path) => {
      await place.visit(page, path)
      await page.locator('main h1').first().waitFor()
      if (path.includes('task=') || path.includes('agent='))
        await page.getByRole('dialog').waitFor()
      await expect.poll(() => page.locator('[aria-busy]').count()).toBe(0)
      for (const [name, { theme, ...size }, rules] of looks) {
        await page.setViewportSize(size)
        await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
        const wide = Number(await page.evaluate(tooWide))
        expect.soft(wide, `${title} ${name} is wider than its screen`).toBeLessThanOrEqual(0)
        expect.soft(await judged(page, rules), `${title} ${name}`).toEqual([])
        if (images !== null) {
          await page.waitForTimeout(400) // for what moves
          await page.screenshot({ path: join(images, `${title}-${name}.png`) })
        }
      }
      expect(place.troubles).toEqual([])
    },
    60_000,
  )
})

/** What axe finds, as sentences. */
const judged = async (page: Page, rules: readonly string[]): Promise<string[]> =>
  (await page.evaluate(judge(rules))) as string[]

// Texts, for they run in the page, of which nothing here knows the types.
const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
const judge = (rules: readonly string[]) => `axe
  .run(document, { runOnly: ${JSON.stringify(rules)} })
  .then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((one) => id + ': ' + one.html.slice(0, 160) + ' ' + one.failureSummary.slice(0, 200)),
    ),
  )`

/** A fleet in which something of everything is so. */
async function fill(place: Place): Promise<void> {
  const add = async (title: string, more: object) =>
    ((await place.ask('POST', '/api/tasks', { title, ...more })) as { task: { id: number } }).task
      .id
  const charts =
    'for i in $(seq 1 600); do echo "chart $i: soundings read, 12 buoys"; midwatch progress "chart $i of 600" >/dev/null; sleep 1; done'
  await add('Compile the harbour charts', { run: charts })
  const gauge = 'for i in $(seq 1 600); do echo "tide $i"; sleep 1; done'
  await add('Watch the tide gauge', { run: gauge })
  for (let i = 1; i <= 9; i++) await add(`Weigh the anchor, part ${i}`, { run: `echo part ${i}` })
  await add('Mend the lantern', { run: 'echo the wick is wet >&2; exit 3', attempts: 1 })
  await add('Call the pilot at four', { run: 'true', until: '3h' })
  const asked = await add('Open the cargo', { run: 'true', until: '5h' })
  const question = { ask: 'May the sealed crates be opened?' }
  await place.ask('POST', `/api/tasks/${asked}/hold`, question)
  await add('Write the log of the voyage', { prompt: 'Write it.', agent: 'claude' })
  await add('Review the rigging plan', { prompt: 'Look at it.', agent: 'codex' })
  await add('Refit the sails', { prompt: 'Refit.', tier: 'frontier' })
  await add('Paint the hull', { run: 'true', calm: 'night' })
  const forMs = 5 * 3_600_000
  await place.ask('POST', '/api/locks/acquire', { name: 'dry-dock', forMs, as: 'the yard' })
  await place.ask('POST', '/api/work/claim', { key: 'survey:north', forMs, as: 'the pilot' })
  const south = { key: 'survey:south', as: 'the pilot' }
  await place.ask('POST', '/api/work/claim', south)
  await place.ask('POST', '/api/work/complete', { ...south, note: 'twelve reefs' })
  const members = [
    await add('Sew the flags', { run: 'true' }),
    await add('Ring the bell', { run: 'true', until: '4h' }),
  ]
  await place.run('convoy', 'create', 'Leave the harbour', '--task', members.join(','))
  const mail = ['effect', 'run', '--key', 'mail:harbour-master', '--fleet', place.dir]
  await place.binary.run([...mail, '--', 'echo', 'sent'])
  await place.run('account', 'use', 'openai-default', '--reason', 'the other one is spent')
  await place.ask('POST', '/api/schedules/tides/run', {})
  await add('Sound the channel', { run: 'echo sounded', review: true })
  await add('Pay the pilot', { run: 'midwatch effect begin pay:pilot', attempts: 1 })
  await until(async () => {
    const asked = await place.ask('GET', '/api/effects?state=uncertain')
    return (asked as { effects: object[] }).effects.length > 0
  })
  await until(async () => {
    const asked = await place.ask('GET', '/api/gates/agent:claude')
    return (asked as { gate: { state: string } }).gate.state === 'shut'
  })
}
