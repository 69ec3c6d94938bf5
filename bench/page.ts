// The page before a hundred thousand tasks, in a real browser: from a key, a click or a turn of the wheel to the paint that
// answers it, over the whole list down to its last row; the first paint of a browser that comes for the first time, what
// it loads for that, and how long after its commit an update is seen. Needs a Chromium (`CHROMIUM` names another one).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { type Browser, chromium, type Page } from 'playwright-core'

import { serveApiOf } from '../src/api.ts'
import { present } from '../src/base/assert.ts'
import type { Fleet } from '../src/fleet.ts'
import { enqueue } from '../src/lifecycle/intake/enqueue.ts'
import { fillSqlite } from './support/big-database.ts'
import { build } from './support/binary.ts'
import { median, quantile } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { openScratchFleet, wantOf } from './support/scratch-fleet.ts'
import { type Row, skipped, told, within } from './support/table.ts'

const tasks = Number(process.argv[2] ?? 100_000)
const many = tasks.toLocaleString('en')
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome']
const program = process.env['CHROMIUM'] ?? programs.find((path) => existsSync(path))
const rounds = 40
const updates = 15

async function measure(): Promise<readonly Row[]> {
  if (program === undefined) return [skipped('the page', 'no Chromium is installed')]
  build()
  return await withScratch(async (dir) => {
    const fleet = await filledFleet(dir)
    const api = await serveApiOf(fleet, {
      current: () => fleet.loaded,
      source: fleet.source,
      daemonLives: async () => false,
      override: '127.0.0.1:0',
      log: () => {},
    })
    const browser = await chromium.launch({ executablePath: program, chromiumSandbox: false })
    try {
      return await rowsOf(fleet, browser)
    } finally {
      await browser.close()
      await api?.stop()
      await fleet.close()
    }
  })
}

/** Six of ten are settled, the others ready; nobody takes any. */
async function filledFleet(dir: string): Promise<Fleet> {
  const empty = await openScratchFleet(dir, { slots: 2 })
  const path = join(empty.stateDir, 'fleet.db')
  await empty.close()
  const settled = Math.floor(tasks * 0.6)
  const others = { tasks: 0, demands: 0 }
  fillSqlite(path, { settled, ready: tasks - settled, others, cwd: '/tmp' })
  return await openScratchFleet(dir, { slots: 2 })
}

async function rowsOf(fleet: Fleet, browser: Browser): Promise<readonly Row[]> {
  const first = await firstPaint(fleet, browser)
  const { page } = first
  await page.goto(new URL('/tasks', page.url()).href)
  await page.locator('[data-row]').first().waitFor()
  await page.evaluate(watchPaints)
  const acts = await actPaints(page)
  const down = await toTheEnd(page)
  const after = await actPaints(page)
  const seen = await updatesSeen(fleet, page)
  const all = [...acts, ...down.paints, ...after]
  const ms = (samples: readonly number[], share: number) =>
    `${quantile(samples, share).toFixed(0)} ms`
  return [
    within(
      `the page before ${many} tasks: act → paint, median of ${all.length}`,
      100,
      median(all),
      'ms',
      `95th ${ms(all, 0.95)}, worst ${ms(all, 1)}`,
    ),
    told('  keys, clicks and the wheel at the top', ms(acts, 0.5), `95th ${ms(acts, 0.95)}`),
    told('  down to the last row', ms(down.paints, 0.5), `95th ${ms(down.paints, 0.95)}`),
    told('  the same acts with every row loaded', ms(after, 0.5), `95th ${ms(after, 0.95)}`),
    told('  rows at the end', down.rows.toLocaleString('en'), `after ${down.seconds.toFixed(0)} s`),
    within('  first paint of a new browser, median of 5', 1_000, first.paintMs, 'ms'),
    within('  scripts of the first page, gzip', 200, first.scriptBytes / 1_000, 'kB'),
    within(
      `  commit → its row is painted, median of ${seen.length}`,
      250,
      median(seen),
      'ms',
      `95th ${ms(seen, 0.95)}`,
    ),
  ]
}

