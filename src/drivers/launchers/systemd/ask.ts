// Asks systemd for a wrapper, and believes only what can be read back: that the unit is loaded, that every property is
// what it was asked to be, and that a bound on memory binds in the kernel. A unit that differs is ended, and told.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../base/clock.ts'
import { failed, type OperatingError } from '../../../base/errors.ts'
import type { SystemdLaunching } from '../../../model/launcher.ts'
import { markVariable, readStat } from '../../processes/process.ts'
import type { Bounds, LaunchOrder } from '../contract.ts'
import { sharedGitFolder } from '../git-folder.ts'
import { layWrapper } from '../local/launch-file.ts'
import type { Started } from '../local/asking.ts'
import { readTicket } from '../local/session-files.ts'
import { fileWrapperArguments, type WrapperOrder, wrapperShell } from '../local/wrapper.ts'
import { type Said, troubleOf } from '../tool.ts'
import { groupFolders, whyMemoryUnbound } from './enforced.ts'
import type { Manager } from './manager.ts'
import {
  differences,
  type PropertyRow,
  propertyArgument,
  shownNames,
  unitRows,
} from './properties.ts'
import { describeEnd, isOver, setupFailures, sliceName, type Unit, unitName } from './unit.ts'

export interface UnitOrder {
  readonly order: LaunchOrder
  readonly wrapping: WrapperOrder
  readonly mark: string
  readonly launching: SystemdLaunching
  readonly bounds: Bounds
  readonly fleetId: string
  readonly clock: Clock
}

/** Starts the unit. Throws OperatingError `launch.*`; then nothing of it runs, save for `launch.unanswered`. */
export async function askForUnit(manager: Manager, asked: UnitOrder): Promise<Started> {
  const { order, wrapping, mark, launching, bounds, fleetId } = asked
  const { attemptDir } = wrapping
  await layWrapper(attemptDir, order)
  const unit = unitName(fleetId, order.attemptId, order.nonce)
  const folders = { cwd: order.cwd, attemptDir, git: sharedGitFolder(order.cwd) }
  const rows = unitRows(launching, bounds, folders, `Midwatch attempt ${order.attemptId}`)
  const inside = ['/usr/bin/env', '-i', `${markVariable}=${mark}`, wrapperShell]
  const command = [...inside, ...fileWrapperArguments(wrapping)]
  const said = await manager.run(unit, sliceName(fleetId), rows.map(propertyArgument), command)
  if (said.is === 'silent') throw unanswered(unit, said)
  if (said.is !== 'said') throw refusedBy(said)
  // Another start of the same launch was first: it is the one that runs.
  const isThere = /already loaded|already exists/.test(said.err)
  // What ends at once with a code of its own looks like a failed start; its ticket tells that it ran.
  const hasRun = isThere || readTicket(attemptDir) !== null
  if (said.code !== 0 && !hasRun) throw await refusedStart(manager, unit, order, said)
  return await readBack(manager, unit, rows, launching, asked.clock)
}

/** The unit as it came to be; one that is not what was asked for is ended. */
async function readBack(
  manager: Manager,
  unit: string,
  rows: readonly PropertyRow[],
  { memoryBytes }: SystemdLaunching,
  clock: Clock,
): Promise<Started> {
  const looked = await lookBegun(manager, unit, shownNames(rows), clock)
  if (looked.trouble !== null) throw unanswered(unit, null, looked.trouble)
  const { unit: made, shown } = looked
  if (made === null) {
    const sentence = `systemd said that unit ${unit} was started, and does not know it.`
    throw failed('launch.unit_unknown', sentence, 'Look at the journal of systemd.')
  }
  const wrong = differences(rows, shown)
  // The kernel keeps the files of a control group only while somebody sits in it.
  const folders = made.controlGroup === null ? null : groupFolders(made.controlGroup)
  if (memoryBytes !== null && !isOver(made)) {
    const why = whyMemoryUnbound(memoryBytes, folders?.memory ?? null)
    const { unit: since } = why === null ? { unit: null } : await manager.look(unit)
    if (why !== null && since !== null && !isOver(since))
      wrong.push(`MemoryMax=${memoryBytes} was taken and is not enforced: ${why}`)
  }
  if (wrong.length > 0) {
    await manager.kill(unit, 'KILL')
    await manager.collect(unit)
    throw failed(
      'launch.unit_differs',
      `Unit ${unit} is not what it was asked to be: ${wrong.join('; ')}.`,
      'Say `manager: system`, or leave out what this systemd cannot keep; nothing runs unbounded.',
    )
  }
  const { mainPid } = made
  const startTicks = mainPid === null ? null : (readStat(mainPid)?.startTicks ?? null)
  return { pid: mainPid, startTicks, cgroup: folders?.processes ?? null }
}

const begunPauseMs = 25
const begunLooksAtMost = 40

