// `midwatch init [DIR]`: a new fleet, ready for its first task.

import { resolve } from 'node:path'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[dir]', 'folder of the fleet', '.')
    .addHelpText(
      'after',
      '\nOverwrites nothing: a folder that is a fleet already is refused (exit 4).',
    )
    .action(act(init))
}

async function init({ world, args, json, print }: Call): Promise<void> {
  const made = await world.makeFleet(resolve(world.cwd, String(args[0])))
  if (json)
    return print.json({ fleet: { dir: made.dir, config: made.configPath, found: made.found } })
  const { strong } = print.paint
  print.line(`A fleet is ready in ${made.dir}`)
  for (const { adapter, path } of made.found)
    print.line(`Agent ${strong(adapter)} is configured: its client is at ${path}`)
  print.line()
  const there = made.dir === world.cwd ? [] : [`cd ${args[0]}`]
  const steps = [
    ...there,
    "midwatch add 'Say hello' --run 'echo hello'",
    'midwatch up --until-idle',
    'midwatch list',
  ]
  print.line('Next:')
  for (const step of steps) print.line(`  ${strong(step)}`)
}
