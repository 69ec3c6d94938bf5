// What is stuck, and what waits for a judgement, mended from its drawer: an agent that used up its tries (outage S2), and
// work in a worktree that somebody looks at, sends back, and approves.

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { until } from '../support/until.ts'
import { describeInBrowser } from './browser.ts'

const tools = mkdtempSync(join(tmpdir(), 'midwatch-crane-'))
const crane = join(tools, 'crane')
const carpenter = join(tools, 'carpenter')
const repo = join(tools, 'ship')
const yaml = `\
name: harbour
slots: 6
backoff: [100ms]
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 4 }
  crane: { adapter: command, tier: standard, slots: 1, program: ${crane}, args: ['{prompt}'] }
  winch: { adapter: command, tier: standard, program: ${tools}/winch, args: ['{prompt}'] }
  carpenter: { adapter: command, tier: standard, program: ${carpenter}, args: ['{prompt}'] }
  surveyor: { adapter: command, tier: standard, roles: [reviewer], program: /bin/true }
`
interface Agent {
  readonly agent: { readonly streak: { readonly failures: number } }
}

describeInBrowser('what is stuck', yaml, (place) => {
  afterAll(() => rmSync(tools, { recursive: true, force: true }))

  const program = (path: string, ...lines: string[]) => {
    writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`)
    chmodSync(path, 0o755)
  }

  test('S2: an agent that used up its tries is reset from its drawer, and its session runs', async () => {
    // Before the first failure: the agent is tried again by itself half a minute after it.
    const page = await place.signIn()
    // Several, for one task alone would wait itself after three failures that nothing else can be compared with.
    for (const what of ['mast', 'boom', 'yard', 'gaff'])
      await place.run('add', `Lift the ${what}`, '--prompt', 'up', '--agent', 'crane')
    const failed = (times: number) =>
      until(async () => {
        const { agent } = (await place.ask('GET', '/api/agents/crane')) as Agent
        return agent.streak.failures === times
      })
    await failed(1)
    await place.visit(page, '/agents?agent=crane')
    const drawer = page.getByRole('dialog', { name: 'Agent crane' })
    await drawer.getByText('Dispatch attempts 1 of 5').waitFor()
    // Each try is a real one; it is only not waited for.
    await drawer.getByRole('button', { name: 'Probe now' }).click()
    const probe = page.getByRole('dialog', { name: 'Probe now agent:crane' })
    await probe.getByRole('button', { name: 'Probe now' }).click()
    await drawer.getByText('Dispatch attempts 2 of 5').waitFor()
    for (let tries = 3; tries <= 6; tries++) {
      await failed(tries - 1)
      await place.ask('POST', '/api/gates/agent:crane/probe', {})
    }
    await failed(6)
    await drawer.getByText('Dispatch attempts 5 of 5').waitFor()
    await drawer.getByText(/cooling down, next try in (2[4-9]|3[0-6])m/).waitFor()
    await drawer.getByText('last: launch_failed').waitFor()
    expect(await place.run('list', '--outcome', 'failed')).toMatchObject({ tasks: [] })

    program(crane, 'echo lifted "$1"', 'until [ -e "$0.down" ]; do sleep 0.1; done')
    const button = drawer.getByRole('button', { name: 'Reset attempts' })
    expect(await button.getAttribute('aria-disabled')).toBe('false')
    await button.click()
    const dialog = page.getByRole('dialog', { name: 'Reset agent:crane' })
    await expect
      .poll(() => dialog.getByRole('listitem').first().textContent())
      .toMatch(/shut\s*becomes\s*passing/)
    await failed(6) // only shown
    await dialog.getByLabel(/Why/).fill('the crane is back')
    await dialog.getByRole('button', { name: 'Reset' }).click()
    await drawer.getByText('working').first().waitFor()
    expect(await drawer.getByText(/dispatch attempts/i).count()).toBe(0)
    await drawer.getByText(/alive .*, printed /).waitFor() // its pulse: that it lives, and that it gets on
    await drawer
      .getByRole('link', { name: /Lift the/ })
      .first()
      .click()
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.locator('[data-log]').getByText('lifted').waitFor()
    writeFileSync(`${crane}.down`, '')
    await page.getByText('done', { exact: true }).first().waitFor()
    const { facts } = (await place.run('facts', '--kind', 'gate.reset')) as { facts: object[] }
    expect(facts).toMatchObject([{ by: 'ann', reason: 'the crane is back' }])
    await until(async () => {
      const { tasks } = (await place.run('list', '--outcome', 'done')) as { tasks: object[] }
      return tasks.length === 4 // all of them, and none was charged for the outage
    })
    await place.leave(page)
  }, 60_000)

  test('a task alone that rests after its failures goes on at once when its agent is reset', async () => {
    await place.run('add', 'Haul it in', '--prompt', 'in', '--agent', 'winch')
    const failed = (times: number) =>
      until(async () => {
        const { agent } = (await place.ask('GET', '/api/agents/winch')) as Agent
        return agent.streak.failures === times
      })
    for (const times of [1, 2]) {
      await failed(times)
      await place.ask('POST', '/api/gates/agent:winch/probe', {})
    }
    await failed(3)
    const held = async () => await place.run('list', '--state', 'held')
    await until(async () => JSON.stringify(await held()).includes('Haul it in'))
    program(join(tools, 'winch'), 'echo hauled')
    const page = await place.signIn()
    await place.visit(page, '/agents?agent=winch')
    const drawer = page.getByRole('dialog', { name: 'Agent winch' })
    await drawer.getByText('Dispatch attempts 3 of 5').waitFor()
    await drawer.getByRole('button', { name: 'Reset attempts' }).click()
    const dialog = page.getByRole('dialog', { name: 'Reset agent:winch' })
    await dialog.getByRole('button', { name: 'Reset' }).click()
    await drawer.getByText('success 1').waitFor()
    expect(await held()).toMatchObject({ tasks: [] })
    await place.leave(page)
  }, 60_000)

  test('work in a worktree is looked at in its drawer, sent back with words, looked at again, and approved', async () => {
    mkdirSync(repo)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
        cwd: repo,
      })
    git('init', '-q', '-b', 'main')
    writeFileSync(join(repo, 'hull.txt'), 'oak\n')
    git('add', '.')
    git('commit', '-qm', 'the keel is laid')
    program(
      carpenter,
      'printf "%s\\n" "$1" | grep -q tar && echo tarred >> hull.txt',
      'echo planked >> hull.txt',
    )
    await place.ask('POST', '/api/gates/agent:surveyor/pause', { reason: 'ann looks herself' })
    const order = { prompt: 'plank it', agent: 'carpenter', cwd: repo, workspace: 'worktree' }
    const title = 'Plank the hull'
    const added = await place.ask('POST', '/api/tasks', { title, ...order, review: true })
    const { id } = (added as { task: { id: number } }).task
    const page = await place.signIn()
    await place.visit(page, `/tasks?task=${id}`)
    const drawer = page.getByRole('dialog', { name: `Task ${id}` })
    const tab = (name: string) => drawer.getByRole('tab', { name }).click()
    await tab('Reviews')
    await drawer.getByText('undecided').waitFor()
    await tab('Diff')
    await drawer.getByText('+planked', { exact: true }).waitFor()
    await drawer.getByText('diff --git a/hull.txt b/hull.txt').waitFor()
    expect(await drawer.getByText('+tarred', { exact: true }).count()).toBe(0)

    const decide = async (word: string, title: string, text: string) => {
      await tab('Reviews')
      await drawer.getByRole('button', { name: word }).click()
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.getByRole('textbox').fill(text)
      await dialog.getByRole('button', { name: title.split(':')[0] ?? '' }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await decide('Changes', `Ask for changes: task ${id}`, 'tar the seams')
    await drawer.getByText('tar the seams').waitFor()
    await drawer.getByText('undecided').waitFor() // of the next attempt, which was told so
    await tab('Diff')
    await drawer.getByText('+tarred', { exact: true }).waitFor()
    expect(await place.run('show', `${id}`)).toMatchObject({ task: { state: 'held', attempts: 2 } })

    await decide('Approve', `Approve: task ${id}`, 'sound')
    await drawer.getByText('done ✓').waitFor() // with a judgement behind it
    const shown = await place.run('show', `${id}`)
    expect(shown).toMatchObject({ task: { outcome: 'done', verified: true } })
    const reviews = await place.ask('GET', `/api/tasks/${id}/reviews`)
    expect(reviews).toMatchObject({
      reviews: [
        { decision: 'changes', text: 'tar the seams', decidedBy: 'ann' },
        { decision: 'approve', text: 'sound', decidedBy: 'ann' },
      ],
    })
    expect(git('status', '--porcelain').toString()).toBe('') // nothing of it in the repository itself
    await place.leave(page)
  }, 60_000)

  test('no drawer has a fault', () => {
    expect(place.troubles).toEqual([])
  })
})
