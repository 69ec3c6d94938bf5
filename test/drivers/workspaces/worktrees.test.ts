// Worktrees of tasks, with real git in a real repository.

import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { assert } from '../../../src/base/assert.ts'
import type { Workplace, Workspaces, Worktree } from '../../../src/drivers/workspaces/contract.ts'
import { createWorktrees } from '../../../src/drivers/workspaces/worktrees.ts'
import { branchOf } from '../../../src/model/workspace.ts'
import { until } from '../../support/until.ts'

let home: string
let repo: string
let workspaces: Workspaces

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'midwatch-worktrees-')))
  repo = join(home, 'repo')
  mkdirSync(join(repo, 'packages/api'), { recursive: true })
  git(repo, 'init', '-q', '-b', 'main')
  git(repo, 'config', 'user.email', 'ann@example.org')
  git(repo, 'config', 'user.name', 'Ann')
  writeFileSync(join(repo, 'packages/api/a.txt'), 'one\n')
  git(repo, 'add', '.')
  git(repo, 'commit', '-qm', 'first')
  workspaces = createWorktrees({
    root: join(home, 'state/worktrees'),
    attemptDir: (id) => join(home, 'state/attempts', String(id)),
    baseEnv: { PATH: process.env['PATH'] ?? '', HOME: home },
  })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const place = (taskId: number, title: string, cwd: string): Workplace => ({
  kind: 'worktree',
  taskId,
  attemptId: 1,
  title,
  cwd,
})

async function made(taskId = 7, title = 'Mend the parser'): Promise<Worktree & { cwd: string }> {
  const prepared = await workspaces.prepare(place(taskId, title, join(repo, 'packages/api')))
  assert(prepared.ready && prepared.made !== null, 'a worktree can be made here')
  return { ...prepared.made, cwd: prepared.cwd }
}

const held = async (worktree: Worktree) => {
  const seen = await workspaces.look(worktree)
  assert(seen !== null, 'the worktree is there')
  return seen
}

describe('a worktree of a task', () => {
  test('stands on a branch of its own, in the same folder of the repository', async () => {
    const one = await made()
    expect(one.branch).toBe('midwatch/7-mend-the-parser')
    expect(one.cwd).toBe(join(one.path, 'packages/api'))
    expect(readFileSync(join(one.cwd, 'a.txt'), 'utf8')).toBe('one\n')
    expect(git(one.path, 'symbolic-ref', '--short', 'HEAD')).toBe(one.branch)
    expect(git(repo, 'symbolic-ref', '--short', 'HEAD')).toBe('main')
  })

  test('is reused by the next attempt with all that lies in it', async () => {
    const first = await made()
    writeFileSync(join(first.cwd, 'half.txt'), 'half done\n')
    const again = await workspaces.prepare(place(7, 'Renamed', '/nowhere'))
    expect(again).toMatchObject({ ready: true, made: null, cwd: first.cwd })
    expect(readFileSync(join(first.cwd, 'half.txt'), 'utf8')).toBe('half done\n')
  })

  test('comes back from its branch when somebody removed its folder', async () => {
    const first = await made()
    writeFileSync(join(first.cwd, 'b.txt'), 'two\n')
    git(first.path, 'add', '.')
    git(first.path, 'commit', '-qm', 'second')
    rmSync(first.path, { recursive: true })
    const again = await workspaces.prepare(place(7, 'Mend the parser', repo))
    expect(again).toMatchObject({ ready: true, made: { taskId: 7 }, cwd: first.cwd })
    expect(readFileSync(join(first.cwd, 'b.txt'), 'utf8')).toBe('two\n')
  })

  test('ten of one repository can be made at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => made(i + 1, `Task ${i}`)))
    expect(new Set(all.map((one) => one.path)).size).toBe(10)
    expect((await workspaces.list()).map((one) => one.taskId)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
  })

  test('is refused outside a repository and in one without a commit, and the task is to blame', async () => {
    const bare = join(home, 'plain')
    mkdirSync(bare)
    expect(await workspaces.prepare(place(1, 'x', bare))).toEqual({
      ready: false,
      why: `${bare} is not inside a git repository`,
      blame: 'task',
    })
    git(bare, 'init', '-q')
    expect(await workspaces.prepare(place(1, 'x', bare))).toMatchObject({
      ready: false,
      why: expect.stringContaining('no commit yet'),
      blame: 'task',
    })
    expect(await workspaces.list()).toEqual([])
  })

  test('a title of any script makes a branch that git takes', () => {
    for (const title of [
      '---',
      'Zürich: äöü',
      '修复解析器',
      'a'.repeat(200),
      '../../etc',
      'x.lock',
    ])
      git(repo, 'check-ref-format', '--branch', branchOf(9, title))
  })
})

