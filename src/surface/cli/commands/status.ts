// `midwatch status`: one screen. Exit 1 when it is red: work waits and nothing moves it, or the configuration on disk
// is invalid.

import { relativeTime } from '../../../base/when.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { eyesOf, gather, isDeserted, type StatusReport } from '../status/report.ts'
import { coloursOf, type Outlook, outlookOf } from '../status/outlook.ts'
import { tellOutlook } from '../status/outlook-lines.ts'
import { humanTimes, oneLine, plainText } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--strict', 'exit 1 unless all is green')
    .addHelpText(
      'after',
      '\nExit 1 when red. JSON: {"colour","yellow","mood","standing","findings","activity","holds","version","space","sentinel","failingSensors","fleet","dispatchers","counts","oldestReady","running","gates","incidents","lastSuccess","config","red"}',
    )
    .action(act(status))
}

async function status(call: Call<{ strict?: boolean }>): Promise<Ending> {
  const fleet = await call.fleet()
  const found = await gather(eyesOf(call.world, fleet.dir), fleet)
  const seen = await outlookOf(fleet)
  const outlook = isDeserted(found) ? { ...seen, mood: 'broken' as const } : seen
  const colours = coloursOf(outlook, found.dispatchers)
  const report = { ...found, red: [...new Set([...found.red, ...colours.red])] }
  const { yellow } = colours
  const colour = report.red.length > 0 ? 'red' : yellow.length > 0 ? 'yellow' : 'green'
  if (call.json) call.print.json({ colour, ...report, yellow, ...outlook })
  else tell(call, report, { outlook, yellow }, fleet.clock.now())
  return colour === 'red' || (call.options.strict === true && colour !== 'green')
    ? 'failed'
    : 'done'
}

function tell(
  call: Call,
  report: StatusReport,
  { outlook, yellow }: { outlook: Outlook; yellow: readonly string[] },
  now: number,
): void {
  const { print } = call
  print.line(`${print.paint.strong(report.fleet.name)}  ${print.paint.aside(report.fleet.dir)}`)
  tellDispatchers(call, report, now)
  tellCounts(call, report, now)
  tellOutlook(call, outlook, now)
  tellRunning(call, report, now)
  tellTrouble(call, report, now)
  for (const sentence of yellow) print.line(`${print.paint.waiting('?')} ${plainText(sentence)}`)
  for (const sentence of report.red) print.line(`${print.paint.bad('!')} ${plainText(sentence)}`)
}

function tellDispatchers({ print }: Call, { dispatchers }: StatusReport, now: number): void {
  for (const one of dispatchers) {
    const pulse = relativeTime(Date.parse(one.pulseAt), now)
    const where = one.here ? '' : ` on ${one.host}`
    if (one.running)
      print.line(
        `dispatcher${where} ${print.paint.good('running')} as process ${one.pid}, pulse ${pulse}`,
      )
    else if (one.died)
      print.line(`dispatcher${where} ${print.paint.bad('died')}, last pulse ${pulse}`)
    else print.line(`dispatcher${where} ${print.paint.waiting('not running')}, last pulse ${pulse}`)
  }
}

function tellCounts(
  { print }: Call,
  { counts, lastSuccess, oldestReady }: StatusReport,
  now: number,
): void {
  const { aside } = print.paint
  const last =
    lastSuccess === null
      ? ''
      : aside(
          `  last success ${relativeTime(Date.parse(lastSuccess.at), now)}${lastSuccess.task === null ? '' : ` (task ${lastSuccess.task})`}`,
        )
  print.line(`${counts.ready} ready · ${counts.held} held · ${counts.taken} taken${last}`)
  if (oldestReady !== null)
    print.line(
      aside(
        `oldest ready: task ${oldestReady.task}, since ${relativeTime(Date.parse(oldestReady.since), now)}`,
      ),
    )
  print.line(aside(`${counts.done} done · ${counts.failed} failed · ${counts.cancelled} cancelled`))
}

const runningMax = 15

function tellRunning({ print }: Call, { running }: StatusReport, now: number): void {
  if (running.length === 0) return
  print.line()
  print.table(running.slice(0, runningMax), [
    { head: 'TASK', text: (one) => String(one.task), right: true },
    { head: 'TITLE', text: (one) => one.title, gives: true },
    { head: 'AGENT', text: (one) => one.agent },
    {
      head: 'STATE',
      text: (one) => (one.stop === null ? one.state : 'stopping'),
      paint: print.paint.moving,
    },
    {
      head: 'FOR',
      text: (one) => relativeTime(Date.parse(one.since), now).replace(' ago', ''),
      right: true,
    },
    { head: 'PROGRESS', text: (one) => one.progress ?? '' },
  ])
  if (running.length > runningMax)
    print.line(print.paint.aside(`… and ${running.length - runningMax} more`))
}

function tellTrouble({ print }: Call, { gates, incidents }: StatusReport, now: number): void {
  if (gates.length + incidents.length > 0) print.line()
  for (const gate of gates) {
    const since = gate.since === null ? '' : `, ${relativeTime(Date.parse(gate.since), now)}`
    print.line(
      `gate ${gate.lane} ${print.paint.bad(gate.state)}${since}: ${oneLine(gate.reason ?? '')}; ${oneLine(humanTimes(gate.release, now))}`,
    )
  }
  for (const one of incidents)
    print.line(
      `incident ${print.paint.bad(one.key)} ×${one.count}, ${relativeTime(Date.parse(one.openedAt), now)}: ${oneLine(one.title)}`,
    )
}
