// `midwatch up`: a supervisor with the dispatcher and the sentinel as its children, one line per noteworthy fact. A stop
// signal takes nothing new, leaves sessions running and says so; a second one ends at once.

import { type ExitKind, exitCodes } from '../../../base/errors.ts'
import { clockTime } from '../../../base/when.ts'
import type { Health, ParentLink } from '../../../drivers/children/contract.ts'
import type { Fact, StopReason } from '../../../model/fact.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'
import { isNoteworthy, paintFact, sentenceOf, subjectOf } from '../prose.ts'
import { factShape } from '../shapes.ts'
import { oneLine } from '../text.ts'
import type { Daemon, IdleReport } from '../world.ts'

interface UpOptions {
  host?: string
  untilIdle?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .option(
      '--until-idle',
      'end when nothing is left that moves by itself: exit 0 if all is done, else 1',
    )
    .option(
      '--host <name>',
      'the name of this host in its fleet; kept, so that it is given once (else the machine’s)',
    )
    .addHelpText(
      'after',
      '\nCtrl-C or SIGTERM leaves sessions running; `midwatch stop --sessions` ends them.\nJSON: one fact per line; with --until-idle the last line is {"idle":{"allDone","left":[…]}}',
    )
    .action(act(up))
}

function up(call: Call<UpOptions>): Promise<Ending> {
  const { parent } = call.world
  if (parent === null) return supervise(call)
  return parent.role === 'daemon' ? work(call, parent) : watch(call, parent)
}

/** In the terminal: the processes that do it are children, which write to the same terminal. */
async function supervise(call: Call<UpOptions>): Promise<Ending> {
  const { world, options } = call
  const dir = await call.fleetDir()
  const words = [
    'up',
    ...['--fleet', dir],
    ...(options.untilIdle === true ? ['--until-idle'] : []),
    ...(call.json ? ['--json'] : []),
  ]
  if (options.host !== undefined) await world.nameHost(dir, options.host)
  const stop = stopOnSignal(call)
  try {
    const log = (line: string) => call.print.note(line)
    const supervisor = await world.supervise({ words, dir, log })
    const end = () => void supervisor.stop()
    stop.signal.addEventListener('abort', end, { once: true })
    if (stop.signal.aborted) end()
    await supervisor.stopped
    const code = supervisor.exitCode() ?? 0
    return exitKindOf(code) ?? world.exitNow(code)
  } finally {
    stop.unhook()
  }
}

const exitKindOf = (code: number): ExitKind | null =>
  (Object.keys(exitCodes) as ExitKind[]).find((kind) => exitCodes[kind] === code) ?? null

/** The dispatcher itself. */
async function work(call: Call<UpOptions>, parent: ParentLink): Promise<Ending> {
  const { world } = call
  const dir = await call.fleetDir()
  // A daemon does not begin with a broken configuration; one that is started again goes on with the last good one.
  if (!parent.again) await (await world.configSource(dir)).load()
  const fleet = await call.fleet()
  const stop = stopAsAsked(call, parent)
  try {
    const log = (line: string) => {
      if (!call.json)
        call.print.line(`${call.print.paint.aside(clockTime(world.clock.now()))}  ${oneLine(line)}`)
    }
    const daemon = await world.startDaemon(fleet, { log, onFact: (fact) => tellFact(call, fact) })
    parent.say({ say: 'ready', mark: daemon.sinceFact })
    stop.health = daemon.health
    if (!call.json)
      call.print.line(
        `Working in ${fleet.dir}, logs in ${fleet.stateDir}. Ctrl-C stops taking tasks.`,
      )
    const ending =
      call.options.untilIdle === true
        ? await untilIdle(call, daemon, stop.signal)
        : await untilStopped(call, daemon, stop.signal)
    if (stop.signal.aborted || ending !== null) parent.say({ say: 'over' })
    return ending ?? 'failed'
  } finally {
    stop.unhook()
  }
}

/** The sentinel. */
async function watch(call: Call<UpOptions>, parent: ParentLink): Promise<Ending> {
  const fleet = await call.fleet()
  const stop = stopAsAsked(call, parent)
  try {
    const sentinel = await call.world.startSentinel(fleet, (line) => call.print.note(line))
    parent.say({ say: 'ready' })
    stop.health = sentinel.health
    await Promise.race([asked(stop.signal), sentinel.stopped])
    await sentinel.stop()
    return 'done'
  } finally {
    stop.unhook()
  }
}

interface Asked {
  readonly signal: AbortSignal
  readonly unhook: () => void
  health: () => Health
}

/**
 * In a child: what the supervisor asks counts. A terminal sends its SIGINT to all of us, and the supervisor heeds it; a
 * SIGTERM to one of us alone is meant for all.
 */
function stopAsAsked({ world }: Call, parent: ParentLink): Asked {
  const controller = new AbortController()
  const stop: Asked = {
    signal: controller.signal,
    unhook: world.onStopSignal((signal) => signal === 'SIGTERM' && parent.say({ say: 'stop' })),
    health: () => ({ silent: {}, storeWaitMs: 0 }),
  }
  parent.onAsk((ask) => {
    if (ask.ask === 'stop') controller.abort()
    else parent.say({ say: 'pong', nonce: ask.nonce, health: stop.health() })
  })
  return stop
}

const asked = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

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

async function untilStopped(call: Call, daemon: Daemon, signal: AbortSignal): Promise<'done'> {
  await Promise.race([asked(signal), daemon.stopped])
  const { left } = await daemon.stop(signal.aborted ? 'asked to' : 'it broke down')
  tellLeft(call, left)
  if (!signal.aborted) await daemon.stopped // it ended by itself: whatever ended it is told
  return 'done'
}

/** Null when the dispatcher broke down: it has not come to its end. */
async function untilIdle(
  call: Call,
  daemon: Daemon,
  signal: AbortSignal,
): Promise<ExitKind | null> {
  const ended = daemon.stopped.then(() => null)
  const report = await Promise.race([daemon.untilIdle(signal), ended])
  const { left } = await daemon.stop(whyOver(report, signal))
  if (report === null || signal.aborted) {
    tellLeft(call, left)
    return signal.aborted ? 'done' : null
  }
  tellIdle(call, report)
  return report.allDone ? 'done' : 'failed'
}

const whyOver = (report: IdleReport | null, signal: AbortSignal): StopReason => {
  if (signal.aborted) return 'asked to'
  return report === null ? 'it broke down' : 'nothing was left to do'
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
