// Commands for what tasks leave behind.

import { type CommandGroup, entry } from '../command-entry.ts'

export const resultCommands: CommandGroup = {
  title: 'What a task leaves behind:',
  commands: [
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
