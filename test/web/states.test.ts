// Each page before an answer, without one, and with an old one; and what may be done from the newer pages, done there.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { pages } from '../../web/src/nav.ts'
import { noBrowser, openPlace, type Place } from './browser.ts'

const yaml = `\
name: harbour
slots: 2
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 2 }
`
const trouble = JSON.stringify({
  code: 'store.away',
  sentence: 'the database is out of reach',
  remedy: 'it is tried again by itself',
})

describe.skipIf(noBrowser !== null)(
  `states of pages${noBrowser === null ? '' : `: ${noBrowser}`}`,
  () => {
    let place: Place
    beforeAll(async () => {
      place = await openPlace(yaml)
    }, 120_000)
    afterAll(() => place?.end(), 60_000)

    test('every page has a look while it loads, when it fails, and when there is nothing', async () => {
      const page = await place.signIn()
      let mode: 'wait' | 'fail' | 'pass' = 'pass'
      const held: (() => void)[] = []
      await page.route('**/api/**', async (route) => {
        if (/\/api\/(me|facts\/stream)/.test(route.request().url())) return route.continue()
        if (mode === 'wait') await new Promise<void>((resolve) => held.push(resolve))
        if (mode !== 'fail') return route.continue().catch(() => {})
        await route.fulfill({ status: 503, contentType: 'application/json', body: trouble })
      })
      for (const { path } of pages) {
        mode = 'wait'
        await page.goto(`${place.url}${path}`)
        await page.locator('main [aria-busy]').first().waitFor()
        mode = 'pass'
        for (const go of held.splice(0)) go()
        await expect.poll(() => page.locator('main [aria-busy]').count()).toBe(0)
        mode = 'fail'
        await page.goto(`${place.url}${path}`)
        await page.locator('main [role=alert]').first().waitFor()
        const said = await page.locator('main [role=alert]').first().textContent()
        expect.soft(said, path).toContain('the database is out of reach')
        expect.soft(said, path).toContain('it is tried again by itself')
      }
      await page.context().close()
    }, 240_000)

    test('a lock is freed and work forgotten from the page, each after it was said what follows', async () => {
      await place.run('lock', 'acquire', 'dry-dock', '--ttl', '5h', '--as', 'the yard')
      await place.run('work', 'claim', 'survey', '--as', 'the pilot')
      const page = await place.signIn()
      await page.goto(`${place.url}/locks`)
      await page.getByRole('button', { name: 'Free', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Free dry-dock' })
      await dialog.getByText('the yard holds it').waitFor()
      expect(await place.run('lock', 'list')).toMatchObject({ locks: [{ name: 'dry-dock' }] })
      await dialog.getByRole('button', { name: 'Free it' }).click()
      await page.getByText('Nobody holds a lock.').waitFor()
      expect(await place.run('lock', 'list')).toEqual({ locks: [] })
      await page.getByRole('button', { name: 'Forget', exact: true }).click()
      await page.getByRole('button', { name: 'Forget it' }).click()
      await page.getByText('No work is claimed or completed.').waitFor()
      await page.context().close()
    }, 60_000)

    test('a person says on the page what became of an effect in doubt, and how it is known', async () => {
      const run = ['effect', 'run', '--key', 'pay:7', '--fleet', place.dir]
      expect((await place.binary.run([...run, '--', 'false'])).code).toBe(4)
      const page = await place.signIn()
      await page.goto(`${place.url}/effects`)
      await page.getByRole('button', { name: 'It happened' }).first().click()
      const dialog = page.getByRole('dialog', { name: 'pay:7: it happened' })
      const deed = dialog.getByRole('button', { name: 'It happened' })
      expect(await deed.isDisabled()).toBe(true) // not before it is said how one knows
      await dialog.getByLabel(/How you know/).fill('it stands in the statement')
      await deed.click()
      await page.getByText('No effect is in doubt.').waitFor()
      expect(await place.run('effect', 'show', 'pay:7')).toMatchObject({
        effect: { state: 'performed', result: { receipt: 'it stands in the statement' } },
      })
      await page.context().close()
    }, 60_000)

    test('words are looked for in all tasks, and a list follows what happens to its rows', async () => {
      await place.run('add', 'Refit the sails', '--run', 'true', '--until', '5h')
      await place.run('add', 'Mend the lantern', '--run', 'true', '--until', '5h')
      const page = await place.signIn()
      await page.goto(`${place.url}/tasks?q=SAIL`)
      await page.locator('[data-row]', { hasText: 'Refit the sails' }).waitFor()
      expect(await page.locator('[data-row]').count()).toBe(1)
      await place.run('add', 'Sew a second sail', '--run', 'true', '--until', '5h')
      await page.locator('[data-row]', { hasText: 'Sew a second sail' }).waitFor()
      await place.run('cancel', '1')
      await page
        .locator('[data-row]', { hasText: 'Refit the sails' })
        .getByText('cancelled')
        .waitFor()
      expect(await page.locator('[data-row]').count()).toBe(2)
      await page.context().close()
    }, 60_000)
  },
)
