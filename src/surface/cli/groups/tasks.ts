// Commands for tasks.

import { at, type CommandGroup, entry } from '../command-entry.ts'
import * as addCommand from '../commands/add.ts'
import * as listCommand from '../commands/list.ts'
import * as showCommand from '../commands/show.ts'
import * as whyCommand from '../commands/why.ts'

export const taskCommands: CommandGroup = {
  title: 'Tasks:',
  commands: [
    entry('add', '<title>', 'want something done', 'session', at(addCommand)),
    entry(
      'import',
      '[file]',
      'take in the tasks of a foreign board, and tell what was odd',
      'person',
      () => import('../commands/import.ts'),
    ),
    entry('list', '', 'list tasks, newest first', 'session', at(listCommand)),
    entry('show', '<task>', 'everything about a task', 'session', at(showCommand)),
    entry(
      'why',
      '<task>',
      'why a task does not run, and what will release it',
      'session',
      at(whyCommand),
    ),
    entry(
      'logs',
      '<task>',
      'what its session printed; --follow keeps up',
      'session',
      () => import('../commands/logs.ts'),
    ),
    entry(
      'facts',
      '[task]',
      'what happened, in order',
      'session',
      () => import('../commands/facts.ts'),
    ),
    entry(
      'edit',
      '<task>',
      'change a task that nobody has taken',
      'person',
      () => import('../commands/edit.ts'),
    ),
    entry(
      'hold',
      '[task]',
      'let a task wait: for a time, a task, a check, a person, a lock; a session its own',
      'session',
      () => import('../commands/hold.ts'),
    ),
    entry(
      'release',
      '<task|hold>',
      'release the holds of a task, or one hold',
      'person',
      () => import('../commands/release.ts'),
    ),
    entry(
      'inbox',
      '',
      'what waits for a person, with the command that settles it',
      'person',
      () => import('../commands/inbox.ts'),
    ),
    entry(
      'answer',
      '<task|hold> <text>',
      'answer a question; its task goes on and is told',
      'person',
      () => import('../commands/answer.ts'),
    ),
    entry(
      'cancel',
      '<task...>',
      'settle tasks as cancelled; a running session is stopped',
      'person',
      () => import('../commands/cancel.ts'),
    ),
    entry(
      'again',
      '<task>',
      'want a settled task once more, as a new task',
      'person',
      () => import('../commands/again.ts'),
    ),
  ],
}
