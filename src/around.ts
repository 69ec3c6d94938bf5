// The processes around the dispatcher, with their concrete choices: the supervisor that starts them as children of this
// program, the sentinel, and what is done about a dispatcher that lost its supervisor.

import type { FleetConfig } from './model/config.ts'
import type { ParentLink } from './drivers/children/contract.ts'
import { forkedChildren } from './drivers/children/fork.ts'
import { managerVariables, serviceTeller } from './drivers/service/notify.ts'
import { endByForce } from './drivers/processes/force.ts'
import { lives } from './drivers/processes/process.ts'
import { commandNotifier } from './drivers/notifiers/command.ts'
import type { Notifier } from './drivers/notifiers/contract.ts'
import { processAlive, startTicksOf } from './drivers/launchers/local/process-identity.ts'
import { httpDeadman } from './drivers/deadman/http.ts'
import { outsideOf } from './effects.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'
import type { Fleet } from './fleet.ts'
import { startSupervisor, type Supervisor } from './loops/supervise/supervisor.ts'
import { defaultSentinel } from './model/sentinel.ts'
import { checkOnceOf } from './check-once.ts'
import { awaitName } from './namesakes.ts'
import { type Sentinel, startSentinelOf } from './sentinel.ts'

export interface SuperviseOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The program and the arguments that each child gets. */
  readonly command: readonly string[]
  readonly log: (line: string) => void
  /** Opened when the dispatcher works, and not before: its start comes first. */
  readonly openFleet: () => Promise<Fleet>
}

/** Supervises a dispatcher and a sentinel until they are over. */
export function superviseChildren(options: SuperviseOptions, clock: Fleet['clock']): Supervisor {
  const { env, command, log } = options
  const tellService = serviceTeller(env, clock)
  return startSupervisor({
    children: forkedChildren({ clock, command, env: withoutManager(env) }),
    clock,
    log,
    ...(tellService && { tellService }),
    openBooks: async () => {
      const fleet = await options.openFleet()
      const { store, host, config } = fleet
      const rules = config.sentinel ?? defaultSentinel
      return { store, host: host.name, pid: host.pid, rules, close: () => fleet.close() }
    },
  })
}

/** What a service manager told us is not meant for children, and less for their sessions. */
const withoutManager = (env: SuperviseOptions['env']): SuperviseOptions['env'] =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !managerVariables.some((one) => one === name)),
  )

/** Starts the sentinel of this host in this process. */
export const startSentinelHere = (fleet: Fleet, log: (line: string) => void): Sentinel =>
  startSentinelOf(fleet, {
    log,
    notifiers: (config) => commandNotifiers(fleet, config),
    outside: outsideOf(fleet),
    deadman: httpDeadman,
  })

/** One look of a sentinel, where none lives. */
export const checkHere = (fleet: Fleet, seen: Parameters<typeof checkOnceOf>[2]): Promise<void> =>
  checkOnceOf(fleet, { outside: outsideOf(fleet), deadman: httpDeadman }, seen)

/** The notifiers that need no dispatcher. */
const commandNotifiers = (
  { dir, host }: Pick<Fleet, 'dir' | 'host'>,
  { notifyCommand }: FleetConfig,
): readonly Notifier[] =>
  notifyCommand ? [commandNotifier({ command: notifyCommand, cwd: dir, env: host.baseEnv })] : []

/** Who started us, as the row of this host names it. */
export const underOf = (parent: ParentLink | null): HostRow['under'] | null =>
  parent === null ? null : { pid: parent.pid, startTicks: startTicksOf(parent.pid) }

const orphanPatienceMs = 3_000
const lookMs = 50

/**
 * Makes room for a dispatcher of this host: no other machine works under its name, and none of its own without supervisor.
 * Answers whether the process of a row lives, here or there. Throws `daemon.namesake`.
 */
export async function makeRoom(
  fleet: Fleet,
  log: (line: string) => void,
): Promise<(row: HostRow) => boolean> {
  const isAnother = await awaitName({ ...fleet, leaseMs: fleet.config.limits.leaseMs, log })
  await endOrphan(fleet)
  return (row) => processAlive(row) || isAnother(row)
}

/**
 * Ends a dispatcher of this host whose supervisor is gone. It ends by itself as soon as it notices; one that can't notice,
 * because it stands still, is ended by force. Nobody would ever restart it.
 */
async function endOrphan({ store, host, clock }: Fleet): Promise<void> {
  const row = (await store.hosts()).find((one) => one.name === host.name && one.running)
  if (row?.under === undefined || row.pid === host.pid || row.bootId !== host.bootId) return
  const { pid, startTicks } = row.under
  if (startTicks !== null && lives(pid, startTicks)) return
  const until = clock.monotonicMs() + orphanPatienceMs
  while (processAlive(row) && clock.monotonicMs() < until) await clock.sleep(lookMs)
  if (processAlive(row)) endByForce(row.pid)
  while (processAlive(row) && clock.monotonicMs() < until + orphanPatienceMs)
    await clock.sleep(lookMs)
}
