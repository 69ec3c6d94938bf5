// A real browser before a real dispatcher: the built program with its page in a scratch fleet, and the system's Chromium.
// Where there is none the tests are skipped and say so; in CI they are not.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'

import { present } from '../../src/base/assert.ts'

import { freePort } from '../support/free-port.ts'
import { Binary, type Running } from '../surface/cli/binary.ts'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome']
const program = process.env['CHROMIUM'] ?? programs.find((path) => existsSync(path))

/** Why there is no browser; null when there is one. In CI its absence is a failure. */
const noBrowser: string | null =
  program === undefined ? 'no Chromium is installed (Debian: apt-get install chromium)' : null
if (noBrowser !== null && process.env['CI'] === 'true') throw new Error(noBrowser)

export interface Place {
  readonly binary: Binary
  readonly dir: string
  readonly url: string
  readonly browser: Browser
  /** What pages complained of, and what they asked of others. */
  readonly troubles: string[]
  run(...args: string[]): Promise<unknown>
  /** Asks the API as the operator: quicker than a command, where the command is not what is looked at. */
  ask(method: string, path: string, body?: object): Promise<unknown>
  /** A page of a browser of its own, signed in. */
  signIn(options?: SignIn): Promise<Page>
  /** Goes there as a link of the page does, without loading it anew. */
  visit(page: Page, path: string): Promise<void>
  /** Forgets a page and its browser. */
  leave(page: Page): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  end(): Promise<void>
}

/** A name that leads to this machine, and that browsers take for another: without TLS they give its pages less. */
export const nameElsewhere = 'fleet.test'

export interface SignIn {
  /** The name by which the page is asked for; its address when left out. */
  readonly name?: string
  readonly user?: string
  readonly dark?: boolean
  readonly width?: number
}

/** Tests before a fleet and a browser of their own, which are there when the first of them begins. */
export function describeInBrowser(
  title: string,
  yaml: string,
  tests: (place: Place) => void,
): void {
  describe.skipIf(noBrowser !== null)(noBrowser === null ? title : `${title}: ${noBrowser}`, () => {
    let opened: Place | undefined
    beforeAll(async () => {
      opened = await openPlace(yaml)
    }, 120_000)
    afterAll(() => opened?.end(), 60_000)
    const place = () => present(opened, 'it was opened before the first test')
    tests(new Proxy({} as Place, { get: (_, name) => Reflect.get(place(), name) }))
  })
}

/** Opens a fleet with its page. The port stays the same over a restart. */
async function openPlace(yaml: string): Promise<Place> {
  const binary = await Binary.build({ hasPage: true })
  const dir = await binary.fleet(yaml)
  const browser = await chromium.launch({
    ...(program !== undefined && { executablePath: program }),
    headless: true,
    chromiumSandbox: false,
    args: [`--host-resolver-rules=MAP ${nameElsewhere} 127.0.0.1`],
  })
  const troubles: string[] = []
  let daemon: Running
  let url = ''
  const listen = `127.0.0.1:${await freePort()}`
  const start = async () => {
    daemon = binary.start(['up', '--fleet', dir], { env: { MIDWATCH_HTTP: listen } })
    await daemon.says(/The page is at/)
    url = JSON.parse(readFileSync(join(dir, '.midwatch/http.json'), 'utf8')).url
  }
  await start()
  return {
    binary,
    dir,
    get url() {
      return url
    },
    browser,
    troubles,
    ask: (...given) => askApi(dir, url, ...given),
    run: (...args) => binary.json([...args, '--fleet', dir]),
    async signIn({ name, user = 'ann', dark = true, width = 1_280 } = {}) {
      const base = () => (name === undefined ? url : `http://${name}:${new URL(url).port}`)
      const { path } = (await askApi(dir, url, 'POST', '/api/session/links', { by: user })) as {
        path: string
      }
      const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 844 : 800 },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      watch(page, base, troubles)
      await page.goto(`${base()}${path}`)
      await page.getByRole('heading', { name: 'Under way', exact: true }).waitFor()
      return page
    },
    async visit(page, path) {
      await page.evaluate(
        `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
      )
      await page.waitForURL((now) => `${now.pathname}${now.search}` === path)
    },
    leave: (page) => page.context().close(),
    start,
    async stop() {
      daemon.signal('SIGTERM')
      await daemon.ended
    },
    async end() {
      await browser.close()
      await binary.end([dir])
    },
  }
}

async function askApi(dir: string, url: string, method: string, path: string, body?: object) {
  const secrets = join(dir, '.midwatch/access.json')
  // They are made when somebody is first judged by them.
  if (!existsSync(secrets))
    await fetch(`${url}/api/me`, { headers: { authorization: 'Bearer nobody' } })
  const { operator } = JSON.parse(readFileSync(secrets, 'utf8'))
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const said = await response.json()
  if (response.ok) return said
  throw new Error(`${method} ${path}: ${JSON.stringify(said)}`)
}

function watch(page: Page, url: () => string, troubles: string[]): void {
  page.on('pageerror', (error) => troubles.push(`fault: ${error.message}`))
  page.on('console', (message) => {
    // What a browser says of a page that came without TLS from elsewhere is no fault of the page.
    const known = /Failed to load resource|ERR_|Cross-Origin-Opener-Policy header has been ignored/
    if (message.type() === 'error' && !known.test(message.text()))
      troubles.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(url()) && !/^(data|blob):/.test(request.url()))
      troubles.push(`foreign: ${request.url()}`)
  })
}
