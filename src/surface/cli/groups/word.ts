// The word of a session about its task, or of a person about any.

import { at, type CommandGroup, entry } from '../command-entry.ts'
import * as doneCommand from '../commands/done.ts'

export const wordCommands: CommandGroup = {
  title: 'The word of a session about its task, or of a person about any:',
  commands: [
    entry('done', '[task] [reason]', 'it is done', 'session', at(doneCommand)),
    entry('fail', '[task] <reason>', 'it failed', 'session', () => import('../commands/fail.ts')),
    entry(
      'progress',
      '<text>',
      'how far it is',
      'session',
      () => import('../commands/progress.ts'),
    ),
    entry(
      'ask',
      '<question>',
      'ask a person; ends the session, and the next one is told the answer',
      'session',
      () => import('../commands/ask.ts'),
    ),
  ],
}
