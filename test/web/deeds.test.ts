// What may be done from the page, done there: what follows is said before it, and it has happened after it.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { describeInBrowser } from './browser.ts'

const cranes = ['crane', 'winch', 'derrick'] as const
const tools = mkdtempSync(join(tmpdir(), 'midwatch-tools-'))
const yaml = `\
name: harbour
slots: 6
backoff: [100ms]
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 2 }
${cranes.map((name) => `  ${name}: { adapter: command, tier: standard, program: ${tools}/${name}, args: ['{prompt}'] }`).join('\n')}
`
interface Incidents {
  readonly incidents: readonly {
    readonly data: { readonly lane: string | null; readonly lanes: readonly string[] }
  }[]
}
interface Listed {
  readonly gates: readonly { readonly lane: string; readonly state: string }[]
}

describeInBrowser('deeds on the page', yaml, (place) => {
  afterAll(() => rmSync(tools, { recursive: true, force: true }))

  test('a task is raised, asks, is answered, released and done again from its drawer, and can.ts says what not', async () => {
    const add = ['add', 'Refit the mast', '--run', 'true', '--until', '5h']
    const { task } = (await place.run(...add)) as { task: { id: number } }
    const page = await place.signIn()
    const drawer = page.getByRole('dialog', { name: `Task ${task.id}` })
    const press = async (word: string, title: string, value: string) => {
      await drawer.getByRole('button', { name: word, exact: true }).click()
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.getByRole('textbox').fill(value)
      await dialog.getByRole('button', { name: word, exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await place.visit(page, `/inbox?task=${task.id}`)
    await press('Raise', 'Raise: Refit the mast', '25')
    await drawer.getByText('priority 25').waitFor()
    await press('Ask', 'Ask: Refit the mast', 'Oak or pine?')
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    // The number stands for a row: it does nothing before the row is there, and the top says so earlier.
    await page.getByRole('main').getByText('Oak or pine?').waitFor()
    await page.keyboard.press('1')
    const answer = page.getByRole('dialog', { name: 'Answer' })
    await answer.getByRole('textbox').fill('Oak.')
    await answer.getByRole('button', { name: 'Answer', exact: true }).click()
    await page.getByText('Nothing waits for you.').waitFor()
    expect(await place.run('show', `${task.id}`)).toMatchObject({ task: { state: 'held' } })
    await place.visit(page, `/tasks?task=${task.id}`)
    await drawer.getByRole('button', { name: 'Release', exact: true }).click()
    await drawer.getByText('done', { exact: true }).first().waitFor()
    for (const word of ['Hold', 'Raise', 'Cancel']) {
      const button = drawer.getByRole('button', { name: word, exact: true })
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      expect(await button.getAttribute('title')).toContain(`task ${task.id} is settled as done`)
    }
    await drawer.getByRole('button', { name: 'Do again', exact: true }).click()
    const next = page.getByRole('dialog', { name: `Task ${task.id + 1}` })
    await next.getByText('done', { exact: true }).first().waitFor()
    const shown = (await place.run('show', `${task.id + 1}`)) as { task: object }
    expect(shown.task).toMatchObject({ againOf: task.id, createdBy: 'ann', outcome: 'done' })
    await place.leave(page)
  }, 60_000)

  test('what failed is reset at once, and so is all that an incident stopped, after it was shown what that is', async () => {
    const [crane, winch, derrick] = cranes
    const want = (name: string) =>
      place.run('add', `Lift with the ${name}`, '--prompt', 'up', '--agent', name)
    const resets = async () => {
      const { facts } = (await place.run('facts', '--kind', 'gate.reset')) as {
        facts: { by: string; lane: string }[]
      }
      return facts.filter(({ by }) => by === 'ann').map((one) => one.lane)
    }
    const shut = async (...lanes: string[]) => {
      const { gates } = (await place.run('gate', 'list')) as Listed
      const found = gates.filter(({ state }) => state === 'shut').map(({ lane }) => lane)
      return lanes.every((lane) => found.some((one) => one.startsWith(lane)))
    }
    const page = await place.signIn() // before they fail: they are tried again by themselves half a minute after it
    await want(crane)
    await want(winch)
    const two = [`agent:${crane}`, `agent:${winch}`]
    await until(() => shut(...two))
    const reset = async (dialogTitle: string, wanted: readonly string[]) => {
      const dialog = page.getByRole('dialog', { name: dialogTitle })
      const seen = dialog.getByRole('listitem')
      await expect.poll(() => seen.count()).toBe(wanted.length)
      for (const one of wanted) await dialog.getByText(one, { exact: true }).waitFor()
      expect(await resets()).not.toEqual(expect.arrayContaining([...wanted])) // only shown
      await dialog.getByRole('button', { name: `Reset ${wanted.length}` }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(await resets()).toEqual(expect.arrayContaining([...wanted]))
    }
    await place.visit(page, '/agents')
    await page.getByRole('button', { name: 'Reset all that failed (2)' }).click()
    await reset('Reset all that failed', two)
    await until(() => shut(...two)) // they were tried again at once, and failed again
    // The third agent that cannot start shuts their host. The others were shut before it; the incident is one.
    await want(derrick)
    await until(() => shut('host:'))
    const { incidents } = (await place.run('incidents')) as Incidents
    const { lane } = incidents.find(({ data }) => data.lane?.startsWith('host:'))?.data ?? never()
    for (const name of cranes) {
      writeFileSync(join(tools, name), '#!/bin/sh\necho lifted\n')
      chmodSync(join(tools, name), 0o755)
    }
    await place.visit(page, '/incidents')
    await page.getByRole('button', { name: 'Reset all after this' }).first().click()
    const all = [lane ?? '', ...cranes.map((name) => `agent:${name}`)]
    await reset('Reset all after this incident', all)
    await until(async () => {
      const { tasks } = (await place.run('list', '--state', 'settled')) as {
        tasks: { title: string; outcome: string }[]
      }
      const lifted = tasks.filter(({ title }) => title.startsWith('Lift with'))
      return lifted.filter(({ outcome }) => outcome === 'done').length === cranes.length
    })
    await place.leave(page)
  }, 60_000)

  test('a lock is freed and work forgotten from the page, each after it was said what follows', async () => {
    await place.run('lock', 'acquire', 'dry-dock', '--ttl', '5h', '--as', 'the yard')
    await place.run('work', 'claim', 'survey', '--as', 'the pilot')
    const page = await place.signIn()
    await place.visit(page, '/locks')
    await page.getByRole('button', { name: 'Free', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Free dry-dock' })
    await dialog.getByText('the yard holds it').waitFor()
    expect(await place.run('lock', 'list')).toMatchObject({ locks: [{ name: 'dry-dock' }] })
    await dialog.getByRole('button', { name: 'Free it' }).click()
    await page.getByText('Nobody holds a lock.').waitFor()
    expect(await place.run('lock', 'list')).toEqual({ locks: [], next: null })
    await page.getByRole('button', { name: 'Forget', exact: true }).click()
    await page.getByRole('button', { name: 'Forget it' }).click()
    await page.getByText('No work is claimed or completed.').waitFor()
    const named = (i: number) => ({ name: `berth ${i}`, forMs: 3_600_000, as: 'the yard' })
    const many = Array.from({ length: 101 }, (_, i) => named(i + 100))
    await Promise.all(many.map((one) => place.ask('POST', '/api/locks/acquire', one)))
    const frees = page.getByRole('button', { name: 'Free', exact: true })
    await expect.poll(() => frees.count()).toBe(100)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('berth 200', { exact: true }).waitFor()
    expect(await frees.count()).toBe(101)
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
    await place.leave(page)
  }, 60_000)

  test('more of a list comes when it was asked for, and what changes meanwhile is shown too', async () => {
    const acquire = (i: number) => {
      const name = `anchor ${String(i).padStart(3, '0')}`
      return place.ask('POST', '/api/locks/acquire', { name, forMs: 3_600_000, as: 'the yard' })
    }
    await Promise.all(Array.from({ length: 101 }, (_, i) => acquire(i + 100)))
    const page = await place.signIn()
    const isNext = (url: string) => /[?&]after=/.test(url)
    const asked = { first: 0, next: 0 }
    const broken = { first: 0, next: 0 }
    const goOn = Promise.withResolvers<void>()
    page.on('requestfailed', (request) => {
      if (/\/api\/locks(\?|$)/.test(request.url()))
        broken[isNext(request.url()) ? 'next' : 'first'] += 1
    })
    await page.route(/\/api\/locks(\?|$)/, async (route) => {
      const which = isNext(route.request().url()) ? 'next' : 'first'
      asked[which] += 1
      if (which === 'first' && asked.first === 2) await goOn.promise
      if (which === 'next' && asked.next === 1) {
        await acquire(99) // a fact comes while the next page is on its way
        await until(async () => broken.next === 1)
      } else await route.continue()
    })
    await place.visit(page, '/locks')
    const more = page.getByRole('button', { name: 'Show more' })
    await more.waitFor()
    await acquire(98)
    await until(async () => asked.first === 2)
    await more.click() // while what is shown is being asked for anew
    goOn.resolve()
    for (const name of ['anchor 200', 'anchor 099', 'anchor 098'])
      await page.getByText(name, { exact: true }).waitFor({ timeout: 25_000 })
    expect(broken).toEqual({ first: 0, next: 1 })
    expect(asked.next).toBeGreaterThan(1)
    await place.leave(page)
  }, 60_000)

  test('a person says on the page what became of an effect in doubt, and how it is known', async () => {
    const run = ['effect', 'run', '--key', 'pay:7', '--fleet', place.dir]
    expect((await place.binary.run([...run, '--', 'false'])).code).toBe(4)
    const page = await place.signIn()
    await place.visit(page, '/effects')
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
    await place.leave(page)
  }, 60_000)

  test('words are looked for in all tasks, and a list follows what happens to its rows', async () => {
    const { task } = (await place.run(
      'add',
      'Refit the sails',
      '--run',
      'true',
      '--until',
      '5h',
    )) as {
      task: { id: number }
    }
    await place.run('add', 'Mend the lantern', '--run', 'true', '--until', '5h')
    const page = await place.signIn()
    await place.visit(page, '/tasks?q=SAIL')
    await page.locator('[data-row]', { hasText: 'Refit the sails' }).waitFor()
    expect(await page.locator('[data-row]').count()).toBe(1)
    await place.run('add', 'Sew a second sail', '--run', 'true', '--until', '5h')
    await page.locator('[data-row]', { hasText: 'Sew a second sail' }).waitFor()
    await place.run('cancel', `${task.id}`)
    await page
      .locator('[data-row]', { hasText: 'Refit the sails' })
      .getByText('cancelled')
      .waitFor()
    expect(await page.locator('[data-row]').count()).toBe(2)
    await place.leave(page)
  }, 60_000)
})

function never(): never {
  throw new Error('it is there')
}
