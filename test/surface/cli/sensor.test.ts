// `midwatch sensor`, the real binary: what each sensor brought and what ails it, and a look by hand that counts against nobody;
// and what a stranger's first minutes should not find: a copy that is written over, a green check where nobody works.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { Binary } from './binary.ts'

let binary: Binary
let dir = ''
const fleets: string[] = []
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end(fleets))
beforeEach(async () => {
  dir = await binary.fleet()
  fleets.push(dir)
})

const run = (...args: string[]) => binary.run(args, { cwd: dir })
const json = (...args: string[]) => binary.json(args, { cwd: dir })
const seen = (...lines: object[]) =>
  writeFileSync(join(dir, 'seen'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))

describe('sensors', () => {
  beforeEach(() => {
    const sensors = 'sensors:\n  inbox: {run: cat seen, every: 5m, perDay: 2}\n'
    appendFileSync(join(dir, 'midwatch.yaml'), sensors)
  })

  test('a look by hand makes each task once, within the day’s budget, and tells of findings', async () => {
    expect((await json('sensor', 'list')).sensors).toMatchObject([
      { name: 'inbox', source: 'cat seen', lookedAt: null, brought: 0, failures: 0 },
    ])
    const letter = (key: string) => ({ task: `letter ${key}`, key, run: 'true' })
    seen(letter('a'), { finding: 'the disk is warm', key: 'warm' })
    const dry = await json('sensor', 'run', 'inbox', '--dry-run')
    expect(dry.tasks).toMatchObject([{ key: 'a', became: null, task: null }])
    expect((await json('list')).tasks).toEqual([])
    expect((await json('sensor', 'run', 'inbox')).tasks).toMatchObject([
      { became: 'made', task: 1 },
    ])
    seen(letter('a'), letter('b'), letter('c'), { finding: 'the disk is warm', key: 'warm' })
    const { tasks } = await json('sensor', 'run', 'inbox')
    const became = tasks.map((one: { became: string }) => one.became)
    expect(became).toEqual(['there', 'made', 'over'])
    const { sensor } = await json('sensor', 'show', 'inbox')
    expect(sensor).toMatchObject({ brought: 2, findings: [{ title: 'the disk is warm' }] })
    const shown = await run('sensor', 'show', 'inbox')
    expect(shown.out).toMatch(/brought 2 of 2 tasks within 24 h/)
    for (const line of shown.out.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
    seen()
    expect((await run('sensor', 'run', 'inbox')).out).toBe('inbox sees nothing\n')
    expect((await json('sensor', 'show', 'inbox')).sensor.findings).toEqual([])
  })

  test('one that fails says why, counts against nobody, and ends its quarantine once it looks well', async () => {
    const failing = await run('sensor', 'run', 'inbox')
    expect(failing).toMatchObject({ code: 1 })
    expect(failing.err).toMatch(/the sensor inbox failed: .*seen.*\n.*→/s)
    expect((await json('sensor', 'list')).sensors[0]).toMatchObject({ failures: 0, note: null })
    const path = join(dir, '.midwatch', 'fleet.db')
    const store = openSqlite({ path, clock: systemClock, random: systemRandom })
    const now = Date.now()
    const state = { name: 'inbox', failures: 11, dueAt: now + 9e6, lookedAt: now, note: 'exit 1' }
    await store.noteSensor(state)
    await store.openIncident({ key: 'sensor:inbox', title: 'it failed', now })
    await store.close()
    const listed = await run('sensor', 'list')
    expect(listed).toMatchObject({ code: 1 })
    expect(listed.out).toContain('in quarantine: exit 1')
    seen()
    expect((await run('sensor', 'run', 'inbox')).code).toBe(0)
    expect((await run('sensor', 'list')).code).toBe(0)
    expect((await json('incidents')).incidents).toEqual([])
  })

  test('a name that is none is told with the nearest one', async () => {
    const told = await run('sensor', 'run', 'inbux')
    expect(told.code).toBe(3)
    expect(told.err).toMatch(/no sensor is called inbux.*inbox/s)
    expect((await run('sensor', 'list', 'all')).code).toBe(2)
  })
})

test('a copy is written over nothing that is there, unless by force, and never over the database', async () => {
  const file = join(dir, 'copy.db')
  writeFileSync(file, 'precious')
  const refused = await run('backup', 'copy.db')
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.err).toMatch(/copy\.db is there already.*--force/s)
  expect(readFileSync(file, 'utf8')).toBe('precious')
  expect(existsSync(`${file}.part`)).toBe(false)
  expect((await run('backup', 'copy.db', '--force')).code).toBe(0)
  expect(readFileSync(file, 'latin1').startsWith('SQLite format 3')).toBe(true)
  for (const own of ['fleet.db', 'fleet.db-wal'])
    if (existsSync(join(dir, '.midwatch', own)))
      expect((await run('backup', `.midwatch/${own}`, '--force')).code).toBe(4)
  expect((await run('backup', '.', '--force')).code).toBe(4)
  expect((await run('list')).code).toBe(0)
})

test('a check is not green where no dispatcher ran, nor where none runs', async () => {
  expect(await json('check')).toMatchObject({ colour: 'yellow', red: [] })
  expect((await run('check')).out).toMatch(/^yellow\n! no dispatcher has run yet/)
  expect((await run('check', '--strict')).code).toBe(1)
  const up = binary.start(['up', '--until-idle'], { cwd: dir })
  expect((await up.ended).code).toBe(0)
  expect((await run('check')).out).toMatch(/^yellow\n! no dispatcher runs/)
  await run('add', 'it', '--run', 'true')
  expect(await run('check')).toMatchObject({ code: 1 })
})
