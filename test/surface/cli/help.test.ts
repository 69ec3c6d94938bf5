import { expect, test } from 'vitest'

import { allCommands } from '../../../src/surface/cli/commands.ts'
import { Command } from '../../../src/surface/cli/grammar.ts'
import { commandHelp } from '../../../src/surface/cli/help.ts'

test.each(allCommands.map((entry) => entry.name))(
  'the help of midwatch %s, and of what is below it, fits into eighty columns',
  async (name) => {
    const outer = new Command(name)
    const module = await allCommands.find((one) => one.name === name)?.load()
    module?.define(outer, () => async () => {})
    for (const command of [outer, ...outer.commands]) {
      const path = command === outer ? `midwatch ${name}` : `midwatch ${name} ${command.name}`
      const help = commandHelp(command, path, 80)
      expect(help).toContain(path)
      for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
  },
)
