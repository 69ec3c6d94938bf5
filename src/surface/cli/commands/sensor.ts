// `midwatch sensor`: who looks at the world, how each stands, what it finds; and a look by hand.

import { failed, refused } from '../../../base/errors.ts'
import { formatDuration } from '../../../base/duration.ts'
import { isoTime, relativeTime } from '../../../base/when.ts'
import type { Brought } from '../../../loops/sensors/bring.ts'
import {
  broughtShape,
  findingsOf,
  findSensor,
  lookByHand,
  type SensorLine,
  sensorLine,
  sensorLines,
  sensorShape,
  sourceWords,
} from '../../sensors.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'
import { hintDaemon } from '../new-task.ts'
import { oneLine } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .command('list')
    .summary('every sensor: when it looked, when it looks next, what ails it')
    .addHelpText('after', '\nExit 1 when the last look of one failed.')
    .action(act(list))
  command
    .command('show')
    .summary('one sensor: where it looks, what it brought, what it finds now')
    .argument('<name>', 'as midwatch.yaml names it')
    .action(act(show))
  command
    .command('run')
    .summary('let it look now, besides its times')
    .argument('<name>', 'as midwatch.yaml names it')
    .option('--dry-run', 'only say what it sees: make no task, tell of nothing')
    .action(act(run))
}

async function list(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const lines = await sensorLines(fleet)
  const ending = lines.some(({ state }) => (state?.failures ?? 0) > 0) ? 'failed' : 'done'
  const { print } = call
  if (call.json) {
    print.json({ sensors: lines.map(sensorShape) })
    return ending
  }
  if (lines.length === 0) {
    print.line('No sensors; midwatch.yaml describes them under `sensors:`')
    return ending
  }
  const now = fleet.clock.now()
  const ago = (ms: number | undefined) => (ms === undefined ? 'never' : relativeTime(ms, now))
  print.table(lines, [
    { head: 'SENSOR', text: ({ config }) => config.name, gives: true },
    { head: 'EVERY', text: ({ config }) => formatDuration(config.everyMs) },
    { head: 'LOOKED', text: ({ state }) => ago(state?.lookedAt) },
    { head: 'NEXT', text: ({ state }) => (state === null ? '' : ago(state.dueAt)) },
    {
      head: 'BROUGHT',
      text: ({ brought, config }) => `${brought} of ${config.perDay}`,
      right: true,
    },
    { head: 'TROUBLE', text: troubleOf, paint: print.paint.bad, gives: true },
  ])
  return ending
}

function troubleOf({ state, isQuarantined }: SensorLine): string {
  if (state === null || state.failures === 0) return ''
  const often = isQuarantined ? 'in quarantine' : `failed ${count(state.failures, 'time')}`
  return `${often}: ${oneLine(state.note ?? 'nobody knows why')}`
}

async function show(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const { print } = call
  const config = findSensor(fleet, String(call.args[0]))
  const line = await sensorLine(fleet, config, await fleet.store.sensors())
  const findings = await findingsOf(fleet, config.name)
  if (call.json) {
    const found = findings.map(({ key, title, since }) => ({ key, title, since: isoTime(since) }))
    print.json({ sensor: { ...sensorShape(line), findings: found } })
    return undefined
  }
  const now = fleet.clock.now()
  const { state, brought } = line
  const { everyMs, timeoutMs, perDay, scope, staleMs } = config
  print.line(`${config.name}: ${oneLine(sourceWords(config.source))}`)
  print.line(`  looks every ${formatDuration(everyMs)}, for ${formatDuration(timeoutMs)} at most`)
  const stale = staleMs === null ? '' : `; what is older than ${formatDuration(staleMs)} is left`
  const again = scope === 'open' ? 'again once its task is settled' : 'each thing once'
  print.line(`  brought ${brought} of ${count(perDay, 'task')} within 24 h; ${again}${stale}`)
  if (state === null) print.line('  it has not looked yet: `midwatch up`, or `midwatch sensor run`')
  else
    print.line(
      `  looked ${relativeTime(state.lookedAt, now)}, next ${relativeTime(state.dueAt, now)}`,
    )
  const trouble = troubleOf(line)
  if (trouble !== '') print.line(`  ${print.paint.bad(trouble)}`)
  for (const { title, since } of findings)
    print.line(`  finds since ${relativeTime(since, now)}: ${oneLine(title)}`)
  return undefined
}

async function run(call: Call<{ dryRun?: boolean }>): Promise<Ending> {
  const fleet = await call.fleet()
  const actor = await call.actor()
  if (actor.kind === 'session')
    throw refused('sensor.session', 'a session lets no sensor look', 'a person does')
  const sensor = findSensor(fleet, String(call.args[0]))
  const dryRun = call.options.dryRun === true
  const eyes = await call.world.eyes(fleet)
  const looked = await lookByHand(fleet, eyes, sensor, { dryRun }, new AbortController().signal)
  if (!looked.looked)
    throw failed(
      'sensor.failed',
      `the sensor ${sensor.name} failed: ${oneLine(looked.why)}`,
      'mend it and run it again; this look counts against nobody',
    )
  const { said, brought } = looked
  const { print } = call
  if (call.json) {
    const { findings, garbled } = said
    const tasks = dryRun ? said.tasks.map(unmade) : brought.map(broughtShape)
    print.json({ sensor: sensor.name, dryRun, tasks, findings, garbled })
    return undefined
  }
  const lines = [
    ...(dryRun ? said.tasks.map(({ title }) => ({ is: 'wants', title })) : []),
    ...brought.map((one) => ({ is: wordsOf(one), title: one.wanted.title })),
    ...said.findings.map(({ title }) => ({ is: 'finds', title })),
    ...said.garbled.map((line) => ({ is: 'no JSON line, left', title: line })),
  ]
  if (lines.length > 0)
    print.table(lines, [
      { head: 'BECAME', text: ({ is }) => is },
      { head: 'TITLE', text: ({ title }) => oneLine(title), gives: true },
    ])
  if (said.tasks.length + said.findings.length === 0) print.line(`${sensor.name} sees nothing`)
  if (brought.some(({ became }) => became === 'made')) await hintDaemon(call, fleet)
  return undefined
}

const unmade = ({ key, title }: Brought['wanted']) => ({
  ...{ key, title, became: null, task: null, why: null },
})

function wordsOf({ became, task, why }: Brought): string {
  switch (became) {
    case 'made':
      return `task ${task}`
    case 'there':
      return `task ${task} is there already`
    case 'stale':
      return 'too old, left'
    case 'over':
    case 'own':
    case 'refused':
      return `left: ${oneLine(why ?? became)}`
  }
}
