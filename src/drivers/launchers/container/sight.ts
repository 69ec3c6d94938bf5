// Says what can be seen of a session in a container: first what its ticket tells, then who lives, then what the engine
// says of its end. An exit is believed if the wrapper recorded it, or if the engine knows what ended all of it.

import { join } from 'node:path'
import type { LaunchProof } from '../../../model/attempt.ts'
import { uptimeCentis } from '../../processes/process.ts'
import type { SessionExit, SessionRef, Sighting } from '../contract.ts'
import { endingOf, type Marks } from '../local/marks.ts'
import { whyNeverExecuted } from '../local/never-executed.ts'
import { readStart } from '../local/session-files.ts'
import { ranMsBetween } from '../local/sight.ts'
import type { Box, First } from './box.ts'
import type { ContainerState } from './engine.ts'

const complaintBytes = 4_096

/** Who we are, and in which boot. */
export interface Viewer {
  readonly launcher: string
  readonly bootId: string
}

/** What can be seen now. `state` asks the engine, and is asked only where nothing else tells. */
export async function sightBox(
  box: Box,
  ref: SessionRef,
  viewer: Viewer,
  state: () => Promise<ContainerState | null | string>,
): Promise<Sighting> {
  const marks = box.marks()
  const told = marks && (await toldByTicket(box, ref, viewer, marks, state))
  if (told) return told
  const startedIn = marks?.started ? marks.wrapper?.bootId : undefined
  if ((startedIn ?? ref.launch?.bootId ?? viewer.bootId) !== viewer.bootId)
    return { seen: 'vanished', proof: ref.launch }
  const first = await box.first(ref.launch)
  if (first === null) return await sightOfEnded(box, ref, viewer, state)
  if (marks === null) return { seen: 'absent' }
  if (marks.started === null) return { seen: 'starting', alive: true }
  const executed = await box.runsProgram(ref.launch)
  // From the program's own start, as its exit counts, unless a kernel of its own told that one.
  const isOwnKernels = Number(marks.started.startTicks) < Number(first.startTicks)
  const { startTicks } = isOwnKernels ? first : marks.started
  const ranMs = ranMsBetween(startTicks, uptimeCentis())
  return { seen: 'running', executed, proof: proofOf(ref, viewer, first), ranMs }
}

/** Nobody lives in it. The wrapper's last line may have come since; else the engine may know more. */
async function sightOfEnded(
  box: Box,
  ref: SessionRef,
  viewer: Viewer,
  ask: () => Promise<ContainerState | null | string>,
): Promise<Sighting> {
  const marks = box.marks()
  const told = marks && (await toldByTicket(box, ref, viewer, marks, ask))
  if (told) return told
  const state = await ask()
  // An engine that cannot answer proves nothing about what ran.
  if (typeof state === 'string') return { seen: 'starting', alive: true }
  const isBetween = state?.running === true
  if (marks === null && state?.over !== true) return { seen: 'absent' }
  // It may have taken its ticket and ended while the engine was asked.
  if (marks === null && box.marks() !== null) return await sightOfEnded(box, ref, viewer, ask)
  if (marks === null) return { seen: 'refused', reason: unbegun(box, state), byUs: false }
  if (marks.started === null) return { seen: 'starting', alive: isBetween }
  const proof = proofOf(ref, viewer, null)
  if (isBetween) return { seen: 'running', executed: box.executed, proof }
  if (state === null) return { seen: 'vanished', proof }
  const cause = causeOf(state, marks)
  const evidence = evidenceOf(box.name, state)
  if (cause === null) return { seen: 'vanished', proof, evidence }
  const exit = { exitCode: null, signal: 'SIGKILL', neverExecuted: false, message: '' }
  return { seen: 'exited', proof, exit: { ...exit, cause, evidence } }
}

/** What the ticket settles by itself: a refusal or an exit, the latter with what the engine adds to it. */
async function toldByTicket(
  box: Box,
  ref: SessionRef,
  viewer: Viewer,
  marks: Marks,
  ask: () => Promise<ContainerState | null | string>,
): Promise<Sighting | null> {
  if (marks.taken !== null) return { seen: 'refused', reason: marks.taken, byUs: true }
  if (marks.wrapper !== null && marks.wrapper.nonce !== ref.nonce) {
    const reason = 'another start of this attempt holds the ticket'
    return { seen: 'refused', reason, byUs: false }
  }
  if (marks.refused !== null) return { seen: 'refused', reason: marks.refused, byUs: false }
  if (marks.exit === null) return null
  const exit = exitOf(box, marks)
  const proof = proofOf(ref, viewer, null)
  if (exit.exitCode === 0) return { seen: 'exited', proof, exit }
  const state = await ask()
  if (state === null || typeof state === 'string') return { seen: 'exited', proof, exit }
  const cause = exit.cause ?? causeOf(state, marks)
  const more = { evidence: evidenceOf(box.name, state), ...(cause && { cause }) }
  return { seen: 'exited', proof, exit: { ...exit, ...more } }
}

function exitOf(box: Box, marks: Marks): SessionExit {
  const { exit, started } = marks
  const code = exit?.code ?? 0
  const isKnown = exit !== null && started !== null
  const ran = isKnown ? { ranMs: ranMsBetween(started.startTicks, exit.uptimeCentis) } : {}
  const message = whyNeverExecuted(marks, () => readStart(join(box.dir, 'err'), complaintBytes))
  if (message !== null)
    return { exitCode: code, signal: null, neverExecuted: true, message, ...ran }
  const cause = marks.oomKills > 0 ? { cause: 'oom' as const } : {}
  const late = marks.late ? { late: true as const } : {}
  const ending = endingOf(code, marks.shellSaid)
  return { ...ending, neverExecuted: false, message: '', ...cause, ...ran, ...late }
}

function causeOf(state: ContainerState, marks: Marks): 'oom' | 'timeout' | null {
  if (state.running) return null
  if (state.oomKilled || marks.oomKills > 0) return 'oom'
  const limitS = Number(state.labels['midwatch.runtime'] ?? Number.POSITIVE_INFINITY)
  // The engine counts from before the start that it tells.
  return state.ranMs !== null && state.ranMs >= (limitS - 1) * 1_000 ? 'timeout' : null
}

/** Its first process ended without the mark that it leaves first: it could not even read its wrapper, or write beside it. */
const unbegun = (box: Box, state: ContainerState | null): string =>
  `${state === null ? box.name : evidenceOf(box.name, state)}, before its wrapper began; the user of the container ` +
  `needs ${box.dir}: leave \`user\` out, or name it by numbers and work outside the fleet’s own folder`

function evidenceOf(
  name: string,
  { running, exitCode, oomKilled, error, ranMs }: ContainerState,
): string {
  if (running) return `container ${name} is about to end`
  const parts = [
    `exited with ${exitCode}`,
    oomKilled ? 'OOMKilled' : '',
    ranMs === null ? '' : `after a run time of ${Math.round(ranMs / 100) / 10} s`,
    error,
  ]
  return `container ${name}: ${parts.filter(Boolean).join(', ')}`.slice(0, 400)
}

function proofOf(ref: SessionRef, { launcher, bootId }: Viewer, first: First | null): LaunchProof {
  if (ref.launch !== null) return ref.launch
  const { pid = null, startTicks = null } = first ?? {}
  return { launcher, pid, startTicks, bootId }
}
