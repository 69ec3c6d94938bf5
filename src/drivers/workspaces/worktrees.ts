// The workspaces of this host: git worktrees below the fleet's state folder, each with a page beside it that says what
// it is. The page is written before the worktree is made, so that a crash leaves nothing that nobody knows.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { branchOf, whyKept } from '../../model/workspace.ts'
import type { Prepared, Workplace, Workspaces, Worktree } from './contract.ts'
import { type Git, gitOver, whyOf } from './git.ts'
import { holdingsOf } from './holdings.ts'
import { landBranch, proposeBranch } from './landing.ts'

export interface WorktreeOptions {
  /** Absolute folder in which worktrees lie. */
  readonly root: string
  readonly attemptDir: (attemptId: number) => string
  readonly baseEnv: Readonly<Record<string, string>>
}

/** The workspaces below `root`. Nothing is made before it is asked for. */
export function createWorktrees({ root, attemptDir, baseEnv }: WorktreeOptions): Workspaces {
  const git = gitOver(baseEnv)
  const oneByOne = queue()
  const find = (taskId: number) => readPage(root, taskId)
  return {
    find,
    prepare: async (place) => {
      if (place.kind === 'dir') return { ready: true, cwd: place.cwd, made: null }
      if (place.kind === 'worktree') return await oneByOne(() => prepare(git, root, place))
      const cwd = scratchOf(attemptDir(place.attemptId))
      await mkdir(cwd, { recursive: true })
      return { ready: true, cwd, made: null }
    },
    cwdOf: async (place) => {
      if (place.kind === 'none') return scratchOf(attemptDir(place.attemptId))
      const worktree = place.kind === 'dir' ? null : await find(place.taskId)
      return worktree === null ? place.cwd : cwdIn(worktree)
    },
    list: async () => {
      const names = await readdir(root).catch(() => [])
      const ids = names
        .map((name) => /^task-(\d+)\.json$/.exec(name)?.[1])
        .filter((id) => id !== undefined)
      const found = await Promise.all(ids.map((id) => find(Number(id))))
      return found.filter((one) => one !== null).sort((a, b) => a.taskId - b.taskId)
    },
    look: async (worktree) => (existsSync(worktree.path) ? await holdingsOf(git, worktree) : null),
    diff: (worktree, stat) => diffOf(git, worktree, stat),
    land: async (worktree, input) => {
      const { uncommitted } = await holdingsOf(git, worktree)
      if (uncommitted === 0) return await landBranch(git, worktree, input)
      return {
        landed: false,
        code: 'workspace.uncommitted',
        why: `${uncommitted} of its files are not committed`,
        remedy: `commit them in ${worktree.path}, then land again`,
      }
    },
    propose: (worktree, input) => proposeBranch(git, ghOver(baseEnv), worktree, input),
    remove: (worktree) => oneByOne(() => remove(git, root, worktree)),
  }
}

/** Two worktrees made at once in one repository would stand in each other's locks. */
function queue(): <T>(step: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (step) => {
    const next = last.then(step, step)
    last = next.catch(() => {})
    return next
  }
}

const scratchOf = (attemptDir: string): string => join(attemptDir, 'scratch')
const cwdIn = ({ path, subdir }: Worktree): string => join(path, subdir)

