// Merging a task's branch. Where the target is checked out, the merge happens there, in a clean folder only; else
// it is made without any folder. A merge that meets conflicts leaves nothing behind.

import { failed, refused } from '../../base/errors.ts'
import type { Landed, LandInput, Worktree } from './contract.ts'
import { type Git, whyOf } from './git.ts'

const no = (code: string, why: string, remedy: string): Landed => ({
  landed: false,
  code: `workspace.${code}`,
  why,
  remedy,
})

/** See Workspaces.land; the caller has seen that nothing is uncommitted. */
export async function landBranch(git: Git, from: Worktree, input: LandInput): Promise<Landed> {
  const into = input.into ?? from.baseBranch
  if (into === null)
    return no('no_target', 'its worktree came from no branch', 'name one with --into BRANCH')
  const { repo, branch } = from
  const target = await git(repo, ['rev-parse', '--verify', '--quiet', `refs/heads/${into}`])
  if (target.code !== 0)
    return no('no_target', `there is no branch ${into} in ${repo}`, 'name one with --into BRANCH')
  const old = target.out.trim()
  const tip = await git(repo, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`])
  if (tip.code !== 0)
    return no('no_branch', `its branch ${branch} is gone`, 'look at its worktree yourself')
  if (tip.out.trim() === from.base)
    return no('nothing', 'it has no commit of its own', '`midwatch diff` shows what it changed')
  const within = await git(repo, ['merge-base', '--is-ancestor', branch, into])
  if (within.code === 0) return { landed: true, into, commit: old, already: true }
  const place = await checkedOutAt(git, repo, into)
  return place === null
    ? await mergeBare(git, from, into, old, input.message)
    : await mergeAt(git, place, from, into, input.message)
}

/** The folder in which a branch is checked out; null for none. */
async function checkedOutAt(git: Git, repo: string, branch: string): Promise<string | null> {
  const listed = await git(repo, ['worktree', 'list', '--porcelain', '-z'])
  let path: string | null = null
  for (const line of listed.out.split('\0')) {
    if (line.startsWith('worktree ')) path = line.slice('worktree '.length)
    if (line === `branch refs/heads/${branch}`) return path
  }
  return null
}

async function mergeAt(
  git: Git,
  place: string,
  { branch }: Worktree,
  into: string,
  message: string,
): Promise<Landed> {
  const dirty = await git(place, ['status', '--porcelain', '--untracked-files=no'])
  if (dirty.code !== 0 || dirty.out !== '')
    return no(
      'target_dirty',
      `${place}, where ${into} is checked out, has changes that no commit has`,
      'commit or stash them, then land again',
    )
  const merged = await git(place, ['merge', '--no-ff', '--no-edit', '-m', message, branch])
  if (merged.code !== 0) {
    const files = await git(place, ['diff', '--name-only', '--diff-filter=U'])
    await git(place, ['merge', '--abort'])
    return conflict(files.out.split('\n'), into, whyOf(merged))
  }
  const head = await git(place, ['rev-parse', 'HEAD'])
  return { landed: true, into, commit: head.out.trim(), already: false }
}

async function mergeBare(
  git: Git,
  { repo, branch }: Worktree,
  into: string,
  old: string,
  message: string,
): Promise<Landed> {
  const merged = await git(repo, ['merge-tree', '--write-tree', '--name-only', into, branch])
  const [tree = '', ...files] = merged.out.split('\n')
  if (merged.code !== 0) return conflict(files.slice(0, files.indexOf('')), into, whyOf(merged))
  const commit = await git(
    repo,
    ['commit-tree', tree, '-p', old, '-p', `refs/heads/${branch}`, '-F', '-'],
    { input: message },
  )
  if (commit.code !== 0) return no('failed', whyOf(commit), 'mend it in the repository')
  const id = commit.out.trim()
  const moved = await git(repo, [
    'update-ref',
    '-m',
    'midwatch land',
    `refs/heads/${into}`,
    id,
    old,
  ])
  if (moved.code !== 0) return no('moved', `${into} moved meanwhile: ${whyOf(moved)}`, 'land again')
  return { landed: true, into, commit: id, already: false }
}

function conflict(files: readonly string[], into: string, why: string): Landed {
  const named = files.filter((file) => file !== '').slice(0, 5)
  const where = named.length === 0 ? why : `in ${named.join(', ')}`
  return no(
    'conflict',
    `it conflicts with ${into}: ${where}`,
    `merge ${into} into its branch (in its worktree, or by a further task), then land again`,
  )
}

/** See Workspaces.propose. Throws `workspace.push` and `workspace.gh`. */
export async function proposeBranch(
  git: Git,
  run: (
    cwd: string,
    args: readonly string[],
  ) => Promise<{ code: number; out: string; err: string }>,
  from: Worktree,
  input: LandInput & { readonly body: string },
): Promise<{ url: string }> {
  const { path, branch } = from
  const pushed = await git(path, ['push', '--set-upstream', 'origin', branch])
  if (pushed.code !== 0)
    throw failed(
      'workspace.push',
      `${branch} could not be pushed: ${whyOf(pushed)}`,
      'see that `origin` is there and may be written',
    )
  const into = input.into ?? from.baseBranch
  const base = into === null ? [] : ['--base', into]
  const asked = await run(path, [
    'pr',
    'create',
    '--head',
    branch,
    ...base,
    '--title',
    input.message,
    '--body',
    input.body,
  ])
  if (asked.code === 127)
    throw refused(
      'workspace.gh',
      'gh is not installed',
      'install the GitHub CLI, or land without --pr',
    )
  if (asked.code !== 0)
    throw failed('workspace.gh', `gh: ${whyOf(asked)}`, 'mend it, then `midwatch land --pr` again')
  return { url: asked.out.trim().split('\n').at(-1) ?? '' }
}
