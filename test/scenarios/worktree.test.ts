// Incident 62: a worktree with uncommitted work in it was removed. Here nothing that a person or a rule does to the task
// takes it away: not a retry, a cancellation, another try, a restart, nor the collection of what nobody needs.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { present } from '../../src/base/assert.ts'
import type { Worktree } from '../../src/drivers/workspaces/contract.ts'
import { setStage, type Stage, until } from './stage.ts'

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

  it('uncommitted work survives a cancellation, another try, a restart and the collection (incident 62)', async () => {
    const daemon = await stage.up()
    const id = await wanted('echo precious > precious; sleep 60')
    await until('it works', async () =>
      existsSync(join((await worktree(id).catch(() => null))?.path ?? '/none', 'precious')),
    )
    await stage.fleet.store.settleByHand({
      taskId: id,
      outcome: 'cancelled',
      by: 'ann',
      reason: 'not now',
      now: Date.now(),
    })
    stage.fleet.store.poke()
    await until('its session ends', async () => (await stage.attempts(id))[0]?.state === 'ended')
    await daemon.stop()
    await stage.up()
    const again = await wanted('cat a.txt', { againOf: id })
    await settled(again)
    const workspaces = await stage.fleet.workspaces()
    const kept = await workspaces.remove(await worktree(id))
    expect(kept).toEqual(['1 file not committed'])
    expect(readFileSync(join((await worktree(id)).path, 'precious'), 'utf8')).toBe('precious\n')
    expect(await workspaces.remove(await worktree(again))).toEqual([])
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
