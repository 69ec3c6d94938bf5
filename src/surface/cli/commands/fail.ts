// `midwatch fail`: by a session for its own task, by a person for any; with a reason.

import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { sayWord } from '../word.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[words...]', 'the task’s number (a session may leave it out) and the reason')
    .usage('[options] [task] <reason...>')
    .option('--reason <text>', 'the same text as an option')
    .action(act((call) => sayWord(call, 'fail')))
}
