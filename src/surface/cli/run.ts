// The command line as a whole: finds the command, loads its module alone, reads what was typed, and turns the ending
// into an exit code. Exit codes stand in base/errors.ts; 70 is a fault of our own.

import { Command, CommanderError } from 'commander'

import { exitCodes, type ExitKind, usage } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { version } from '../../base/version.ts'
import { runCall } from './call.ts'
import type { Act } from './command-module.ts'
import { allCommands, type CommandEntry, commandGroups } from './commands.ts'
import { tellTrouble } from './trouble.ts'
import type { World } from './world.ts'

/** Runs one command line and returns the exit code. `typed` is what stands after the program's name. */
export async function runCli(typed: readonly string[], world: World): Promise<number> {
  let ended: ExitKind = 'done'
  try {
    const entry = entryFor(typed)
    const program = newProgram()
    if (entry === null) for (const one of allCommands) program.addCommand(stub(one))
    if (entry !== null) program.addCommand(await filled(entry, world, (how) => (ended = how)))
    dress(program, world)
    if (typed.length === 0) program.outputHelp()
    else await program.parseAsync([...typed], { from: 'user' })
    return exitCodes[ended]
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return tellTrouble(asUsage(error, typed), world, typed.includes('--json'))
  }
}

/** The command that was called, or asked about with `help`; null for none or an unknown one. */
function entryFor(typed: readonly string[]): CommandEntry | null {
  const words = wordsBefore(typed)
  const name = words[0] === 'help' ? words[1] : words[0]
  return allCommands.find((entry) => entry.name === name) ?? null
}

/** What is typed without options of the program itself, of which one takes a value. */
function wordsBefore(typed: readonly string[]): string[] {
  const words: string[] = []
  for (let at = 0; at < typed.length && words.length < 2; at++) {
    const word = typed[at] ?? ''
    if (word === '--fleet') at++
    else if (!word.startsWith('-')) words.push(word)
  }
  return words
}

function newProgram(): Command {
  return new Command('midwatch')
    .description(
      'A dispatcher for fleets of command-line coding agents in which nothing stops without a way back.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .summary('print help for a command')
        .helpGroup('Help:'),
    )
    .enablePositionalOptions()
    .addHelpText('after', () => `\n${footer}`)
}

const footer = `Begin with \`midwatch init\`, then \`midwatch add 'TITLE' --run CMD\` and \`midwatch up\`.
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 75 try again.`

/** A command as the list of commands shows it. */
function stub(entry: CommandEntry): Command {
  const group = commandGroups.find((one) => one.commands.includes(entry))
  return new Command(entry.name).summary(entry.summary).helpGroup(group?.title ?? '')
}

/** The command that was called, with its arguments, options and action. */
async function filled(
  entry: CommandEntry,
  world: World,
  end: (how: ExitKind) => void,
): Promise<Command> {
  const module = await entry.load()
  const { name, rights, summary } = entry
  const command = stub(entry).description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
  const act: Act =
    (handler) =>
    async (...given) => {
      const called = given.at(-1) as Command
      const typed = {
        command: name,
        rights,
        args: called.processedArgs,
        options: called.optsWithGlobals() as never,
      }
      end(await runCall(world, typed, handler))
    }
  module.define(command, act)
  return command
}

/** What all commands share: the common options, and output that goes where the world says. */
function dress(command: Command, world: World): void {
  const columns = world.out.columns
  command
    .option(
      '--fleet <dir>',
      'the fleet’s folder (default: found upward from here; or MIDWATCH_FLEET)',
    )
    .option('--json', 'answer as JSON')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.out.write(text),
      writeErr: () => {}, // told by tellTrouble
      getOutHelpWidth: () => columns,
      getOutHasColors: () => world.out.colour,
    })
    .configureHelp({ subcommandTerm: (one) => term(one) })
  for (const inner of command.commands) dress(inner, world)
}

function term(command: Command): string {
  const takes = allCommands.find((entry) => entry.name === command.name())?.takes
  const shown =
    takes ??
    command.registeredArguments
      .map((a) => (a.required ? `<${a.name()}>` : `[${a.name()}]`))
      .join(' ')
  return `${command.name()} ${shown}`.trim()
}

/** Commander's complaints in our own form; anything else as it is. */
function asUsage(error: unknown, typed: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error
  const entry = entryFor(typed)
  const help =
    entry === null
      ? '`midwatch --help` lists the commands'
      : `\`midwatch ${entry.name} --help\` shows its use`
  const word = wordsBefore(typed)[0]
  if (error.code === 'commander.unknownCommand' && entry === null && word !== undefined) {
    const near = didYouMean(
      word,
      allCommands.map((one) => one.name),
    )
    return usage('usage.unknownCommand', `there is no command \`${word}\`${near}`, help)
  }
  if (error.code === 'commander.help') return usage('usage.command', 'say what is to be done', help)
  const sentence = error.message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (.+)\?\)\s*$/s, '; did you mean `$1`?')
  return usage(error.code.replace('commander.', 'usage.'), sentence, help)
}
