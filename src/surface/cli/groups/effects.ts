// Commands about what is done to the outside world.

import { type CommandGroup, entry } from '../command-entry.ts'

export const effectCommands: CommandGroup = {
  title: 'The outside world, each thing once:',
  commands: [
    entry(
      'effect',
      '<run|send|begin|commit|abort|show|list|resolve>',
      'do something to the world once, by key',
      'session',
      () => import('../commands/effect.ts'),
    ),
  ],
}
