// `midwatch classify`: what an ending of any tool means, from its exit code, its signal and what it printed. Offline and
// without a fleet, for people, scripts and tests. What is not given is unknown: an absent exit code is not 0.

import { hostZone, isZone } from '../../../base/zone.ts'
import { notFound, systemCode, usage } from '../../../base/errors.ts'
import { isoTime, localTime, relativeTime } from '../../../base/when.ts'
import type { Classified, Classifier, Retry } from '../../../drivers/agents/contract.ts'
import { wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { oneLine } from '../text.ts'
import type { World } from '../world.ts'

interface ClassifyOptions {
  tool: string
  exitCode?: string
  signal?: string
  stdout?: string
  stderr?: string
  now?: string
  tz?: string
}

export function define(command: Command, act: Act): void {
  command
    .requiredOption('--tool <tool>', 'what ended: claude, codex, git, docker … or any other name')
    .option('--exit-code <n>', 'its exit code; unknown when left out, which is not 0')
    .option('--signal <name>', 'the signal that ended it: SIGKILL, KILL or 9')
    .option('--stdout <file>', 'what it printed; `-` is standard input')
    .option('--stderr <file>', 'what it complained; `-` is standard input')
    .option('--now <time>', 'when it ended, ISO 8601 (default: now)')
    .option(
      '--tz <zone>',
      'zone of times that name none, such as Europe/Berlin (default: this host’s)',
    )
    .addHelpText(
      'after',
      '\nJSON: {"class","blame","resetAt","retry","evidence","advice"}; retry is no, now, backoff, at_reset or person',
    )
    .action(act(classify))
}

async function classify(call: Call<ClassifyOptions>): Promise<void> {
  const { options, world } = call
  const classifier = await world.classifier()
  const timeZone = zoneOf(options.tz)
  const now = timeOf(options.now, timeZone, classifier) ?? world.clock.now()
  if (options.stdout === '-' && options.stderr === '-')
    throw usage(
      'usage.input_twice',
      'standard input cannot be both --stdout and --stderr',
      'put one of the two into a file',
    )
  const found = classifier.classify({
    tool: options.tool,
    exitCode:
      options.exitCode === undefined ? null : wholeNumber(options.exitCode, '--exit-code', 0),
    signal: signalOf(options.signal),
    stdout: await textOf(options.stdout, '--stdout', world),
    stderr: await textOf(options.stderr, '--stderr', world),
    now,
    timeZone,
  })
  if (call.json) {
    const { class: name, blame, resetAt, retry, evidence, advice } = found
    const reset = resetAt === null ? null : isoTime(resetAt)
    return call.print.json({ class: name, blame, resetAt: reset, retry, evidence, advice })
  }
  tell(call, found, now)
}

function zoneOf(typed: string | undefined): string {
  if (typed === undefined) return hostZone()
  if (isZone(typed)) return typed
  throw usage(
    'usage.zone',
    `--tz knows no zone \`${typed}\``,
    'give a name such as Europe/Berlin, America/New_York or UTC',
  )
}

function timeOf(
  typed: string | undefined,
  timeZone: string,
  classifier: Classifier,
): number | null {
  if (typed === undefined) return null
  const at = classifier.timeIn(typed, timeZone)
  if (at !== null) return at
  throw usage(
    'usage.time',
    `--now wants an ISO time, not \`${typed}\``,
    'for example 2026-11-20T09:30:00Z, or without Z for a time in --tz',
  )
}

function signalOf(typed: string | undefined): string | null {
  if (typed === undefined) return null
  if (/^(?:\d{1,3}|[A-Za-z][A-Za-z0-9]*(?:[+-]\d+)?)$/.test(typed)) return typed
  throw usage(
    'usage.signal',
    `--signal wants the name of a signal, not \`${typed}\``,
    'for example SIGKILL, TERM or 9',
  )
}

/** A file's text, or standard input's for `-`; nothing for what was not given. */
async function textOf(file: string | undefined, option: string, world: World): Promise<string> {
  if (file === undefined) return ''
  if (file === '-') return await world.readInput()
  try {
    return await world.readFile(file)
  } catch (error) {
    const code = systemCode(error)
    if (code === null) throw error
    const remedy =
      code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE'
        ? `its ends are enough: \`tail -c 1000000 ${file} | midwatch classify ${option} - …\``
        : 'name a file that can be read, or `-` for standard input'
    throw notFound('classify.unreadable', `${option} ${file} cannot be read (${code})`, remedy)
  }
}

const nextSteps: Readonly<Record<Exclude<Retry, 'at_reset'>, string>> = {
  no: 'nothing to retry',
  now: 'try again at once',
  backoff: 'try again after a while',
  person: 'a person is needed first',
}

function tell({ print }: Call<ClassifyOptions>, found: Classified, now: number): void {
  const { class: name, blame, resetAt, retry, evidence, advice } = found
  const paint = name === 'success' ? print.paint.good : print.paint.bad
  const reset = resetAt === null ? '' : `${localTime(resetAt)} (${relativeTime(resetAt, now)})`
  print.line(`${paint(name)}  ${oneLine(evidence)}`)
  print.line(`  blame   ${blame}`)
  if (reset !== '') print.line(`  reset   ${reset}`)
  print.line(`  next    ${retry === 'at_reset' ? 'try again at the reset' : nextSteps[retry]}`)
  print.line(`  advice  ${advice}`)
}
