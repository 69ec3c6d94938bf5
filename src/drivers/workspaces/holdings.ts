// What a worktree holds, asked of git and of the process table. Nothing is guessed: what cannot be asked counts as held.

import { existsSync } from 'node:fs'
import { readdir, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import type { WorktreeHoldings } from '../../model/workspace.ts'
import type { Worktree } from './contract.ts'
import type { Git } from './git.ts'

/** What would be lost with the worktree. */
export async function holdingsOf(git: Git, worktree: Worktree): Promise<WorktreeHoldings> {
  const { path, branch } = worktree
  const pids = await standingIn(path) // before git stands in it for us
  const [status, unlanded, dir] = await Promise.all([
    git(path, ['status', '--porcelain=v1', '-z', '--untracked-files=all']),
    git(path, [
      'rev-list',
      '--count',
      'HEAD',
      `refs/heads/${branch}`,
      '--not',
      `--exclude=${branch}`, // before --branches: without refs/heads/
      '--branches',
      '--remotes',
      '--tags',
    ]),
    git(path, ['rev-parse', '--absolute-git-dir']),
  ])
  const gitDir = dir.out.trim()
  return {
    uncommitted: status.code === 0 ? entries(status.out) : 1,
    unlanded: unlanded.code === 0 ? Number(unlanded.out.trim()) : 1,
    unfinished: dir.code === 0 ? unfinishedIn(gitDir) : 'repository that git cannot read',
    pids,
    locked: dir.code === 0 && existsSync(join(gitDir, 'locked')),
  }
}

const entries = (text: string): number => text.split('\0').filter((one) => one !== '').length

const unfinishedMarks: readonly (readonly [string, string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
]

const unfinishedIn = (gitDir: string): string | null =>
  unfinishedMarks.find(([file]) => existsSync(join(gitDir, file)))?.[1] ?? null

/** Processes whose working directory is the folder or lies in it. */
async function standingIn(path: string): Promise<number[]> {
  const real = await realpath(path)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '') // gone, or not ours to see
      return cwd === real || cwd.startsWith(`${real}/`)
    }),
  )
  return pids.filter((_, i) => found[i] === true)
}
