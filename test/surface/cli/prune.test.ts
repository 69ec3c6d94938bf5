// What goes by `midwatch prune` and what stays, over a fleet that has really worked.

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
  dir = await binary.fleet()
  await json('add', 'first', '--run', 'echo one')
  await json('add', 'second', '--run', 'true')
  await run('up', '--until-idle')
  await json('add', 'waits', '--run', 'true', '--until', '1d')
})
afterAll(() => binary.end([dir]))

const run = (...args: string[]) => binary.run(args, { cwd: dir })
const json = (...args: string[]) => binary.json(args, { cwd: dir })
const attempt = (id: number) => join(dir, '.midwatch/attempts', String(id))

test.each([['30'], ['-1d'], ['0s'], ['soon']])(
  '--older-than %s is refused, and nothing goes',
  async (age) => {
    const refused = await run('prune', `--older-than=${age}`)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/--older-than wants a duration/)
    expect((await json('list')).tasks).toHaveLength(3)
  },
)

test('what is young stays unless it is asked for', async () => {
  expect(await json('prune')).toMatchObject({ dryRun: false, tasks: 0, folders: 0 })
  expect(existsSync(attempt(1))).toBe(true)
})

test('--dry-run says how much would go, and touches nothing', async () => {
  const said = await json('prune', '--older-than', '1ms', '--dry-run')
  expect(said).toMatchObject({ dryRun: true, tasks: 2, folders: 0 })
  expect((await json('list')).tasks).toHaveLength(3)
  expect(existsSync(attempt(1))).toBe(true)
})

test('settled tasks go with their files, also those of an earlier pruning; others stay and are counted', async () => {
  mkdirSync(attempt(77)) // as a pruning that was killed leaves it
  const done = async () => (await binary.json(['status'], { cwd: dir }, 1)).counts.done
  expect(await done()).toBe(2)
  const pruned = await run('prune', '--older-than', '1ms')
  expect(pruned.out).toBe(
    '2 tasks settled more than 1ms ago were deleted.\n3 folders of deleted attempts lay here.\n',
  )
  expect((await json('list')).tasks.map((task: { title: string }) => task.title)).toEqual(['waits'])
  expect([1, 2, 77].map((id) => existsSync(attempt(id)))).toEqual([false, false, false])
  expect((await run('show', '1')).code).toBe(3)
  expect(await done()).toBe(0)
})
