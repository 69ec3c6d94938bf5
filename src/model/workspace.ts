// Where a session works. `dir` is the task's own folder as it stands; `worktree` is a git worktree with a branch of the
// task's own, kept from attempt to attempt; `none` is an empty folder of the attempt alone.

export const workspaceKinds = ['none', 'dir', 'worktree'] as const
export type WorkspaceKind = (typeof workspaceKinds)[number]

/** What a worktree still holds that would be gone with it. Nothing of it, and nobody in it, makes it safe to remove. */
export interface WorktreeHoldings {
  /** Changed or new files that no commit has. */
  readonly uncommitted: number
  /** Commits that no other branch, remote branch or tag has. */
  readonly unlanded: number
  /** A merge, rebase or the like that was begun and not ended; null for none. */
  readonly unfinished: string | null
  /** Processes that stand in it. */
  readonly pids: readonly number[]
  /** Somebody locked it (`git worktree lock`). */
  readonly locked: boolean
}

/** Why a worktree is kept, one phrase each; empty when it may go. */
export function whyKept(held: WorktreeHoldings): string[] {
  const kept: string[] = []
  if (held.uncommitted > 0) kept.push(`${counted(held.uncommitted, 'file')} not committed`)
  if (held.unlanded > 0) kept.push(`${counted(held.unlanded, 'commit')} on no other branch`)
  if (held.unfinished !== null) kept.push(`an unfinished ${held.unfinished}`)
  if (held.pids.length > 0) kept.push(`process ${held.pids.slice(0, 3).join(', ')} works in it`)
  if (held.locked) kept.push('it is locked (git worktree lock)')
  return kept
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** The branch of a task: its number, and enough of its title to be known by. */
export function branchOf(taskId: number, title: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return `midwatch/${taskId}${slug === '' ? '' : `-${slug}`}`
}

/** The task whose branch this is, by its name; null for any other branch. */
export function taskOfBranch(branch: string): number | null {
  const [, id] = /^midwatch\/([1-9]\d{0,14})(-|$)/.exec(branch) ?? []
  return id === undefined ? null : Number(id)
}
