// Incident 62: a worktree with uncommitted work in it was removed. Here nothing that a person or a rule does to the task
// takes it away: not a retry, a cancellation, another try, a restart, nor the collection of what nobody needs.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { present } from '../../src/base/assert.ts'
import type { Worktree } from '../../src/drivers/workspaces/contract.ts'
import { midwatch, setStage, type Stage, until } from './stage.ts'

describe('a task that works in a worktree of its own', () => {
  let stage: Stage
  let repo: string
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim()

  beforeEach(async () => {
    stage = await setStage()
    repo = join(stage.dir, 'repo')
    mkdirSync(repo)
    git(repo, 'init', '-q', '-b', 'main')
    writeFileSync(join(repo, 'a.txt'), 'one\n')
    git(repo, 'add', '.')
    git(repo, 'commit', '-qm', 'first')
  })
  afterEach(() => stage.strike())

  const worktree = async (id: number): Promise<Worktree> =>
    present(await (await stage.fleet.workspaces()).find(id), `task ${id} has a worktree`)
  const settled = (id: number) =>
    until(`task ${id} is settled`, async () => (await stage.task(id)).state === 'settled')
  const wanted = (run: string, more = {}) =>
    stage.add(run, { cwd: repo, workspace: 'worktree', ...more })

  it('the next attempt finds what the last one left, and the repository saw nothing of it', async () => {
    await stage.up()
    const id = await wanted('test -e half || { echo half > half; exit 1; }; cat half')
    await settled(id)
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', attempts: 2 })
    expect(readFileSync(join((await worktree(id)).path, 'half'), 'utf8')).toBe('half\n')
    expect(git(repo, 'status', '--porcelain')).toBe('')
    expect(await stage.count(id, 'workspace.made')).toBe(1)
  })

  it('its check runs where the session worked', async () => {
    await stage.up()
    const id = await wanted('echo made > made', { verify: 'test "$(cat made)" = made' })
    await settled(id)
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', verified: true, attempts: 1 })
  })

  /** A session that leaves uncommitted work and goes on; answers its task. */
  async function atWork(more = {}): Promise<number> {
    const id = await wanted('echo precious > precious; sleep 60', more)
    await until('it works', async () => {
      const found = await (await stage.fleet.workspaces()).find(id)
      return found !== null && existsSync(join(found.path, 'precious'))
    })
    return id
  }
  const precious = async (id: number) =>
    readFileSync(join((await worktree(id)).path, 'precious'), 'utf8')
  const settle = async (taskId: number, outcome: 'cancelled' | 'failed') => {
    const how = { outcome, by: 'ann', reason: 'not now', now: Date.now() }
    await stage.fleet.store.settleByHand({ taskId, ...how })
    stage.fleet.store.poke()
    await until('its session ends', async () =>
      (await stage.attempts(taskId)).every(({ state }) => state === 'ended'),
    )
  }
  /** What a person types in this fleet. */
  const typed = (...args: string[]): string =>
    execFileSync(process.execPath, [midwatch, ...args], { cwd: stage.dir, encoding: 'utf8' })

  it('uncommitted work survives a retry: the next attempt finds it (incident 62)', async () => {
    await stage.up()
    const id = await wanted('test -e precious || { echo precious > precious; exit 1; }')
    await settled(id)
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', attempts: 2 })
    expect(await precious(id)).toBe('precious\n')
  })

  it('uncommitted work survives a cancellation (incident 62)', async () => {
    await stage.up()
    const id = await atWork()
    await settle(id, 'cancelled')
    expect(await precious(id)).toBe('precious\n')
    expect(typed('diff', String(id))).toContain('+precious')
  })

  it('uncommitted work survives its dispatcher, a restart, and another try of its task (incident 62)', async () => {
    const daemon = await stage.up()
    const id = await atWork()
    await daemon.stop()
    await stage.up()
    await until('it is adopted', async () => (await stage.count(id, 'attempt.adopted')) === 1)
    await settle(id, 'failed')
    const again = await wanted('cat a.txt', { againOf: id })
    await settled(again)
    expect(await stage.task(again)).toMatchObject({ outcome: 'done' })
    expect(await precious(id)).toBe('precious\n')
    const workspaces = await stage.fleet.workspaces()
    expect(await workspaces.remove(await worktree(again))).toEqual([])
  })

  it('uncommitted work survives the sweep and every collection, and each says why it stays (incident 62)', async () => {
    const daemon = await stage.up()
    const id = await atWork()
    await settle(id, 'cancelled')
    await daemon.stop()
    typed('sweep')
    expect(await precious(id)).toBe('precious\n')
    expect(typed('worktree', 'gc')).toContain('1 file not committed')
    expect(await precious(id)).toBe('precious\n')
    const workspaces = await stage.fleet.workspaces()
    expect(await workspaces.remove(await worktree(id))).toEqual(['1 file not committed'])
    expect(await precious(id)).toBe('precious\n')
  })

  it('what was committed and is nowhere else survives them, too; what was landed goes', async () => {
    const daemon = await stage.up()
    const commit = 'git -c user.name=A -c user.email=a@example.org'
    const work = `echo more > more; git add more; ${commit} commit -qm more`
    const id = await wanted(work)
    await settled(id)
    await daemon.stop()
    const { path } = await worktree(id)
    typed('sweep')
    typed('worktree', 'gc')
    expect(existsSync(join(path, 'more'))).toBe(true)
    typed('land', String(id))
    expect(readFileSync(join(repo, 'more'), 'utf8')).toBe('more\n')
    const workspaces = await stage.fleet.workspaces()
    expect(await workspaces.remove(await worktree(id))).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  it('a folder outside any repository is told as such, charges no lane and nobody', async () => {
    await stage.up()
    const id = await stage.add('true', { workspace: 'worktree' })
    const first = await until('an attempt ends', async () =>
      (await stage.attempts(id)).find((one) => one.state === 'ended'),
    )
    expect(first.verdict).toMatchObject({ class: 'launch_failed', blame: 'task' })
    expect(first.verdict?.evidence).toContain('is not inside a git repository')
    expect((await stage.task(id)).state).not.toBe('settled')
  })
})