async function prepare(git: Git, root: string, place: Workplace): Promise<Prepared> {
  const { taskId } = place
  const known = await readPage(root, taskId)
  if (known !== null && (await isWhole(git, known)))
    return { ready: true, cwd: cwdIn(known), made: null }
  if (known !== null && existsSync(known.path))
    return notReady(`${known.path} is no worktree of ${known.repo} any more`, 'host')
  const planned = known ?? (await plan(git, root, place))
  if ('ready' in planned) return planned
  await writePage(root, planned)
  await git(planned.repo, ['worktree', 'prune'])
  const { path, branch, base, repo } = planned
  const there = await git(repo, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`])
  const begin = there.code === 0 ? [path, branch] : ['-b', branch, path, base]
  const added = await git(repo, ['worktree', 'add', ...begin])
  if (added.code !== 0) {
    if (!existsSync(path)) await rm(pageOf(root, taskId), { force: true })
    return notReady(`no worktree could be made: ${whyOf(added)}`, 'host')
  }
  return { ready: true, cwd: cwdIn(planned), made: planned }
}

async function plan(
  git: Git,
  root: string,
  { taskId, title, cwd }: Workplace,
): Promise<Worktree | Prepared> {
  const asked = await git(cwd, ['rev-parse', '--show-toplevel', '--show-prefix'])
  if (asked.code === 127) return notReady(whyOf(asked), 'host')
  if (asked.code !== 0) return notReady(`${cwd} is not inside a git repository`, 'task')
  const [top = '', prefix = ''] = asked.out.split('\n')
  const head = await git(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (head.code !== 0) return notReady(`the repository ${top} has no commit yet`, 'task')
  const branch = await git(cwd, ['symbolic-ref', '--short', '--quiet', 'HEAD'])
  return {
    taskId,
    repo: top,
    path: join(root, `task-${taskId}`),
    branch: branchOf(taskId, title),
    base: head.out.trim(),
    baseBranch: branch.code === 0 ? branch.out.trim() : null,
    subdir: prefix.replace(/\/$/, ''),
  }
}

/** Whether the folder is still a worktree of its repository, whatever is checked out there by now. */
async function isWhole(git: Git, { path }: Worktree): Promise<boolean> {
  if (!existsSync(path)) return false
  const top = await git(path, ['rev-parse', '--show-toplevel'])
  return top.code === 0 && top.out.trim() === (await realpath(path))
}

const notReady = (why: string, blame: 'task' | 'host'): Prepared => ({ ready: false, why, blame })

/** Staged in an index of our own, so that nothing changes for the session that may work there. */
async function diffOf(git: Git, worktree: Worktree, stat: boolean): Promise<string> {
  const { path, base, baseBranch, taskId } = worktree
  const env = { GIT_INDEX_FILE: join(dirname(path), `task-${taskId}.index`) }
  const fork = baseBranch === null ? null : await git(path, ['merge-base', 'HEAD', baseBranch])
  const since = fork?.code === 0 ? fork.out.trim() : base
  await git(path, ['read-tree', 'HEAD'], { env })
  await git(path, ['add', '--all'], { env })
  const shape = stat ? ['--stat=78'] : []
  const diff = await git(path, ['diff', '--cached', '--no-color', ...shape, since], { env })
  await rm(env.GIT_INDEX_FILE, { force: true })
  return diff.out
}

async function remove(git: Git, root: string, worktree: Worktree): Promise<readonly string[]> {
  const { path, repo, branch, taskId } = worktree
  if (existsSync(path)) {
    const kept = whyKept(await holdingsOf(git, worktree))
    if (kept.length > 0) return kept
    const tip = await git(path, ['rev-parse', 'HEAD'])
    const removed = await git(repo, ['worktree', 'remove', path]) // without force: git looks once more
    if (removed.code !== 0) return [whyOf(removed)]
    await git(repo, ['update-ref', '-d', `refs/heads/${branch}`, tip.out.trim()])
  }
  await rm(pageOf(root, taskId), { force: true })
  return []
}

const pageOf = (root: string, taskId: number): string => join(root, `task-${taskId}.json`)

async function readPage(root: string, taskId: number): Promise<Worktree | null> {
  try {
    return JSON.parse(await readFile(pageOf(root, taskId), 'utf8')) as Worktree
  } catch {
    return null // none was made, or its page was never finished
  }
}

async function writePage(root: string, worktree: Worktree): Promise<void> {
  await mkdir(root, { recursive: true })
  const page = pageOf(root, worktree.taskId)
  await writeFile(`${page}.new`, `${JSON.stringify(worktree, null, 2)}\n`)
  await rename(`${page}.new`, page)
}

const ghOver =
  (env: Readonly<Record<string, string>>) =>
  (cwd: string, args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      execFile('gh', args, { cwd, env, timeout: 120_000 }, (error, out, err) => {
        const code = error === null ? 0 : error.code === 'ENOENT' ? 127 : 1
        resolve({ code, out, err: err || (error?.message ?? '') })
      })
    })
