// Commands for what tasks leave behind.

import { type CommandGroup, entry } from '../command-entry.ts'

export const resultCommands: CommandGroup = {
  title: 'What a task leaves behind:',
  commands: [
    entry(
      'review',
      '[task]',
      'judge the work of a task: approve, ask for changes, reject',
      'session',
      () => import('../commands/review.ts'),
    ),
    entry(
      'convoy',
      '<create|add|remove|show|list>',
      'tasks that land together',
      'person',
      () => import('../commands/convoy.ts'),
    ),
    entry(
      'diff',
      '<task>',
      'what changed in its worktree, committed or not',
      'session',
      () => import('../commands/diff.ts'),
    ),
    entry(
      'land',
      '<task>',
      'merge its branch, or ask for a pull request',
      'person',
      () => import('../commands/land.ts'),
    ),
    entry(
      'worktree',
      '<list|gc>',
      'the worktrees of this host, and which of them may go',
      'person',
      () => import('../commands/worktree.ts'),
    ),
  ],
}
