// What may be done from the page, done there: what follows is said before it, and it has happened after it.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { noBrowser, openPlace, type Place } from './browser.ts'

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

describe.skipIf(noBrowser !== null)(
  `deeds on the page${noBrowser === null ? '' : `: ${noBrowser}`}`,
  () => {
    let place: Place
    beforeAll(async () => {
      place = await openPlace(yaml)
    }, 120_000)
    afterAll(async () => {
      await place?.end()
      rmSync(tools, { recursive: true, force: true })
    }, 60_000)

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
      await page.goto(`${place.url}/inbox?task=${task.id}`)
      await press('Raise', 'Raise: Refit the mast', '25')
      await drawer.getByText('priority 25').waitFor()
      await press('Ask', 'Ask: Refit the mast', 'Oak or pine?')
      await page.keyboard.press('Escape')
      await page.getByText('Oak or pine?').first().waitFor()
      await page.keyboard.press('1')
      const answer = page.getByRole('dialog', { name: 'Answer' })
      await answer.getByRole('textbox').fill('Oak.')
      await answer.getByRole('button', { name: 'Answer', exact: true }).click()
      await page.getByText('Nothing waits for you.').waitFor()
      expect(await place.run('show', `${task.id}`)).toMatchObject({ task: { state: 'held' } })
      await page.goto(`${place.url}/tasks?task=${task.id}`)
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
      await page.context().close()
    }, 60_000)

    test('what an incident stopped is reset at once, after it was shown what that is', async () => {
      for (const name of cranes)
        await place.run('add', `Lift with the ${name}`, '--prompt', 'up', '--agent', name)
      const resets = async () => {
        const { facts } = (await place.run('facts', '--kind', 'gate.reset')) as {
          facts: { by: string; lane: string }[]
        }
        return facts.filter(({ by }) => by === 'ann').map((one) => one.lane)
      }
      const stopped = async () =>
        ((await place.run('gate', 'list')) as Listed).gates.filter(({ state }) => state === 'shut')
      // Three agents that cannot start: their host is shut, too, and the incident is its.
      await until(async () => (await stopped()).some(({ lane }) => lane.startsWith('host:')))
      const { incidents } = (await place.run('incidents')) as Incidents
      const { lane, lanes } =
        incidents.find(({ data }) => data.lane?.startsWith('host:'))?.data ?? never()
      const meant = [...new Set([lane ?? '', ...lanes])]
      const page = await place.signIn()
      const reset = async (dialogTitle: string, wanted: readonly string[]) => {
        const dialog = page.getByRole('dialog', { name: dialogTitle })
        const seen = dialog.getByRole('listitem')
        await expect.poll(() => seen.count(), { timeout: 10_000 }).toBe(wanted.length)
        for (const one of wanted) await dialog.getByText(one, { exact: true }).waitFor()
        expect(await resets()).not.toEqual(expect.arrayContaining([...wanted])) // only shown
        await dialog.getByRole('button', { name: `Reset ${wanted.length}` }).click()
        await dialog.waitFor({ state: 'detached' })
        expect(await resets()).toEqual(expect.arrayContaining([...wanted]))
      }
      await page.goto(`${place.url}/incidents`)
      await page.getByRole('button', { name: 'Reset all after this' }).first().click()
      await reset('Reset all after this incident', meant)
      for (const name of cranes) {
        writeFileSync(join(tools, name), '#!/bin/sh\necho lifted\n')
        chmodSync(join(tools, name), 0o755)
      }
      await page.goto(`${place.url}/agents`)
      await page.getByRole('button', { name: /^Reset all that failed \(\d/ }).click()
      const others = cranes.map((name) => `agent:${name}`).filter((one) => !meant.includes(one))
      await reset('Reset all that failed', others)
      await until(async () => {
        const { tasks } = (await place.run('list', '--state', 'settled')) as {
          tasks: { title: string; outcome: string }[]
        }
        return tasks.filter(({ title }) => title.startsWith('Lift with')).length === cranes.length
      })
      await page.context().close()
    }, 60_000)

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
      await page.goto(`${place.url}/tasks?q=SAIL`)
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
      await page.context().close()
    }, 60_000)
  },
)

function never(): never {
  throw new Error('it is there')
}
