// The page as a person meets it: real sessions behind it, a real browser before it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { describeInBrowser } from './browser.ts'

const yaml = `\
name: harbour
slots: 6
backoff: [100ms]
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 4 }
`

// A text, for it runs in the page, of which nothing here knows the types.
const loadedScripts = `[...new Set(performance.getEntriesByType('resource')
  .map(({ name }) => name).filter((name) => name.endsWith('.js')))]`

describeInBrowser('the page', yaml, (place) => {
  test('the link of `midwatch open` signs one browser in, once', async () => {
    const { link } = (await place.run('open', '--print')) as { link: string }
    for (const [i, heading] of ['Under way', 'This link signs nobody in'].entries()) {
      const page = await (await place.browser.newContext()).newPage()
      await page.goto(link)
      await page.getByRole('heading', { name: heading, exact: true }).waitFor()
      expect(page.url()).not.toContain('#') // a code stays in no history
      if (i === 1) await page.getByRole('alert').getByText('was used already').waitFor()
      await place.leave(page)
    }
  }, 60_000)

  test('the first page is small, and shows a commit by itself (how soon: bench/page.ts)', async () => {
    const page = await place.signIn()
    await page.reload()
    await page.getByRole('heading', { name: 'Under way', exact: true }).waitFor()
    const loaded = async () => (await page.evaluate(loadedScripts)) as string[]
    await expect.poll(async () => (await loaded()).length).toBeGreaterThan(2)
    await page.waitForTimeout(300) // what is loaded later is counted, too
    const scripts = await loaded()
    const bodies = await Promise.all(scripts.map(async (url) => (await fetch(url)).arrayBuffer()))
    const script = bodies.reduce((sum, body) => sum + gzipSync(Buffer.from(body)).length, 0)
    expect(script, scripts.join('\n')).toBeLessThan(200_000)
    for (let i = 0; i < 3; i++) {
      await place.run('add', `seen by itself ${i}`, '--run', 'true', '--until', '5h')
      await page.getByText(`seen by itself ${i}`).first().waitFor()
    }
    await place.leave(page)
  }, 60_000)

  test('a log is followed as it is printed, and searched', async () => {
    const run = 'echo before; until [ -e go-on ]; do sleep 0.1; done; echo and after'
    const { task } = (await place.run('add', 'Print slowly', '--run', run, '--cwd', place.dir)) as {
      task: { id: number }
    }
    const page = await place.signIn()
    await place.visit(page, `/tasks?task=${task.id}`)
    await page.getByRole('tab', { name: 'Log' }).click()
    const log = page.locator('[data-log]')
    await log.getByText('before').waitFor()
    expect(await log.textContent()).not.toContain('after')
    writeFileSync(join(place.dir, 'go-on'), '')
    await log.getByText('and after').waitFor()
    await page.getByLabel('Search the log').fill('AND AFT')
    await page.locator('li', { hasText: 'and after' }).waitFor()
    await place.leave(page)
  }, 60_000)

  test('two operators see each other’s deeds, and who was first is named', async () => {
    const [ann, bob] = await Promise.all([
      place.signIn({ user: 'ann' }),
      place.signIn({ user: 'bob' }),
    ])
    for (const page of [ann, bob]) await place.visit(page, '/agents?agent=shell')
    const pause = bob.getByRole('button', { name: 'Pause', exact: true })
    await pause.waitFor()
    await ann.getByRole('button', { name: 'Pause', exact: true }).click()
    const dialog = ann.getByRole('dialog', { name: 'Pause agent:shell' })
    await dialog.getByLabel(/Why/).fill('deploy')
    await dialog.getByRole('button', { name: 'Pause' }).click()
    await expect.poll(() => pause.getAttribute('aria-disabled')).toBe('true')
    expect(await pause.getAttribute('title')).toContain('ann has pinned agent:shell: deploy')
    await bob.getByRole('button', { name: 'Resume' }).click()
    const undo = bob.getByRole('dialog', { name: 'Resume agent:shell' })
    await undo.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => ann.getByText('idle', { exact: true }).count()).toBeGreaterThan(0)
    await Promise.all([ann.context().close(), bob.context().close()])
  }, 60_000)

  test('a restarted dispatcher finds its page again, and nothing was missed', async () => {
    const page = await place.signIn()
    await place.stop()
    await page.getByText(/away for/).waitFor()
    await place.run('add', 'Wanted meanwhile', '--run', 'true', '--until', '5h')
    await place.start()
    await page.getByText(/away for/).waitFor({ state: 'detached' })
    await page.getByText('Wanted meanwhile').first().waitFor()
    await place.leave(page)
  }, 60_000)

  test('keys go everywhere, and help is one key away', async () => {
    const page = await place.signIn()
    const shows = (name: string) =>
      page
        .getByRole('dialog', { name })
        .waitFor({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        )
    await until(async () => {
      await page.keyboard.press('?') // a page that only just came may not hear it yet
      return await shows('Keys')
    })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await until(async () => {
      await page.keyboard.press('g') // both within a second and a half, or it is said again
      await page.keyboard.press('t')
      return await page.getByRole('heading', { name: 'Tasks' }).isVisible()
    })
    await until(async () => {
      await page.keyboard.press('/')
      if ((await page.locator('input:focus').count()) === 0) return false // not heard yet
      await page.keyboard.type('1')
      await page.keyboard.press('Enter')
      return await shows('Task 1')
    })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await place.leave(page)
  }, 60_000)

  test('no page has a fault, and none asks anything of anybody else', () => {
    expect(place.troubles).toEqual([])
  })
})
