// The checks of `doctor`, in the order in which a trouble would show: the machine first, then the fleet, then its
// agents. Each is one function that answers with findings and throws nothing.

import { OperatingError } from '../../../base/errors.ts'
import { isoTime } from '../../../base/when.ts'
import type { Clock } from '../../../base/clock.ts'
import type { LoadedConfig } from '../../../drivers/config/contract.ts'
import type { AgentConfig, FleetConfig } from '../../../model/config.ts'
import { count } from '../labels.ts'
import type { Fleet } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Machine } from './machine.ts'

export function checkNode({ versions }: Machine): Finding {
  const major = Number(versions.node.split('.')[0])
  return major >= 24
    ? ok('node', `Node ${versions.node}`)
    : bad('node', `Node ${versions.node} is too old`, 'install Node 24 or newer')
}

const oldestSqlite = [3, 51, 3]

export function checkSqlite({ versions }: Machine): Finding {
  const parts = versions.sqlite.split('.').map(Number)
  const differs = oldestSqlite.findIndex((wanted, at) => (parts[at] ?? 0) !== wanted)
  const older = differs >= 0 && (parts[differs] ?? 0) < (oldestSqlite[differs] ?? 0)
  return older
    ? bad(
        'sqlite',
        `this Node carries SQLite ${versions.sqlite}, which can corrupt a shared database`,
        'use a Node with SQLite 3.51.3 or newer',
      )
    : ok('sqlite', `SQLite ${versions.sqlite}`)
}

/** A clock before this was never set. */
const oldestSaneMs = Date.UTC(2025, 0, 1)
const stepToleratedMs = 60_000

/** `newestFactMs` is null where no fact is known. */
export function checkClock(clock: Clock, newestFactMs: number | null): Finding {
  const now = clock.now()
  const told = `the clock says ${isoTime(now)}`
  if (now < oldestSaneMs)
    return bad('clock', `${told}, which cannot be`, 'set the clock; an NTP client keeps it right')
  if (newestFactMs !== null && newestFactMs > now + stepToleratedMs)
    return warn(
      'clock',
      `${told}, but a fact is dated ${isoTime(newestFactMs)}: it has stepped back`,
      'set the clock; leases and holds that are dated later wait until then',
    )
  return ok('clock', told)
}

/** A store that many hosts share has a clock of its own, by which everything is dated. Null where there is none. */
export function checkDistance(time: Fleet['store']['time']): Finding | null {
  const behindMs = time?.offsetMs() ?? null
  if (behindMs === null) return null
  if (Math.abs(behindMs) < 1_000) return ok('clock', 'it agrees with the database’s')
  const by = `${Math.abs(behindMs / 1_000).toFixed(1)} s ${behindMs > 0 ? 'behind' : 'ahead of'}`
  const told = `this machine’s clock is ${by} the database’s`
  return Math.abs(behindMs) < stepToleratedMs
    ? ok('clock', told)
    : warn(
        'clock',
        `${told}, by which the fleet is dated`,
        'set the clock: what sessions date by themselves is wrong by that much',
      )
}

export function checkFolder(machine: Machine, folder: string): Finding {
  const why = machine.whyNotWritable(folder)
  return why === null
    ? ok('folder', `${folder} can be written`)
    : bad('folder', `${folder} cannot be written (${why})`, 'give this user write access to it')
}

const scarceBytes = 1024 ** 3
const tooLittleBytes = 100 * 1024 ** 2

export async function checkDisk({ host }: Machine, folder: string): Promise<Finding> {
  const free = await host.freeBytes(folder)
  if (free === null)
    return warn('disk', 'the free space could not be read', 'look at `df` yourself')
  const told = `${(free / 1024 ** 3).toFixed(1)} GB free`
  if (free < tooLittleBytes)
    return bad('disk', told, 'free some space: sessions and the database need it')
  return free < scarceBytes
    ? warn('disk', told, 'free some space before it runs out')
    : ok('disk', told)
}

export function checkConfig(loaded: LoadedConfig | OperatingError, path: string): Finding {
  if (loaded instanceof OperatingError) return bad('config', loaded.message, loaded.remedy)
  return ok('config', `${path}, ${count(loaded.config.agents.length, 'agent')}`)
}

export function checkDatabaseFile(machine: Machine, path: string): Finding {
  const answer = machine.quickCheck(path)
  if (answer === null) return ok('database', 'not there yet; the first task makes it')
  if (answer instanceof OperatingError) return bad('database', answer.message, answer.remedy)
  return answer === 'ok'
    ? ok('database', `${path} is sound`)
    : bad(
        'database',
        `${path}: ${answer}`,
        'stop the dispatcher, move the file aside and restore a backup',
      )
}

export function checkOpened(opened: Fleet | OperatingError): Finding {
  if (opened instanceof OperatingError) return bad('store', opened.message, opened.remedy)
  return ok('store', `fleet ${opened.store.fleetId} opens`)
}

export function checkContainment(machine: Machine): Finding {
  return machine.controlGroups()
    ? ok('containment', 'a control group per attempt')
    : warn(
        'containment',
        'no control group can be made; sessions are found again by the mark in their environment',
        'delegate a cgroup to this user to be sure that a stop reaches every process',
      )
}

/** One finding per agent: is its program there, and what version does it say it is? */
export async function checkAgent(
  machine: Machine,
  agent: AgentConfig,
  pathVariable: string,
  cwd: string,
): Promise<Finding> {
  const about = `agent ${agent.name}`
  const adapter = machine.adapters.find((one) => one.name === agent.adapter)
  const program = agent.program ?? adapter?.program ?? null
  if (program === null) return ok(about, `${agent.adapter}, ${agent.slots} at once`)
  const path = await machine.host.resolveProgram(program, cwd, agent.env['PATH'] ?? pathVariable)
  if (path === null)
    return bad(
      about,
      `its program ${program} is not there`,
      `install it, or name it with \`program:\` in midwatch.yaml; looked on the PATH of this shell`,
    )
  const version = agent.adapter === 'command' ? '' : await versionOf(machine, path, cwd)
  return ok(about, `${path}${version === '' ? '' : `, ${version}`}`)
}

const versionWithinMs = 15_000

async function versionOf({ host }: Machine, path: string, cwd: string): Promise<string> {
  const quoted = `'${path.replaceAll("'", "'\\''")}' --version </dev/null`
  const ran = await host.runShell(
    quoted,
    cwd,
    host.baseEnv,
    versionWithinMs,
    new AbortController().signal,
  )
  if (!ran.ran) return `its version could not be asked (${ran.why})`
  const line = ran.output.trim().split('\n')[0] ?? ''
  return ran.exitCode === 0 ? line : `--version ended with ${ran.signal ?? `exit ${ran.exitCode}`}`
}

export const agentsOf = (config: FleetConfig | null): readonly AgentConfig[] => config?.agents ?? []