describe('nothing is removed that would be lost', () => {
  test('a clean one without commits of its own goes, with its branch', async () => {
    const one = await made()
    expect(await workspaces.remove(one)).toEqual([])
    expect(existsSync(one.path)).toBe(false)
    expect(git(repo, 'branch', '--list', 'midwatch/*')).toBe('')
    expect(await workspaces.find(7)).toBeNull()
  })

  test('changed and new files keep it', async () => {
    const one = await made()
    writeFileSync(join(one.cwd, 'a.txt'), 'changed\n')
    writeFileSync(join(one.cwd, 'new.txt'), 'new\n')
    expect((await held(one)).uncommitted).toBe(2)
    expect(await workspaces.remove(one)).toEqual(['2 files not committed'])
    expect(readFileSync(join(one.cwd, 'new.txt'), 'utf8')).toBe('new\n')
  })

  test('a commit that no other branch has keeps it, until it is landed', async () => {
    const one = await made()
    writeFileSync(join(one.cwd, 'b.txt'), 'two\n')
    git(one.path, 'add', '.')
    git(one.path, 'commit', '-qm', 'second')
    expect(await workspaces.remove(one)).toEqual(['1 commit on no other branch'])
    expect(existsSync(join(one.cwd, 'b.txt'))).toBe(true)
    expect(await workspaces.land(one, { into: null, message: 'land' })).toMatchObject({
      landed: true,
    })
    expect(await workspaces.remove(one)).toEqual([])
  })

  test('a process that stands in it, an unfinished merge and a lock keep it', async () => {
    const one = await made()
    const child = spawn('sleep', ['60'], { cwd: one.cwd })
    await until(async () => (await held(one)).pids.length > 0)
    expect(await workspaces.remove(one)).toEqual([`process ${child.pid} works in it`])
    child.kill('SIGKILL')
    await until(async () => (await held(one)).pids.length === 0)
    git(one.path, 'worktree', 'lock', one.path)
    expect(await workspaces.remove(one)).toEqual(['it is locked (git worktree lock)'])
    git(one.path, 'worktree', 'unlock', one.path)
    writeFileSync(
      join(git(one.path, 'rev-parse', '--absolute-git-dir'), 'MERGE_HEAD'),
      `${one.base}\n`,
    )
    expect(await workspaces.remove(one)).toEqual(['an unfinished merge'])
    expect(existsSync(one.path)).toBe(true)
  })
})

describe('what it changed', () => {
  test('is shown committed or not, and the session’s own index stays as it is', async () => {
    const one = await made()
    writeFileSync(join(one.cwd, 'b.txt'), 'two\n')
    git(one.path, 'add', '.')
    git(one.path, 'commit', '-qm', 'second')
    writeFileSync(join(one.cwd, 'a.txt'), 'changed\n')
    writeFileSync(join(one.cwd, 'c.txt'), 'three\n')
    const before = git(one.path, 'status', '--porcelain')
    const patch = await workspaces.diff(one, false)
    expect(patch).toContain('+two')
    expect(patch).toContain('-one\n+changed')
    expect(patch).toContain('+three')
    expect(await workspaces.diff(one, true)).toContain('3 files changed')
    expect(git(one.path, 'status', '--porcelain')).toBe(before)
  })

  test('lands where its target is checked out, once', async () => {
    const one = await made()
    writeFileSync(join(one.cwd, 'b.txt'), 'two\n')
    expect(await workspaces.land(one, { into: null, message: 'land 7' })).toMatchObject({
      landed: false,
      code: 'workspace.uncommitted',
    })
    git(one.path, 'add', '.')
    git(one.path, 'commit', '-qm', 'second')
    expect(await workspaces.land(one, { into: null, message: 'land 7' })).toMatchObject({
      landed: true,
      into: 'main',
      already: false,
    })
    expect(readFileSync(join(repo, 'packages/api/b.txt'), 'utf8')).toBe('two\n')
    expect(await workspaces.land(one, { into: null, message: 'land 7' })).toMatchObject({
      landed: true,
      already: true,
    })
    expect(git(repo, 'log', '--oneline', '--merges').split('\n')).toHaveLength(1)
  })

  test('lands on a branch that is checked out nowhere, without any folder', async () => {
    git(repo, 'branch', 'release')
    const one = await made()
    writeFileSync(join(one.cwd, 'b.txt'), 'two\n')
    git(one.path, 'add', '.')
    git(one.path, 'commit', '-qm', 'second')
    expect(await workspaces.land(one, { into: 'release', message: 'land 7' })).toMatchObject({
      landed: true,
      into: 'release',
    })
    expect(git(repo, 'show', 'release:packages/api/b.txt')).toBe('two')
    expect(existsSync(join(repo, 'packages/api/b.txt'))).toBe(false)
  })

  test.each(['main', 'release'])(
    'a conflict with %s is told with its files and leaves nothing behind',
    async (into) => {
      git(repo, 'branch', 'release')
      const one = await made()
      writeFileSync(join(one.cwd, 'a.txt'), 'mine\n')
      git(one.path, 'commit', '-qam', 'mine')
      git(repo, 'checkout', '-q', into)
      writeFileSync(join(repo, 'packages/api/a.txt'), 'theirs\n')
      git(repo, 'commit', '-qam', 'theirs')
      if (into === 'release') git(repo, 'checkout', '-q', 'main')
      const tip = git(repo, 'rev-parse', into)
      expect(await workspaces.land(one, { into, message: 'land' })).toMatchObject({
        landed: false,
        code: 'workspace.conflict',
        why: expect.stringContaining('packages/api/a.txt'),
      })
      expect(git(repo, 'rev-parse', into)).toBe(tip)
      expect(git(repo, 'status', '--porcelain')).toBe('')
    },
  )

  test('does not land over changes that the target’s folder has uncommitted', async () => {
    const one = await made()
    writeFileSync(join(one.cwd, 'b.txt'), 'two\n')
    git(one.path, 'add', '.')
    git(one.path, 'commit', '-qm', 'second')
    writeFileSync(join(repo, 'packages/api/a.txt'), 'in the middle of it\n')
    expect(await workspaces.land(one, { into: null, message: 'land' })).toMatchObject({
      landed: false,
      code: 'workspace.target_dirty',
    })
    expect(readFileSync(join(repo, 'packages/api/a.txt'), 'utf8')).toBe('in the middle of it\n')
  })
})
