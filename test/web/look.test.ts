// Every page in both themes and at the width of a phone: judged by axe (WCAG 2 AA), without anything that is wider than
// the screen, and, where MIDWATCH_IMAGES is set, written to docs/images for people to look at.

import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { noBrowser, openPlace, type Place } from './browser.ts'

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
  ['dark', { dark: true, width: 1_280 }, everything],
  ['light', { dark: false, width: 1_280 }, ['color-contrast']],
  ['phone', { dark: true, width: 390 }, ['target-size']],
] as const

describe.skipIf(noBrowser !== null)(
  `every page${noBrowser === null ? '' : `: ${noBrowser}`}`,
  () => {
    let place: Place
    beforeAll(async () => {
      place = await openPlace(yaml)
      await fill(place)
      if (images !== null) mkdirSync(images, { recursive: true })
    }, 120_000)
    afterAll(() => place?.end(), 60_000)

    test.each(looks)(
      '%s',
      async (name, look, rules) => {
        const page = await place.signIn(look)
        for (const [title, path] of pages) {
          await page.goto(`${place.url}${path}`)
          await page.locator('main h1').first().waitFor()
          await page.waitForLoadState('domcontentloaded')
          await expect.poll(() => page.locator('[aria-busy]').count(), { timeout: 5_000 }).toBe(0)
          if (path.includes('task=') || path.includes('agent='))
            await page.getByRole('dialog').waitFor()
          const wide = Number(await page.evaluate(tooWide))
          expect.soft(wide, `${title} ${name} is wider than its screen`).toBeLessThanOrEqual(0)
          expect.soft(await judged(page, rules), `${title} ${name}`).toEqual([])
          if (images !== null) {
            await page.waitForTimeout(400)
            await page.screenshot({ path: join(images, `${title}-${name}.png`) })
          }
        }
        expect(place.troubles).toEqual([])
        await page.context().close()
      },
      120_000,
    )
  },
)

/** What axe finds, as sentences. */
async function judged(page: Page, rules: readonly string[]): Promise<string[]> {
  await page.evaluate(axe)
  return (await page.evaluate(judge(rules))) as string[]
}

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
  const add = async (title: string, ...args: string[]) =>
    ((await place.run('add', title, ...args)) as { task: { id: number } }).task.id
  const charts =
    'for i in $(seq 1 600); do echo "chart $i: soundings read, 12 buoys"; midwatch progress "chart $i of 600" >/dev/null; sleep 1; done'
  await add('Compile the harbour charts', '--run', charts)
  await add(
    'Watch the tide gauge',
    '--run',
    'for i in $(seq 1 600); do echo "tide $i"; sleep 1; done',
  )
  for (let i = 1; i <= 9; i++) await add(`Weigh the anchor, part ${i}`, '--run', `echo part ${i}`)
  await add('Mend the lantern', '--run', 'echo the wick is wet >&2; exit 3', '--attempts', '1')
  await add('Call the pilot at four', '--run', 'true', '--until', '3h')
  const asked = await add('Open the cargo', '--run', 'true', '--until', '5h')
  await place.run('hold', String(asked), '--ask', 'May the sealed crates be opened?')
  await add('Write the log of the voyage', '--prompt', 'Write it.', '--agent', 'claude')
  await add('Review the rigging plan', '--prompt', 'Look at it.', '--agent', 'codex')
  await add('Refit the sails', '--prompt', 'Refit.', '--tier', 'frontier')
  await add('Paint the hull', '--run', 'true', '--calm', 'night')
  await place.run('lock', 'acquire', 'dry-dock', '--ttl', '5h', '--as', 'the yard')
  await place.run('work', 'claim', 'survey:north', '--ttl', '5h', '--as', 'the pilot')
  await place.run('work', 'claim', 'survey:south', '--as', 'the pilot')
  await place.run('work', 'complete', 'survey:south', '--as', 'the pilot', '--note', 'twelve reefs')
  const members = [
    await add('Sew the flags', '--run', 'true'),
    await add('Ring the bell', '--run', 'true', '--until', '4h'),
  ]
  await place.run('convoy', 'create', 'Leave the harbour', '--task', members.join(','))
  const mail = ['effect', 'run', '--key', 'mail:harbour-master', '--fleet', place.dir]
  await place.binary.run([...mail, '--', 'echo', 'sent'])
  await place.run('account', 'use', 'openai-default', '--reason', 'the other one is spent')
  await place.run('schedule', 'run', 'tides')
  await add('Sound the channel', '--run', 'echo sounded', '--review')
  await add('Pay the pilot', '--run', 'midwatch effect begin pay:pilot', '--attempts', '1')
  await until(async () => {
    const { effects } = (await place.run('effect', 'list')) as { effects: { state: string }[] }
    return effects.some(({ state }) => state === 'uncertain')
  })
  await until(async () => {
    const seen = (await place.run('agent', 'show', 'claude')) as {
      agent: { gate: { state: string } }
    }
    return seen.agent.gate.state === 'shut'
  })
}
