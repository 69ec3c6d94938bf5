// Says what can be seen of a session now, from its ticket and its living processes. Believes an exit only if the
// wrapper recorded it, and calls a session vanished only after two looks found nobody, for a fork hides from one.

import { join } from 'node:path'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { SessionExit, SessionRef, Sighting } from '../contract.ts'
import { endingOf, type Marks } from './marks.ts'
import { whyNeverExecuted } from './never-executed.ts'
import { isForkedWrapperCommand } from './forked-wrapper.ts'
import { lives, readCommand, recentUptimeCentis } from '../../processes/process.ts'
import { isSandboxCommand } from './sandbox.ts'
import type { Session } from './session.ts'
import { readStart } from './session-files.ts'
import { lookUntilSure } from '../../processes/sure.ts'
import { isWrapperCommand } from './wrapper.ts'

/** How much of the standard error is read to see why a program was not executed. */
const complaintBytes = 4_096

/** What can be seen of `session` in this boot. */
export async function sight(session: Session, ref: SessionRef, bootId: string): Promise<Sighting> {
  const marks = session.marks()
  const told = marks && toldByTicket(session, ref, marks)
  if (told) return told
  if (isOfEarlierBoot(ref, marks, bootId)) {
    return { seen: 'vanished', proof: proofOf(session, ref, marks, unknownTicks) }
  }
  if (marks === null) return { seen: 'absent' }
  return (await sightOfWrapper(session, ref, marks)) ?? (await sightWithoutWrapper(session, ref))
}

/** What the living wrapper proves; null when it is gone or not known yet. */
async function sightOfWrapper(
  session: Session,
  ref: SessionRef,
  marks: Marks,
): Promise<Sighting | null> {
  const ticks = marks.wrapper === null ? null : session.wrapperTicks(marks, ref.launch)
  if (ticks === null) {
    const { pid, startTicks } = ref.launch ?? { pid: null, startTicks: null }
    const mayWrite = pid !== null && startTicks !== null && lives(pid, startTicks)
    return marks.wrapper === null && mayWrite ? { seen: 'starting', alive: true } : null
  }
  if (marks.started === null) return { seen: 'starting', alive: true }
  // From the program's own start, as its exit counts: under load the wrapper's is earlier by more than a stop takes.
  const ranMs = ranMsBetween(marks.started.startTicks, recentUptimeCentis())
  const executed = (await isExecuted(session, marks, ranMs)) === true
  return { seen: 'running', executed, proof: provenBy(session, ref, marks, () => ticks), ranMs }
}

/** Both count from the boot and neither steps: how long it runs does not depend on a clock that somebody sets. */
export const ranMsBetween = (ticks: string, centis: number): number =>
  Math.max(0, (centis - Number(ticks)) * 10)

/** What the ticket settles by itself: a refusal or an exit. */
function toldByTicket(session: Session, ref: SessionRef, marks: Marks): Sighting | null {
  if (marks.taken !== null) return { seen: 'refused', reason: marks.taken, byUs: true }
  if (marks.wrapper !== null && marks.wrapper.nonce !== ref.nonce) {
    return {
      seen: 'refused',
      reason: 'another start of this attempt holds the ticket',
      byUs: false,
    }
  }
  if (marks.refused !== null) return { seen: 'refused', reason: marks.refused, byUs: false }
  const exit = exitOf(session, marks)
  return (
    exit && {
      seen: 'exited',
      exit,
      proof: provenBy(session, ref, marks, () => session.wrapperTicks(marks, ref.launch)),
    }
  )
}

function exitOf(session: Session, marks: Marks): SessionExit | null {
  const { exit, started } = marks
  if (exit === null) return null
  const ran = started === null ? {} : { ranMs: ranMsBetween(started.startTicks, exit.uptimeCentis) }
  const complaint = () => readStart(join(session.dir, 'err'), complaintBytes)
  const message = whyNeverExecuted(marks, complaint, session.isSandboxed)
  if (message !== null) {
    return { exitCode: exit.code, signal: null, neverExecuted: true, message, ...ran }
  }
  const cause = marks.oomKills > 0 ? { cause: 'oom' as const } : {}
  const late = marks.late ? { late: true as const } : {}
  const ending = endingOf(exit.code, marks.shellSaid)
  return { ...ending, neverExecuted: false, message: '', ...cause, ...ran, ...late }
}

/**
 * Nothing outlives a boot. A ticket that says less than the stored launch, or is missing, was not on the disk yet when
 * the machine went down; so it proves nothing about what ran.
 */
function isOfEarlierBoot(ref: SessionRef, marks: Marks | null, bootId: string): boolean {
  const startedIn = marks?.started ? marks.wrapper?.bootId : undefined
  return (startedIn ?? ref.launch?.bootId ?? bootId) !== bootId
}

/**
 * The wrapper is gone, or never said who it is. Its last line may have come since we read the ticket; if there is none,
 * whoever carries the mark tells.
 */
async function sightWithoutWrapper(session: Session, ref: SessionRef): Promise<Sighting> {
  const before = session.marks()
  const told = before && toldByTicket(session, ref, before)
  if (told) return told
  const members = await lookUntilSure(() => session.members())
  const marks = session.marks()
  if (marks === null) return { seen: 'absent' }
  const toldSince = toldByTicket(session, ref, marks)
  if (toldSince) return toldSince
  if (marks.started === null) return { seen: 'starting', alive: members.length > 0 }
  if (members.length === 0)
    return { seen: 'vanished', proof: provenBy(session, ref, marks, unknownTicks) }
  const ranMs = ranMsBetween(marks.started.startTicks, recentUptimeCentis())
  const executed = (await isExecuted(session, marks, ranMs)) ?? !marks.unexecuted
  return {
    seen: 'running',
    executed,
    proof: provenBy(session, ref, marks, unknownTicks),
    unwatched: true,
  }
}

/** So young a pid is not another's: the kernel gives numbers out in turn. */
const trustedMs = 1_000

/** Whether the started process has become the program; null when it is no more and can't be asked. */
async function isExecuted(session: Session, marks: Marks, ranMs: number): Promise<boolean | null> {
  const { started } = marks
  if (started === null) return null
  const command = session.isSandboxed ? [] : readCommand(started.pid)
  const isYoung = ranMs < trustedMs && command.length > 0
  if (!isYoung && !lives(started.pid, started.startTicks)) return null
  const isProgram = (command: readonly string[]) =>
    command.length > 0 &&
    !isWrapperCommand(command, session.nonce) &&
    !isForkedWrapperCommand(command, session.nonce)
  if (!session.isSandboxed) return isProgram(command)
  if (!marks.inside) return false
  const commands = (await session.members()).map(({ pid }) => readCommand(pid))
  return commands.some((command) => isProgram(command) && !isSandboxCommand(command))
}

type Ticks = () => string | null

const unknownTicks: Ticks = () => null

/** The proof as it was stored, if it speaks of the process that holds the ticket; else what the ticket proves. */
function proofOf(
  { launcher }: Session,
  ref: SessionRef,
  marks: Marks | null,
  ticks: Ticks,
): LaunchProof | null {
  const wrapper = marks?.wrapper ?? null
  if (wrapper === null || wrapper.pid === ref.launch?.pid) return ref.launch
  return { launcher, pid: wrapper.pid, startTicks: ticks(), bootId: wrapper.bootId }
}

function provenBy(session: Session, ref: SessionRef, marks: Marks, ticks: Ticks): LaunchProof {
  const unknown = { launcher: session.launcher, pid: null, startTicks: null, bootId: '' }
  return proofOf(session, ref, marks, ticks) ?? unknown
}