/** A browser that was never here, five times; the last one stays. */
async function firstPaint(fleet: Fleet, browser: Browser) {
  const paints: number[] = []
  let page: Page | null = null
  for (let i = 0; i < 5; i++) {
    await page?.context().close()
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
    page = await context.newPage()
    await page.goto(await linkOf(fleet))
    await page.getByRole('heading', { name: 'Under way', exact: true }).waitFor()
    paints.push(Number(await page.evaluate(firstContentfulPaint)))
  }
  const stays = present(page, 'one came')
  await stays.waitForTimeout(300) // what is loaded a little later is counted, too
  const scripts = (await stays.evaluate(loadedScripts)) as string[]
  const bodies = await Promise.all(scripts.map(async (url) => (await fetch(url)).arrayBuffer()))
  const packed = bodies.map((body) => gzipSync(Buffer.from(body)).length)
  return {
    page: stays,
    paintMs: median(paints),
    scriptBytes: packed.reduce((sum, size) => sum + size, 0),
  }
}

/** What `midwatch open --print` shows. */
async function linkOf(fleet: Fleet): Promise<string> {
  const read = (name: string) => JSON.parse(readFileSync(join(fleet.stateDir, name), 'utf8'))
  const { url } = read('http.json')
  await fetch(`${url}/api/me`, { headers: { authorization: 'Bearer nobody' } }) // its secrets are made
  const response = await fetch(`${url}/api/session/links`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${read('access.json').operator}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ by: 'bench' }),
  })
  return `${url}${((await response.json()) as { path: string }).path}`
}

// Texts, for they run in the page, of which nothing here knows the types.
const firstContentfulPaint = `performance.getEntriesByName('first-contentful-paint')[0].startTime`
const loadedScripts = `[...new Set(performance.getEntriesByType('resource')
  .map(({ name }) => name).filter((name) => name.endsWith('.js')))]`
/** From the browser's own time of an input to the second frame after it, when what it did has been painted. */
const watchPaints = `for (const kind of ['keydown', 'click', 'wheel'])
  addEventListener(kind, ({ timeStamp }) => {
    window.painted = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(
      () => resolve(performance.now() - timeStamp))))
  }, { capture: true, passive: true })`
const oneToTheEnd = `new Promise((resolve) => {
  const began = performance.now()
  const list = document.querySelector('[data-list]')
  list.scrollTop = list.scrollHeight
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)))
})`
/** To the top, past what the wheel still has in it. */
const upAgain = `new Promise((resolve) => {
  const list = document.querySelector('[data-list]')
  let rests = 0
  const look = () => {
    rests = list.scrollTop === 0 ? rests + 1 : 0
    list.scrollTop = 0
    rests > 20 ? resolve() : requestAnimationFrame(look)
  }
  look()
})`
const shown = `document.querySelector('[data-shown]').textContent`

/** What a person does, with the browser's own inputs. */
async function actPaints(page: Page): Promise<number[]> {
  const paints: number[] = []
  const painted = async (act: Promise<void>) => {
    await act
    paints.push(Number(await page.evaluate('window.painted')))
  }
  await page.locator('[data-list]').hover()
  for (let i = 0; i < rounds; i++) {
    await painted(page.keyboard.press('j'))
    await painted(page.mouse.wheel(0, 700))
    if (i % 4 > 0) continue
    await painted(page.locator('[data-row]').nth(15).click()) // once it stands still
    await page.getByRole('dialog').waitFor()
    await painted(page.keyboard.press('Escape'))
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  return paints
}

/** As somebody would who drags the bar down until nothing more comes. */
async function toTheEnd(page: Page) {
  const paints: number[] = []
  const began = performance.now()
  for (;;) {
    paints.push(Number(await page.evaluate(oneToTheEnd)))
    const words = String(await page.evaluate(shown))
    const seconds = (performance.now() - began) / 1_000
    if (words.includes('more below') && seconds < 170) continue
    return { paints, seconds, rows: Number(words.replaceAll(/[^\d]/g, '')) }
  }
}

/** From the return of the commit to the frame that shows the row, at the top of the list. */
async function updatesSeen(fleet: Fleet, page: Page): Promise<number[]> {
  await page.evaluate(upAgain)
  const deps = { ...fleet, folder: fleet.host.folder }
  const took: number[] = []
  for (let i = 0; i < updates; i++) {
    const title = `seen at once ${i}`
    const sight = page.evaluate(`new Promise((resolve) => {
      const look = () => [...document.querySelectorAll('[data-row]')].some((row) => row.textContent.includes('${title}'))
        ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look)
      look()
    })`)
    await enqueue(deps, wantOf(title, 'true', '/tmp'))
    const committed = performance.timeOrigin + performance.now()
    fleet.store.poke()
    took.push(Number(await sight) - committed)
  }
  progress(`updates: ${took.map((ms) => ms.toFixed(0)).join(' ')}`)
  return took
}

await report(measure)
