// The table of commands, by group. The few that people and scripts call all the time are loaded with the table; of the
// others only the one that was called.

import type { CommandEntry, CommandGroup } from './command-entry.ts'
import { effectCommands } from './groups/effects.ts'
import { fleetCommands } from './groups/fleet.ts'
import { resultCommands } from './groups/results.ts'
import { taskCommands } from './groups/tasks.ts'
import { troubleCommands } from './groups/trouble.ts'
import { wordCommands } from './groups/word.ts'

export const commandGroups: readonly CommandGroup[] = [
  fleetCommands,
  taskCommands,
  resultCommands,
  wordCommands,
  effectCommands,
  troubleCommands,
]

export const allCommands: readonly CommandEntry[] = commandGroups.flatMap((group) => group.commands)
