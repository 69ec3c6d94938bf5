// `midwatch done`: by a session for its own task, by a person for any.

import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { sayWord } from '../word.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[words...]', 'the task’s number (a session may leave it out) and what was done')
    .usage('[options] [task] [reason...]')
    .option('--reason <text>', 'the same text as an option')
    .addHelpText(
      'after',
      '\nA task with a check is settled by its check, after the session has ended.',
    )
    .action(act((call) => sayWord(call, 'done')))
}
