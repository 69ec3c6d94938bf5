// `midwatch doctor`: one line per thing looked at, each with its remedy; exit 1 when something is in the way.

import { join } from 'node:path'
import { OperatingError } from '../../../base/errors.ts'
import type { LoadedConfig } from '../../../drivers/config/contract.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import {
  agentsOf,
  checkAgent,
  checkClock,
  checkConfig,
  checkContainment,
  checkDatabaseFile,
  checkDisk,
  checkDistance,
  checkFolder,
  checkNode,
  checkOpened,
  checkSqlite,
} from '../doctor/checks.ts'
import { checkSchedules } from '../doctor/schedules.ts'
import type { Finding } from '../doctor/finding.ts'
import { checkLaunchers } from '../doctor/launchers.ts'
import { plainText } from '../text.ts'
import type { Fleet } from '../world.ts'

export function define(command: Command, act: Act): void {
  command
    .addHelpText(
      'after',
      '\nExit 1 when something is bad. JSON: {"findings":[{"level","about","sentence","remedy"}]}',
    )
    .action(act(doctor))
}

async function doctor(call: Call): Promise<Ending> {
  const found: Finding[] = []
  for await (const finding of examine(call)) {
    found.push(finding)
    if (!call.json) tell(call, finding)
  }
  if (call.json) call.print.json({ findings: found })
  return found.some((finding) => finding.level === 'bad') ? 'failed' : 'done'
}

async function* examine(call: Call): AsyncGenerator<Finding> {
  const { world } = call
  const machine = await world.machine()
  yield checkNode(machine)
  yield checkSqlite(machine)
  const dir = await call.fleetDir().catch(orTrouble)
  if (dir instanceof OperatingError) {
    yield checkClock(world.clock, null)
    yield { level: 'warn', about: 'fleet', sentence: dir.message, remedy: dir.remedy }
    return
  }
  const stateDir = join(dir, '.midwatch')
  yield checkFolder(machine, dir)
  yield await checkDisk(machine, dir)
  const source = await world.configSource(dir)
  const loaded: LoadedConfig | OperatingError = await source.load().catch(orTrouble)
  yield checkConfig(loaded, source.path)
  const config = loaded instanceof OperatingError ? null : loaded.config
  if (config === null || config.store === 'sqlite')
    yield checkDatabaseFile(machine, join(stateDir, 'fleet.db'))
  const opened: Fleet | OperatingError = await call.fleet().catch(orTrouble)
  yield checkOpened(opened)
  if (opened instanceof OperatingError) yield checkClock(world.clock, null)
  else {
    const [newest] = await opened.store.facts({ newestFirst: true, limit: 1 })
    yield checkClock(world.clock, newest?.at ?? null)
    const distance = checkDistance(opened.store.time)
    if (distance !== null) yield distance
    yield checkContainment(machine)
  }
  for (const finding of await checkLaunchers(machine, config)) yield finding
  for (const agent of agentsOf(config)) {
    // An image has programs of its own.
    if ((agent.launcher ?? config?.launcher)?.kind === 'container') continue
    yield await checkAgent(machine, agent, world.env['PATH'] ?? '', dir)
  }
  if (!(opened instanceof OperatingError)) yield* checkSchedules(opened)
}

/** An operating error is a finding; anything else is a fault. */
function orTrouble(error: unknown): OperatingError {
  if (error instanceof OperatingError) return error
  throw error
}

const aboutWidth = 14

function tell({ print }: Call, { level, about, sentence, remedy }: Finding): void {
  const paint =
    level === 'ok' ? print.paint.good : level === 'warn' ? print.paint.waiting : print.paint.bad
  print.line(`${paint(level.padEnd(4))}  ${about.padEnd(aboutWidth)}  ${plainText(sentence)}`)
  if (remedy !== '') print.line(`      ${' '.repeat(aboutWidth)}  → ${remedy}`)
}
