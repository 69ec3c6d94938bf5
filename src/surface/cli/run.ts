// The command line as a whole: finds the command, loads its module alone, reads what was typed, and turns the ending
// into an exit code. Exit codes stand in base/errors.ts; 70 is a fault of our own.

import { exitCodes, type ExitKind, usage } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { version } from '../../base/version.ts'
import { runCall } from './call.ts'
import type { Act } from './command-module.ts'
import type { CommandEntry } from './command-entry.ts'
import { allCommands, commandGroups } from './commands.ts'
import { Command } from './grammar.ts'
import { commandHelp, page } from './help.ts'
import { parse, parseFront } from './parse.ts'
import { tellTrouble } from './trouble.ts'
import type { World } from './world.ts'

/** Runs one command line and returns the exit code. `typed` is what stands after the program's name. */
export async function runCli(typed: readonly string[], world: World): Promise<number> {
  try {
    return exitCodes[await runTyped(typed, world)]
  } catch (error) {
    return tellTrouble(error, world, ownWords(typed).includes('--json'))
  }
}

const programHelp = '`midwatch --help` lists the commands'

async function runTyped(typed: readonly string[], world: World): Promise<ExitKind> {
  const { options, words } = parseFront(program, typed, programHelp)
  const [name, ...rest] = words
  if (options['version'] === true) return tell(world, `${version}\n`)
  if (name === undefined || options['help'] === true) return tell(world, programPage(world))
  if (name === 'help') return await runHelp(rest, world)
  return await runCommand(entryNamed(name), rest, options, world)
}

const aboutFleet = 'the fleet’s folder (default: found upward from here; or MIDWATCH_FLEET)'

/** The options that stand before the name of a command. */
const program = common(new Command('midwatch')).option('-V, --version', 'print the version')

function common(command: Command): Command {
  const knowsFleet = command.options.some(({ long }) => long === '--fleet')
  if (!knowsFleet) command.option('--fleet <dir>', aboutFleet)
  return command.option('--json', 'answer as JSON').option('-h, --help', 'print help')
}

function entryNamed(name: string): CommandEntry {
  const entry = allCommands.find((one) => one.name === name)
  if (entry !== undefined) return entry
  const near = didYouMean(
    name,
    allCommands.map((one) => one.name),
  )
  throw usage('usage.unknownCommand', `there is no command \`${name}\`${near}`, programHelp)
}

async function runCommand(
  entry: CommandEntry,
  typed: readonly string[],
  before: object,
  world: World,
): Promise<ExitKind> {
  let ended: ExitKind = 'done'
  const { name, rights } = entry
  const act: Act = (handler) => async (args, options) => {
    const whole = { ...before, ...options } as Parameters<typeof runCall>[1]['options']
    ended = await runCall(world, { command: name, rights, args, options: whole }, handler as never)
  }
  const outer = await declared(entry, act)
  const inner = outer.commands.find((one) => one.name === typed[0])
  const [command, path, rest] =
    inner === undefined
      ? [outer, `midwatch ${name}`, typed]
      : [inner, `midwatch ${name} ${inner.name}`, typed.slice(1)]
  if (asksForHelp(rest)) return tell(world, commandHelp(command, path, world.out.columns))
  const remedy = `\`${path} --help\` shows its use`
  const { args, options } = parse(command, rest, remedy)
  if (command.run === null) throw usage('usage.command', 'say what is to be done', remedy)
  await command.run(args, options)
  return ended
}

/** A request for help counts wherever it stands, whatever else is missing; but what follows `--` is text. */
function asksForHelp(typed: readonly string[]): boolean {
  return ownWords(typed).some((word) => word === '--help' || word === '-h')
}

/** What follows `--` is somebody else's command line. */
function ownWords(typed: readonly string[]): readonly string[] {
  const end = typed.indexOf('--')
  return end < 0 ? typed : typed.slice(0, end)
}

async function declared(entry: CommandEntry, act: Act): Promise<Command> {
  const command = new Command(entry.name).summary(entry.summary)
  const module = await entry.load()
  module.define(command, act)
  for (const one of [command, ...command.commands]) if (one.run !== null) common(one)
  return command
}

async function runHelp([name, innerName]: readonly string[], world: World): Promise<ExitKind> {
  if (name === undefined) return tell(world, programPage(world))
  const command = await declared(entryNamed(name), () => async () => {})
  const inner = command.commands.find((one) => one.name === innerName)
  const path = inner === undefined ? `midwatch ${name}` : `midwatch ${name} ${inner.name}`
  return tell(world, commandHelp(inner ?? command, path, world.out.columns))
}

function programPage(world: World): string {
  const sections = [
    ...commandGroups.map(({ title, commands }) => ({
      title,
      items: commands.map((one) => [`${one.name} ${one.takes}`.trim(), one.summary] as const),
    })),
    {
      title: 'Options:',
      items: program.options.map(
        ({ short, long, value, about }) =>
          [
            `${short === null ? '' : `${short}, `}${long}${value === null ? '' : ` <${value}>`}`,
            about,
          ] as const,
      ),
    },
  ]
  return page('midwatch <command> [options]', about, sections, footer, world.out.columns)
}

const about =
  'A dispatcher for fleets of command-line coding agents in which nothing stops without a way back.'
const footer = `\`midwatch help COMMAND\` shows a command. Begin with \`midwatch init\`, then
\`midwatch add 'TITLE' --run CMD\` and \`midwatch up\`.
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 75 try again.`

function tell(world: World, text: string): ExitKind {
  world.out.write(text)
  return 'done'
}
