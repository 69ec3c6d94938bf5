// Adapter `command`: any program. Without a template it runs a task's own shell command; with one (program and args)
// it hands a prompt to that program, as arguments, as a file or on standard input, never through a shell.
// Exit 0 is success. What the program prints is its own affair and is never read as a rate limit or the like.

import { usage } from '../../base/errors.ts'
import type { Verdict } from '../../model/failure.ts'
import type {
  AgentAdapter,
  AgentSettings,
  Ending,
  Plan,
  StreamReader,
  WorkOrder,
} from './contract.ts'
import { cards, hasTemplate } from './cards.ts'
import { lastLine, lines } from './classify/channels.ts'
import { stoppedVerdict, verdictOf } from './ending.ts'
import { crashSignals, signalOfExit } from './signals.ts'
import { plainCommand } from './plain-command.ts'
import { plainPrompt } from './work-order.ts'

/** The kernel's limit for one argument (MAX_ARG_STRLEN), its closing NUL included: spawn throws from here on. */
const argumentMaxBytes = 131_072

export const commandAdapter: AgentAdapter = {
  ...cards.command,
  asks: null, // any program: nothing is known of what it answers
  flags: () => [],
  refusedFlags: () => [],
  plan: (settings, work) =>
    hasTemplate(settings) ? planPrompt(settings, work) : planRun(settings, work),
  reader: commandReader,
  judge: judgeCommand,
}

function planRun(settings: AgentSettings, work: WorkOrder): Plan {
  const run = work.order.run
  if (run === null)
    throw usage(
      'agent.no_command',
      `Task ${work.taskId} has a prompt, but agent ${settings.name} runs shell commands.`,
      'Give the agent a program and args in midwatch.yaml, or name an agent that takes prompts.',
    )
  checkArgument(run, 'The command', 'Put it into a script file and run that.')
  const plan = { ...planned(settings), program: '/bin/sh', args: ['-c', run], stdin: '' }
  const unshelled = plainCommand(run)
  return unshelled === null ? plan : { ...plan, unshelled }
}

function planPrompt(settings: AgentSettings, work: WorkOrder): Plan {
  const { program, args } = settings
  if (program === null)
    throw usage(
      'agent.no_program',
      `Agent ${settings.name} has args but no program.`,
      'Name the program in midwatch.yaml; args are its arguments only.',
    )
  if (work.order.prompt === null)
    throw usage(
      'agent.no_prompt',
      `Task ${work.taskId} has a shell command, but agent ${settings.name} takes prompts.`,
      'Name an agent without a program, such as `shell`.',
    )
  const prompt = plainPrompt(work)
  const template = args ?? []
  const asFile = template.some((arg) => arg.includes('{prompt_file}'))
  const taken = asFile || template.some((arg) => arg.includes('{prompt}'))
  return {
    ...planned(settings),
    program,
    args: fillTemplate(template, work, prompt),
    stdin: taken ? '' : prompt,
    files: asFile ? { 'prompt.txt': prompt } : {},
  }
}

function planned(settings: AgentSettings): Pick<Plan, 'env' | 'files' | 'receipt' | 'leftOut'> {
  return { env: settings.env, files: {}, receipt: 'executed', leftOut: [] }
}

/** Fills each placeholder once, in one pass, so that a prompt which names a placeholder stays as it is. */
function fillTemplate(template: readonly string[], work: WorkOrder, prompt: string): string[] {
  const values: Readonly<Record<string, string>> = {
    prompt,
    prompt_file: `${work.attemptDir}/prompt.txt`,
    title: work.title,
    cwd: work.order.cwd,
  }
  return template.map((arg) => {
    const filled = arg.replace(
      /\{(prompt|prompt_file|title|cwd)\}/g,
      (_, name: string) => values[name] ?? '',
    )
    checkArgument(
      filled,
      'An argument',
      'Use {prompt_file} in args, or leave the prompt out so that it comes on standard input.',
    )
    return filled
  })
}

/** Refuses what no process can be given, before anything is started. */
function checkArgument(argument: string, what: string, remedy: string): void {
  const bytes = Buffer.byteLength(argument)
  if (bytes >= argumentMaxBytes)
    throw usage(
      'agent.argument_too_long',
      `${what} has ${bytes} bytes; the system takes less than ${argumentMaxBytes} in one.`,
      remedy,
    )
  if (argument.includes('\0'))
    throw usage(
      'agent.argument_nul',
      `${what} holds a NUL character, which no argument can.`,
      remedy,
    )
}

/** A plain program has no events: any output shows that it is at work. */
function commandReader(): StreamReader {
  let started = false
  return {
    feed(chunk) {
      if (started || chunk === '') return []
      started = true
      return [{ kind: 'first_event', what: 'output' }]
    },
    summary: () => ({ started, modelOutput: started, result: null, signals: [], usage: null }),
  }
}

function judgeCommand(ending: Ending): Verdict {
  const stopped = stoppedVerdict(ending)
  if (stopped !== null) return stopped
  const { exitCode, signal } = ending
  if (signal !== null) return judgeSignal(ending, signal)
  if (exitCode === null)
    return verdictOf(ending, 'unknown', 'It ended without exit code or signal.')
  if (exitCode === 0) return verdictOf(ending, 'success', 'Exit code 0.')
  const missing = exitCode === 126 || exitCode === 127 ? missingProgram(ending) : null
  return verdictOf(
    ending,
    'task_failed',
    missing ?? describeExit(exitCode, lastLine(ending.errTail, ending.outTail)),
  )
}

/** Signals that come from outside mean an interruption; those a program brings upon itself are its own failure. */
function judgeSignal(ending: Ending, signal: string): Verdict {
  if (crashSignals.has(signal)) {
    const last = lastLine(ending.errTail, ending.outTail)
    return verdictOf(ending, 'task_failed', `Crashed with ${signal}${last ? `: ${last}` : '.'}`)
  }
  return {
    ...verdictOf(ending, 'interrupted', `Ended by ${signal}, which we did not send.`),
    blame: 'host',
  }
}

/** The shell's own message about a program it could not find or run, if that is what it said. */
function missingProgram(ending: Ending): string | null {
  const said = lines(ending.errTail).findLast((line) =>
    /: (?:not found|command not found|Permission denied|No such file or directory)$/i.test(line),
  )
  const named =
    said &&
    /(?:^|: )([^:]+): (?:command )?(not found|Permission denied|No such file or directory)$/i.exec(
      said,
    )
  return named
    ? `Exit code ${ending.exitCode}: the shell could not run \`${named[1]}\` (${named[2]}).`
    : null
}

function describeExit(exitCode: number, last: string): string {
  const signal = signalOfExit(exitCode)
  const code =
    signal === null
      ? `Exit code ${exitCode}`
      : `Exit code ${exitCode} (a process in it ended by ${signal})`
  return last === '' ? `${code} without a word.` : `${code}: ${last}`
}
