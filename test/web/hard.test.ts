// The page where it is hard: without TLS from another machine, with answers that get lost, a sign-in that ends, keys on what
// has the focus, titles without an end, and logs that are large or go on while somebody reads.

import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { describeInBrowser, nameElsewhere } from './browser.ts'

const yaml = `\
name: harbour
slots: 6
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 4 }
`

interface Added {
  readonly task: { readonly id: number }
}

describeInBrowser('the page where it is hard', yaml, (place) => {
  const add = async (title: string, more: object = { run: 'true', until: '5h' }) =>
    ((await place.ask('POST', '/api/tasks', { title, ...more })) as Added).task.id
  const statusBy = (host: string) =>
    new Promise<number>((resolve, reject) => {
      const { port } = new URL(place.url)
      const sent = request({ port, path: '/healthz', headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
      sent.end()
    })

  test('a name that is put into the configuration counts at once, and its page acts without TLS too', async () => {
    expect(await statusBy(nameElsewhere)).toBe(421)
    writeFileSync(join(place.dir, 'midwatch.yaml'), `${yaml}http: { hosts: [${nameElsewhere}] }\n`)
    await until(async () => (await statusBy(nameElsewhere)) === 200)
    const page = await place.signIn({ name: nameElsewhere })
    expect(await page.evaluate('isSecureContext')).toBe(false)
    const id = await add('Caulk the deck')
    await place.visit(page, `/tasks?task=${id}`)
    const drawer = page.getByRole('dialog', { name: `Task ${id}` })
    await drawer.getByRole('button', { name: 'Raise', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Raise: Caulk the deck' })
    await dialog.getByRole('textbox').fill('33')
    await dialog.getByRole('button', { name: 'Raise', exact: true }).click()
    await drawer.getByText('priority 33').waitFor()
    await place.leave(page)
  }, 60_000)

  test('a deed whose answer was lost is done once, however often it is pressed', async () => {
    const id = await add('Tar the ropes')
    await place.ask('POST', `/api/tasks/${id}/cancel`, {})
    const page = await place.signIn()
    let lost = 0
    await page.route('**/api/tasks/*/again', async (route) => {
      if (lost === 2) return route.continue()
      lost += 1
      await route.fetch() // it is done, and its answer does not come
      await route.abort()
    })
    await place.visit(page, `/tasks?task=${id}`)
    const drawer = page.getByRole('dialog', { name: `Task ${id}` })
    for (const times of [1, 2]) {
      await drawer.getByRole('button', { name: 'Do again' }).click()
      await expect.poll(() => lost).toBe(times)
      await drawer.getByRole('alert').getByText('Midwatch does not answer').waitFor()
    }
    await drawer.getByText('press it again once it does: it is done once').waitFor()
    await drawer.getByRole('button', { name: 'Do again' }).click()
    await page.getByRole('dialog', { name: `Task ${id + 1}` }).waitFor()
    const { tasks } = (await place.ask('GET', '/api/tasks?words=tar')) as { tasks: object[] }
    expect(tasks).toHaveLength(2)
    await place.leave(page)
  }, 60_000)

  test('Enter presses what has the focus, and the keys of a page rest below a drawer', async () => {
    const ids = [await add('Oil the winch'), await add('Splice the line'), await add('Furl it')]
    const page = await place.signIn()
    await place.visit(page, '/tasks')
    const row = page.locator('[data-row]', { hasText: 'Oil the winch' })
    await row.focus() // the list itself would open the newest
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: `Task ${ids[0]}` })
    await drawer.waitFor()
    await drawer.getByRole('button', { name: 'Raise', exact: true }).focus()
    await page.keyboard.press('j')
    await page.keyboard.press('n')
    await page.keyboard.press('Enter')
    const raise = page.getByRole('dialog', { name: 'Raise: Oil the winch' })
    await raise.waitFor()
    expect(new URL(page.url()).search).toBe(`?task=${ids[0]}`)
    await raise.getByRole('button', { name: 'Leave it' }).focus()
    await page.keyboard.press('g') // a question waits for its answer
    await page.keyboard.press('t')
    await page.keyboard.press('Enter')
    await raise.waitFor({ state: 'detached' })
    await drawer.getByRole('tab', { name: 'Order' }).focus()
    await page.keyboard.press('Enter')
    await drawer.getByText('settles as failed after').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('o') // from a drawer one goes everywhere
    await page.getByRole('heading', { name: 'Hosts and mechanisms' }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await place.leave(page)
  }, 60_000)

  test('whose sign-in has ended is told so, and goes on with what was typed after another one', async () => {
    const id = await add('Scrape the keel')
    const page = await place.signIn()
    await place.visit(page, `/tasks?task=${id}`)
    const drawer = page.getByRole('dialog', { name: `Task ${id}` })
    await drawer.getByRole('button', { name: 'Ask', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Ask: Scrape the keel' })
    await dialog.getByRole('textbox').fill('By hand or by fire?')
    await page.context().clearCookies()
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await dialog.getByRole('alert').getByText('`midwatch open` signs a browser in').waitFor()
    const told = page.getByText('You are no longer signed in, and what is shown is old.')
    await told.waitFor()
    const other = await page.context().newPage()
    const { link } = (await place.run('open', '--print')) as { link: string }
    await other.goto(link)
    await other.getByRole('heading', { name: 'Under way', exact: true }).waitFor()
    await told.waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await drawer.getByText('By hand or by fire?').first().waitFor()
    await place.leave(page)
  }, 60_000)

  test('a title without an end, of letters and of marks, stays within a phone', async () => {
    const title = `<img src=x onerror=alert(1)> ${'o'.repeat(300)} & ‮rtl 漢字`
    const id = await add(title)
    await place.ask('POST', `/api/tasks/${id}/hold`, { ask: `${'why'.repeat(90)}?` })
    await place.ask('POST', '/api/convoys', { title: 'x'.repeat(300), tasks: [id] })
    const page = await place.signIn({ width: 390 })
    const fits = async (what: string) => {
      const parts = '[document.documentElement, ...document.querySelectorAll("[role=dialog]")]'
      const wide = `${parts}.map((one) => one.scrollWidth - one.clientWidth)`
      expect
        .soft(Math.max(...((await page.evaluate(wide)) as number[])), what)
        .toBeLessThanOrEqual(0)
    }
    // The page that is left has such words, too: first its own heading, then the words.
    const paths = [
      ['/inbox', 'Inbox'],
      ['/tasks', 'Tasks'],
      ['/holds', 'Holds'],
      ['/incidents', 'Incidents'],
      ['/convoys', 'Convoys and reviews'],
      ['/facts', 'Facts'],
    ] as const
    const words = page.getByRole('main').getByText(/o{50}|x{50}|(why){15}/)
    await words.first().waitFor()
    await fits('/')
    for (const [path, name] of paths) {
      await place.visit(page, path)
      await page.getByRole('heading', { name, exact: true }).waitFor()
      await words.first().waitFor()
      await fits(path)
    }
    await place.visit(page, `/tasks?task=${id}`)
    const drawer = page.getByRole('dialog', { name: `Task ${id}` })
    for (const tab of ['Timeline', 'Order']) {
      await drawer.getByRole('tab', { name: tab }).click()
      await fits(`the drawer with its ${tab.toLowerCase()}`)
    }
    await drawer.getByRole('button', { name: 'Raise', exact: true }).click()
    await page.getByRole('dialog', { name: 'Raise:' }).waitFor()
    await fits('a question about it')
    await place.leave(page)
  }, 60_000)

  test('a line far into a large log is found, and how far was looked is told', async () => {
    const id = await add('Print a lot', { run: 'true' })
    const attemptOf = async () =>
      (
        (await place.ask('GET', `/api/tasks/${id}`)) as {
          attempts: { id: number; state: string }[]
        }
      ).attempts[0]
    await until(async () => (await attemptOf())?.state === 'ended')
    const folder = join(place.dir, '.midwatch/attempts', String((await attemptOf())?.id))
    mkdirSync(folder, { recursive: true })
    const out = join(folder, 'out')
    writeFileSync(out, 'begun\n')
    truncateSync(out, 100_000_000)
    appendFileSync(out, '\nthe anchor is here\n')
    const page = await place.signIn()
    await place.visit(page, `/tasks?task=${id}`)
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByLabel('Search the log').fill('ANCHOR')
    await page.locator('li', { hasText: 'the anchor is here' }).waitFor()
    await page.getByText('1 line', { exact: true }).waitFor() // and the rest was looked through
    await place.leave(page)
  }, 60_000)

  test('what was asked for of the beginning stays while the session prints on', async () => {
    const letters =
      'i=0; while [ $i -lt 3000 ]; do echo "$i ätna äöü ☃ and some words"; i=$((i+1)); done'
    const run = `${letters}; until [ -e go-on ]; do sleep 0.1; done; echo and after`
    const id = await add('Print on', { run, cwd: place.dir })
    const page = await place.signIn()
    await place.visit(page, `/tasks?task=${id}`)
    await page.getByRole('tab', { name: 'Log' }).click()
    const log = page.locator('[data-log]')
    await log.getByText('2999 ätna').waitFor()
    const more = page.getByRole('button', { name: /before this: show more/ })
    while ((await more.count()) > 0) {
      const text = (await more.textContent()) ?? ''
      await more.click()
      await page.getByText(text).waitFor({ state: 'detached' })
    }
    writeFileSync(join(place.dir, 'go-on'), '')
    await log.getByText('and after').waitFor()
    const lines = ((await log.textContent()) ?? '').trimEnd().split('\n')
    expect(lines).toHaveLength(3_001) // each once, and none lost between two pieces
    expect(lines[0]).toBe('0 ätna äöü ☃ and some words')
    expect(lines.join('')).not.toContain('\uFFFD')
    await place.leave(page)
  }, 60_000)

  test('a hundred hosts are told by the distances of their clocks, and each mechanism is one line', async () => {
    const told = [
      [null, ''],
      [-400, 'clock right'],
      [12_300, 'clock 12s slow'],
      [-12_300, 'clock 12s fast'],
      [600_000, 'clock 10m slow'],
      [-7_200_000, 'clock 2h fast'],
    ] as const
    const { hosts: real } = (await place.ask('GET', '/api/hosts')) as { hosts: object[] }
    const names = Array.from({ length: 100 }, (_, i) => `host-${i + 100}`)
    const hosts = names.map((host, i) => {
      const clockBehindMs = told[i % told.length]?.[0]
      return { ...real[0], host, clockBehindMs }
    })
    const { mechanisms } = (await place.ask('GET', '/api/mechanisms')) as {
      mechanisms: { name: string; fired: number }[]
    }
    const [one] = mechanisms
    const lines = names.flatMap((host, i) =>
      ['claim', 'time'].map((name) => ({ ...one, name, host, fired: 3, stuck: i === 7 })),
    )
    const steps = lines.map(({ name, host }) => ({ name, host, fired: [1], had: [0], moved: [0] }))
    const page = await place.signIn()
    await page.route(/\/api\/(hosts|mechanisms|mechanisms\/steps)$/, (route) => {
      const path = new URL(route.request().url()).pathname
      const said = { '/api/hosts': { hosts }, '/api/mechanisms': { mechanisms: lines } }[path]
      return route.fulfill({ json: said ?? { stepMs: 60_000, mechanisms: steps } })
    })
    await place.visit(page, '/hosts')
    const row = (host: string) =>
      page.getByRole('main').getByRole('listitem').filter({ hasText: host })
    for (const [i, [, words]] of told.entries()) {
      const text = (await row(names[i] ?? '').textContent()) ?? ''
      expect(/clock (right|\d+\w+ (slow|fast))/.exec(text)?.[0] ?? '').toBe(words)
    }
    const table = page.getByRole('region', { name: 'Mechanisms' })
    await table.getByText('stuck on host-107').first().waitFor()
    expect(await table.getByRole('row').count()).toBe(3) // with its head
    expect(await table.getByRole('row').nth(1).textContent()).toContain('300')
    const spark = 'fired 100, had to do 0, moved 0 in the last hour'
    await table.locator('svg title', { hasText: spark }).first().waitFor({ state: 'attached' })
    await table.getByRole('button', { name: '100 hosts' }).first().click()
    expect(await table.getByRole('row').count()).toBe(103)
    await table.getByRole('button', { name: '100 hosts' }).first().click()
    expect(await table.getByRole('row').count()).toBe(3)
    await place.leave(page)
  }, 60_000)

  test('no page has a fault, and none asks anything of anybody else', () => {
    expect(place.troubles).toEqual([])
  })
})