/** The unit once its main process was started: while another start of it is under way, its control group is not there yet. */
async function lookBegun(
  manager: Manager,
  unit: string,
  names: readonly string[],
  clock: Clock,
): ReturnType<Manager['look']> {
  for (let looks = 1; ; looks += 1) {
    const looked = await manager.look(unit, names)
    const { unit: made } = looked
    const isBegun = made === null || made.mainPid !== null || isOver(made)
    if (isBegun || looks >= begunLooksAtMost) return looked
    await clock.sleep(begunPauseMs)
  }
}

/** Nobody knows whether it runs; its start mark will tell. */
const unanswered = (unit: string, said: Said | null, why?: string): OperatingError =>
  failed(
    'launch.unanswered',
    `systemd did not say whether unit ${unit} was started: ${why ?? (said && troubleOf('systemd-run', said))}.`,
    'Look for its start mark.',
  )

const refusedBy = (said: Said): OperatingError =>
  failed(
    'launch.no_systemd',
    `systemd could not be asked: ${troubleOf('systemd-run', said)}.`,
    'Install systemd, or say `kind: local`.',
  )

/** The sentence for a start that systemd refused or that failed before the wrapper ran. */
export async function refusedStart(
  manager: Manager,
  name: string,
  order: LaunchOrder,
  said: Said,
): Promise<OperatingError> {
  const { unit } = await manager.look(name)
  if (unit === null) return plainRefusal(troubleOf('systemd-run', said) ?? '')
  const journal = await manager.journal(name)
  await manager.collect(name)
  const known = unit.mainCode === 1 ? setupFailures[unit.mainStatus] : undefined
  const told = `${describeEnd(unit)}${journal === '' ? '' : `; journal: ${lastLines(journal, 3)}`}`
  if (known === undefined)
    return failed('launch.refused', `Unit ${name} did not start: ${told}.`, 'Look at its journal.')
  const missing = await missingAmong(order, known.code)
  if (missing === order.cwd || known.code === 'launch.cwd_missing')
    return cwdRefusal(order.cwd, missing !== null, told)
  if (missing !== null)
    return failed(known.code, `${missing} does not exist (${told}).`, known.remedy)
  return failed(
    known.code,
    `Unit ${name} did not start: ${known.sentence} (${told}).`,
    known.remedy,
  )
}

/** The first path that the unit asks for and that is not there; null when all are. */
async function missingAmong({ cwd, bounds }: LaunchOrder, code: string): Promise<string | null> {
  const { launching, writes = [], reads = [] } = bounds ?? {}
  const named = launching?.kind === 'systemd' ? launching.writable : []
  const all = code === 'launch.namespace' ? [cwd, ...writes, ...reads, ...named] : [cwd]
  for (const path of all)
    if (
      await stat(path).then(
        (found) => path === cwd && !found.isDirectory(),
        () => true,
      )
    )
      return path
  return null
}

const cwdRefusal = (cwd: string, isMissing: boolean, told: string): OperatingError =>
  isMissing
    ? failed(
        'launch.cwd_missing',
        `The working directory ${cwd} does not exist (${told}).`,
        'Create it, or give the task another --cwd.',
      )
    : failed(
        'launch.cwd_no_access',
        `The working directory ${cwd} may not be entered (${told}).`,
        'Change its permissions, or the --cwd.',
      )

function plainRefusal(line: string): OperatingError {
  if (/connect to bus|not been booted with systemd|Host is down/i.test(line))
    return failed(
      'launch.no_systemd',
      `systemd could not be asked: ${line}.`,
      'Run it where systemd runs (for a user’s own: loginctl enable-linger), or say `kind: local`.',
    )
  if (/interactive authentication required|access denied|permission denied/i.test(line))
    return failed(
      'launch.no_right',
      `systemd refused: ${line}.`,
      'Say `manager: user`, or run the dispatcher as root.',
    )
  if (/argument list too long|message too long/i.test(line))
    return failed('launch.too_large', `systemd refused: ${line}.`, 'Hand long texts over by file.')
  if (/resource temporarily unavailable|cannot allocate memory|no space left/i.test(line))
    return failed(
      'launch.resource_exhausted',
      `systemd refused: ${line}.`,
      'Lower the number of slots, or free some of what ran out.',
    )
  return failed('launch.refused', `systemd refused the unit: ${line}.`, 'Mend `launcher:`.')
}

const lastLines = (text: string, count: number): string =>
  text.split('\n').slice(-count).join(' / ')

/** Where the attempt's journal is kept, once it is over. */
export const journalFile = (attemptDir: string): string => join(attemptDir, 'journal')

/** What a unit's end tells, in one line. Of its journal the last words, which need not name it again. */
export function endEvidence(name: string, unit: Unit, journal: string): string {
  const last = lastLines(journal, 1).replaceAll(`${name}: `, '')
  return `unit ${name}: ${describeEnd(unit)}${last === '' ? '' : `; journal: ${last}`}`.slice(
    0,
    400,
  )
}
