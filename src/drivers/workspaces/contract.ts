// Folders of a task's own. What is made here is kept until it is proven that nothing would be lost with it: the work of
// a session is worth more than the disk it lies on (AO#1926 removed a worktree with uncommitted work).

import type { WorkspaceKind, WorktreeHoldings } from '../../model/workspace.ts'

/** A git worktree of one task on this host. */
export interface Worktree {
  readonly taskId: number
  /** The folder of the repository it belongs to. */
  readonly repo: string
  /** Absolute folder of the worktree. */
  readonly path: string
  /** The task's own branch. */
  readonly branch: string
  /** The commit it began at, and the branch that was checked out there; null for a detached head. */
  readonly base: string
  readonly baseBranch: string | null
  /** The task's folder within the repository; empty for its top. */
  readonly subdir: string
}

/** Where one attempt is to work. */
export interface Workplace {
  readonly kind: WorkspaceKind
  readonly taskId: number
  readonly attemptId: number
  readonly title: string
  /** The task's own folder. */
  readonly cwd: string
}

export type Prepared =
  /** `made`: a worktree that was not there before; else null. */
  | { readonly ready: true; readonly cwd: string; readonly made: Worktree | null }
  | { readonly ready: false; readonly why: string; readonly blame: 'task' | 'host' }

export interface LandInput {
  /** The branch it goes into; null for the one it came from. */
  readonly into: string | null
  readonly message: string
}

export type Landed =
  | {
      readonly landed: true
      readonly into: string
      readonly commit: string
      readonly already: boolean
    }
  | { readonly landed: false; readonly code: string; readonly why: string; readonly remedy: string }

export interface Workspaces {
  /**
   * Makes the folder in which the attempt works, or finds it; the same one when asked again. A worktree that is there
   * is never reset or cleaned.
   */
  prepare(place: Workplace): Promise<Prepared>
  /** That folder, without making it. */
  cwdOf(place: Workplace): Promise<string>
  /** The worktrees of this host, by task. */
  list(): Promise<readonly Worktree[]>
  find(taskId: number): Promise<Worktree | null>
  /** What it holds; null when its folder is gone. */
  look(worktree: Worktree): Promise<WorktreeHoldings | null>
  /** Everything that changed since it left its base, committed or not, as a patch (or its statistics). */
  diff(worktree: Worktree, stat: boolean): Promise<string>
  /** Merges its branch. Undoes a merge that meets conflicts. */
  land(worktree: Worktree, input: LandInput): Promise<Landed>
  /** Pushes its branch and asks for a pull request through `gh`; answers its address. Throws OperatingError. */
  propose(
    worktree: Worktree,
    input: LandInput & { readonly body: string },
  ): Promise<{ readonly url: string }>
  /** Removes it with its branch, after one more look. Answers why it was kept, or nothing. */
  remove(worktree: Worktree): Promise<readonly string[]>
}
