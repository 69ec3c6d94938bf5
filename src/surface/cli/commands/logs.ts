// `midwatch logs TASK`: what a session printed, read from its files; the dispatcher need not run.

import { notFound } from '../../../base/errors.ts'
import type { OutputStream } from '../../../drivers/outputs/contract.ts'
import type { Attempt } from '../../../model/attempt.ts'
import { taskId, wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { type OutputPrinter, outputPrinter } from '../output-printer.ts'
import { taskOf } from '../task-of.ts'
import type { Fleet } from '../world.ts'

interface LogsOptions {
  attempt?: string
  out?: boolean
  err?: boolean
  tail?: string
  follow?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .option('-f, --follow', 'go on until the attempt has ended')
    .option('--attempt <n>', 'this attempt instead of the newest')
    .option('--out', 'standard output only')
    .option('--err', 'standard error only')
    .option('--tail <lines>', 'begin with the last lines')
    .addHelpText(
      'after',
      '\nBoth streams go where the session sent them: its output to ours, its errors to our errors.\nJSON: one {"attempt","stream","text"} per line',
    )
    .action(act(logs))
}

const pollMs = 500

async function logs(call: Call<LogsOptions>): Promise<void> {
  const fleet = await call.fleet()
  const stop = new AbortController()
  const unhook =
    call.options.follow === true ? call.world.onStopSignal(() => stop.abort()) : () => {}
  try {
    const attempt = await attemptOf(call, fleet, stop.signal)
    if (attempt === null) return
    const printers = await printersFor(call, fleet, attempt)
    for (const printer of printers) printer.drain()
    if (call.options.follow === true) await follow(call, fleet, attempt, printers, stop.signal)
    for (const printer of printers) printer.finish()
    if (call.options.follow !== true && attempt.state !== 'ended')
      call.print.note(
        `Attempt ${attempt.id} goes on; \`midwatch logs ${attempt.taskId} --follow\` keeps up.`,
      )
  } finally {
    unhook()
  }
}

/** The attempt to read. With --follow a task without one is waited for; null when that was interrupted. */
async function attemptOf(
  call: Call<LogsOptions>,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<Attempt | null> {
  const { options } = call
  const id = taskId(call.args[0])
  const wanted = options.attempt === undefined ? null : wholeNumber(options.attempt, '--attempt', 1)
  for (let waited = false; !signal.aborted; waited = true) {
    const task = await taskOf(fleet.store, id)
    const attempts = await fleet.store.attemptsOf(id)
    const newest = attempts.toSorted((a, b) => b.id - a.id)[0]
    const found = wanted === null ? newest : attempts.find((one) => one.id === wanted)
    if (found !== undefined) return found
    if (wanted !== null)
      throw notFound(
        'logs.no_attempt',
        `task ${id} has no attempt ${wanted}`,
        `\`midwatch show ${id}\` lists its attempts`,
      )
    if (options.follow !== true || task.state === 'settled')
      throw notFound(
        'logs.no_attempt',
        `task ${id} has had no attempt yet`,
        `\`midwatch why ${id}\` says what it waits for`,
      )
    if (!waited) call.print.note(`Task ${id} is ${task.state}; waiting for its first attempt.`)
    await fleet.clock.sleep(pollMs, signal)
  }
  return null
}

async function printersFor(
  call: Call<LogsOptions>,
  fleet: Fleet,
  attempt: Attempt,
): Promise<OutputPrinter[]> {
  const { world, options, json } = call
  const outputs = await world.outputs(fleet.stateDir)
  const tail = options.tail === undefined ? null : wholeNumber(options.tail, '--tail', 0)
  const both = options.out === options.err
  const streams: OutputStream[] = both ? ['out', 'err'] : options.out === true ? ['out'] : ['err']
  return streams.map((stream) => {
    const to = json || stream === 'out' || !both ? world.out : world.err
    return outputPrinter({ outputs, attemptId: attempt.id, stream, to, json, tail })
  })
}

async function follow(
  call: Call<LogsOptions>,
  { store, stateDir }: Fleet,
  attempt: Attempt,
  printers: readonly OutputPrinter[],
  signal: AbortSignal,
): Promise<void> {
  const outputs = await call.world.outputs(stateDir)
  let over = attempt.state === 'ended'
  while (!over && !signal.aborted) {
    await outputs.changed(attempt.id, pollMs, signal)
    over = ((await store.attempt(attempt.id))?.state ?? 'ended') === 'ended'
    for (const printer of printers) printer.drain() // after the look: what came before the end is printed
  }
}
