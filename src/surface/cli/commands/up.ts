// `midwatch up`: the dispatcher in the foreground, one line per noteworthy fact. A stop signal takes nothing new, leaves
// sessions running and says so; a second one ends at once.

import { clockTime } from '../../../base/when.ts'
import type { Fact } from '../../../model/fact.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'
import { isNoteworthy, paintFact, sentenceOf, subjectOf } from '../prose.ts'
import { factShape } from '../shapes.ts'
import { oneLine } from '../text.ts'
import type { Daemon, IdleReport } from '../world.ts'

interface UpOptions {
  untilIdle?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .option(
      '--until-idle',
      'end when nothing is left that moves by itself: exit 0 if all is done, else 1',
    )
    .addHelpText(
      'after',
      '\nCtrl-C or SIGTERM leaves sessions running; `midwatch stop --sessions` ends them.\nJSON: one fact per line; with --until-idle the last line is {"idle":{"allDone","left":[…]}}',
    )
    .action(act(up))
}

async function up(call: Call<UpOptions>): Promise<Ending> {
  const { world } = call
  const dir = await call.fleetDir()
  await (await world.configSource(dir)).load() // a daemon does not begin with a broken configuration
  const fleet = await call.fleet()
  const stop = stopOnSignal(call)
  try {
    const log = (line: string) => {
      if (!call.json)
        call.print.line(`${call.print.paint.aside(clockTime(world.clock.now()))}  ${oneLine(line)}`)
    }
    const daemon = await world.startDaemon(fleet, { log, onFact: (fact) => tellFact(call, fact) })
    if (!call.json)
      call.print.line(
        `Working in ${fleet.dir}, logs in ${fleet.stateDir}. Ctrl-C stops taking tasks.`,
      )
    return call.options.untilIdle === true
      ? await untilIdle(call, daemon, stop.signal)
      : await untilStopped(call, daemon, stop.signal)
  } finally {
    stop.unhook()
  }
}

/** The first signal aborts, the second ends the process. */
function stopOnSignal({ world, print }: Call): { signal: AbortSignal; unhook: () => void } {
  const controller = new AbortController()
  const unhook = world.onStopSignal((signal) => {
    if (controller.signal.aborted) world.exitNow(signal === 'SIGINT' ? 130 : 143)
    print.note('Stopping: taking nothing new. Once more ends at once.')
    controller.abort()
  })
  return { signal: controller.signal, unhook }
}

async function untilStopped(call: Call, daemon: Daemon, signal: AbortSignal): Promise<undefined> {
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await Promise.race([asked, daemon.stopped])
  tellLeft(call, (await daemon.stop()).left)
  if (!signal.aborted) await daemon.stopped // it ended by itself: whatever ended it is told
  return undefined
}

async function untilIdle(call: Call, daemon: Daemon, signal: AbortSignal): Promise<Ending> {
  const ended = daemon.stopped.then(() => null)
  const report = await Promise.race([daemon.untilIdle(signal), ended])
  const { left } = await daemon.stop()
  if (report === null || signal.aborted) {
    tellLeft(call, left)
    return signal.aborted ? 'done' : 'failed'
  }
  tellIdle(call, report)
  return report.allDone ? 'done' : 'failed'
}

function tellIdle({ json, print }: Call, report: IdleReport): void {
  const { left, allDone } = report
  if (json) print.jsonLine({ idle: report })
  else
    print.line(
      allDone ? print.paint.good('All tasks are done.') : `${count(left.length, 'task')} not done:`,
    )
  if (json || allDone) return
  print.table(left, [
    { head: 'TASK', text: (one) => String(one.id), right: true },
    { head: 'STATE', text: (one) => one.outcome ?? one.state },
    { head: 'TITLE', text: (one) => one.title, gives: true },
    { head: 'WAITS FOR', text: (one) => one.waits, gives: true },
  ])
}

function tellLeft({ json, print }: Call, left: number): void {
  const go = left === 1 ? 'goes' : 'go'
  if (json) print.jsonLine({ stopped: { left } })
  else if (left === 0) print.line('Stopped. No session is running.')
  else {
    print.line(
      `Stopped. ${count(left, 'session')} ${go} on; \`midwatch up\` takes up again what is left.`,
    )
    print.line('`midwatch stop --sessions` ends them.')
  }
}

const subjectWidth = 22

function tellFact({ json, print }: Call, fact: Fact): void {
  if (json) print.jsonLine(factShape(fact))
  if (json || !isNoteworthy(fact)) return
  const subject = subjectOf(fact).padEnd(subjectWidth)
  const sentence = paintFact(print.paint, fact, sentenceOf(fact))
  print.line(`${print.paint.aside(clockTime(fact.at))}  ${subject}${sentence}`)
}
