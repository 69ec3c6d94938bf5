// `midwatch gate`: persons pause, drain, resume and reset, one lane or many, and see before they do.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(['gate', ...args], { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(['gate', ...args], { cwd: here.dir })
const states = async () =>
  (await json('list')).gates.map(
    (gate: { lane: string; state: string }) => `${gate.lane} ${gate.state}`,
  )

/** A gate as its failures left it. */
async function shut(lane: string): Promise<void> {
  await run('list')
  const db = new DatabaseSync(join(here.dir, '.midwatch', 'fleet.db'))
  db.prepare(
    `INSERT INTO gates (lane, state, since, until, reason, memory_json) VALUES (?, 'shut', 1, ?, 'overloaded', '{"shutBy":"overloaded"}')`,
  ).run(lane, Date.now() + 3_600_000)
  db.close()
}

test('pause and resume speak of the fleet unless lanes are named', async () => {
  expect((await json('pause', '--reason', 'night')).gate).toMatchObject({
    lane: 'fleet',
    state: 'pinned',
    reason: 'night',
  })
  expect(await json('resume')).toEqual({ lane: 'fleet', was: 'pinned' })
  await json('pause', 'agent:shell', 'fleet')
  expect(await states()).toEqual(['agent:shell pinned', 'fleet pinned'])
  expect((await json('resume', '--all')).changed).toHaveLength(2)
  expect(await states()).toEqual([])
})

test('a preview changes nothing', async () => {
  expect((await json('pin', 'fleet', '--dry-run')).gates).toMatchObject([
    { lane: 'fleet', state: 'pinned' },
  ])
  expect(await states()).toEqual([])
  await json('pause')
  expect((await json('resume', '--dry-run')).gates).toMatchObject([
    { lane: 'fleet', state: 'pinned' },
  ])
  expect(await states()).toEqual(['fleet pinned'])
})

test('resume undoes what persons did; what failed wants a reset, and comes back slowly', async () => {
  await shut('provider:anthropic')
  const refused = await run('resume', 'provider:anthropic')
  expect(refused).toMatchObject({
    code: 4,
    err: expect.stringContaining('midwatch gate reset provider:anthropic'),
  })
  expect(await json('reset', 'provider:anthropic')).toEqual({
    lane: 'provider:anthropic',
    was: 'shut',
  })
  expect((await json('list', '--all')).gates).toMatchObject([
    { state: 'passing', release: expect.stringContaining('let in 1') },
  ])
})

test('reset --all takes every gate that does not pass, and nothing less than a name or --all', async () => {
  await shut('provider:anthropic')
  await json('pause')
  expect(await run('reset')).toMatchObject({ code: 2 })
  expect((await json('reset', '--all')).changed).toHaveLength(2)
  expect(await states()).toEqual([])
})

test('drain says what is still under way', async () => {
  expect(await run('drain', '--reason', 'maintenance')).toMatchObject({
    code: 0,
    err: expect.stringContaining('Nothing is under way'),
  })
  expect(await states()).toEqual(['fleet pinned'])
})
