// `midwatch agent` and `midwatch host`: how each stands, and the button for it, one or all, seen before it is pressed.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const db = (act: (db: DatabaseSync) => void) => {
  const opened = new DatabaseSync(join(here.dir, '.midwatch', 'fleet.db'))
  act(opened)
  opened.close()
}

/** An agent after three starts that failed, as its lane keeps it. */
async function failedThrice(agent: string): Promise<void> {
  await run('agent', 'list')
  const memory = JSON.stringify({ wait: 3, shutBy: 'launch_failed', streak: [] })
  db((one) =>
    one
      .prepare(
        `INSERT OR REPLACE INTO gates (lane, state, since, until, reason, memory_json) VALUES (?, 'shut', 1, ?, 'launch_failed: no such file', ?)`,
      )
      .run(`agent:${agent}`, Date.now() + 120_000, memory),
  )
}

test('a stuck agent shows its streak, its next try and the button; the button works', async () => {
  await failedThrice('shell')
  const { agents } = await json('agent', 'list')
  expect(agents[0]).toMatchObject({
    name: 'shell',
    gate: { state: 'shut' },
    streak: { sentence: 'dispatch attempts 3 of 5', coolingDown: false },
  })
  expect(Date.parse(agents[0].streak.nextTryAt)).toBeGreaterThan(Date.now())
  const shown = await run('agent', 'show', 'shell')
  expect(shown.out).toContain('dispatch attempts 3 of 5')
  expect(shown.out).toContain('midwatch agent reset shell')
  expect((await json('agent', 'reset', '--all', '--dry-run')).gates).toHaveLength(1)
  expect((await json('agent', 'list')).agents[0].gate.state).toBe('shut')
  expect(await json('agent', 'reset', 'shell')).toEqual({ lane: 'agent:shell', was: 'shut' })
  const [after] = (await json('agent', 'list')).agents
  expect(after).toMatchObject({ gate: { state: 'passing' }, streak: { failures: 0, sentence: '' } })
})

test('a pause is a person’s: neither reset of all nor a resume of what failed touches the other', async () => {
  await json('agent', 'pause', 'shell', '--reason', 'holiday')
  expect((await json('agent', 'list')).agents[0].gate).toMatchObject({
    state: 'pinned',
    reason: 'holiday',
  })
  expect((await json('agent', 'reset', '--all')).changed).toEqual([])
  expect((await json('agent', 'list')).agents[0].gate.state).toBe('pinned')
  expect(await json('agent', 'resume', '--all')).toMatchObject({ was: 'pinned' })
  await failedThrice('shell')
  expect((await run('agent', 'resume', 'shell')).code).toBe(4)
})

test('an agent or host that is not there is told with the nearest, and none named is a usage error', async () => {
  const missing = await run('agent', 'reset', 'shel')
  expect(missing).toMatchObject({ code: 3, err: expect.stringContaining('`shell`') })
  expect((await run('agent', 'reset')).code).toBe(2)
  expect((await run('agent', 'pause')).code).toBe(2)
  expect((await run('host', 'show', 'nowhere')).code).toBe(3)
  expect((await run('host', 'list')).out).toContain('midwatch up')
})

test('a host is listed with what it said of itself, drained and resumed', async () => {
  await run('list')
  db((one) =>
    one.exec(
      `INSERT INTO hosts (name, boot_id, pid, pulse_at, running, slots, labels_json) VALUES ('far', 'b00t', 7, ${Date.now()}, 1, 3, '["gpu"]')`,
    ),
  )
  expect((await json('host', 'list')).hosts).toMatchObject([
    { name: 'far', state: 'running', slots: 3, labels: ['gpu'], running: [] },
  ])
  await json('host', 'drain', 'far')
  expect((await json('host', 'show', 'far')).host).toMatchObject({ state: 'drained' })
  expect(await json('host', 'resume', 'far')).toEqual({ lane: 'host:far', was: 'pinned' })
  expect((await run('host', 'show', 'far')).out).toContain('labels gpu')
})
