// The launcher of the simulated world: sessions as processes of a machine, under wrappers that take tickets. It promises
// what every launcher promises and sees only what a real one could see: tickets, marks and living processes.

import type { Clock } from '../src/base/clock.ts'
import { failed } from '../src/base/errors.ts'
import type { LaunchProof } from '../src/model/attempt.ts'
import type {
  Emptied,
  Launcher,
  LaunchOrder,
  SessionRef,
  Sighting,
} from '../src/drivers/launchers/contract.ts'
import type { Machine, SessionFiles } from './machine.ts'
import { partOf } from './part.ts'
import type { Process } from './processes.ts'
import { startWrapper, type SessionStarter } from './wrapper.ts'

const giveUpMs = 10_000

/** The launcher as one daemon of `machine` holds it; `clock` is that daemon's own. */
export function simulatedLauncher(
  machine: Machine,
  clock: Clock,
  sessions: SessionStarter,
): Launcher {
  const seen = new Map<number, number>()

  async function changed(ref: SessionRef, withinMs: number, signal: AbortSignal): Promise<void> {
    const files = machine.filesOf(ref.attemptId)
    if (files.version > (seen.get(ref.attemptId) ?? 0) && !machine.ails.deafWatch) return
    const woken = new AbortController()
    const wake = () => woken.abort('woken')
    files.waiting.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    if (!signal.aborted) await clock.sleep(withinMs, woken.signal)
    signal.removeEventListener('abort', wake)
    files.waiting.delete(wake)
  }

  return {
    name: 'sim',
    start: async (order) => start(machine, order, sessions),
    async look(ref) {
      seen.set(ref.attemptId, machine.files.get(ref.attemptId)?.version ?? 0)
      return sight(machine, ref)
    },
    changed,
    async takeTicket(ref) {
      const files = machine.filesOf(ref.attemptId)
      if (files.ticket !== null) return false
      if (machine.ails.diskFull)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      files.ticket = {
        by: 'dispatcher',
        nonce: ref.nonce,
        pid: 0,
        startTicks: '0',
        bootId: machine.bootId,
      }
      machine.changed(files)
      return true
    },
    living: async (ref) => machine.processes.ofAttempt(ref.attemptId).map((process) => process.pid),
    vitals: async (ref) => vitalsOf(machine, ref),
    empty: (ref, graceMs) => empty(machine, clock, ref, graceMs),
    async read(ref, stream, offset, maxBytes) {
      const bytes = machine.files.get(ref.attemptId)?.[stream] ?? Buffer.alloc(0)
      return bytes.subarray(offset, offset + maxBytes)
    },
    size: async (ref, stream) => machine.files.get(ref.attemptId)?.[stream].length ?? 0,
    ...outboxOf(machine),
    forget(ref) {
      seen.delete(ref.attemptId)
    },
  }
}

function start(machine: Machine, order: LaunchOrder, sessions: SessionStarter): LaunchProof {
  refuseIfIll(machine, order)
  const { bootId } = machine
  machine.filesOf(order.attemptId)
  if (machine.ails.deafLauncher) {
    const ghost = machine.processes.spawn('stranger')
    machine.processes.end(ghost)
    return { launcher: 'sim', pid: ghost.pid, startTicks: ghost.startTicks, bootId }
  }
  const wrapper = startWrapper(machine, order, sessions)
  if (machine.ails.doubledStart) startWrapper(machine, order, sessions)
  if (machine.ails.launcherMute)
    throw failed(
      'launch.unanswered',
      `nobody answered whether attempt ${order.attemptId} was started`,
      'look for its start mark',
    )
  return { launcher: 'sim', pid: wrapper.pid, startTicks: wrapper.startTicks, bootId }
}

const outboxOf = (machine: Machine): Pick<Launcher, 'readOutbox' | 'dropLetter'> => ({
  async readOutbox({ attemptId }) {
    const letters = machine.files.get(attemptId)?.outbox ?? []
    return [...letters].map(([name, text]) => ({ name, text }))
  },
  async dropLetter({ attemptId }, name) {
    machine.files.get(attemptId)?.outbox.delete(name)
  },
})

function refuseIfIll(machine: Machine, order: LaunchOrder): void {
  const what = `attempt ${order.attemptId}`
  if (machine.ails.diskFull)
    throw failed(
      'launch.disk_full',
      `the folder of ${what} could not be written: the disk is full`,
      'free some space',
    )
  if (machine.ails.noProcesses)
    throw failed(
      'launch.resource_exhausted',
      `no process left to start ${what} (EAGAIN)`,
      'lower the number of slots',
    )
  if (machine.ails.folderGone)
    throw failed(
      'launch.cwd_missing',
      `the working directory ${order.cwd} does not exist`,
      'make it',
    )
}

/** Who is not idle uses all the CPU there is. */
function vitalsOf(machine: Machine, { attemptId }: SessionRef) {
  const members = machine.processes.ofAttempt(attemptId).filter(({ what }) => what !== 'wrapper')
  const nowMs = machine.timeline.monotonicMs()
  const cpuMs = members.reduce(
    (sum, { startTicks, idleAtMs }) => sum + (idleAtMs ?? nowMs) - 10 * Number(startTicks),
    0,
  )
  return { processes: members.length, cpuMs }
}

/** What can be seen of a session: first what its ticket tells, then who lives. */
export function sight(machine: Machine, ref: SessionRef): Sighting {
  const files = machine.files.get(ref.attemptId)
  const told = files === undefined ? null : toldByTicket(files, ref)
  if (told !== null) return told
  const ticket = files?.ticket ?? null
  const bootId = files?.started && ticket ? ticket.bootId : (ref.launch?.bootId ?? machine.bootId)
  if (bootId !== machine.bootId) return { seen: 'vanished', proof: ref.launch }
  if (files === undefined || ticket === null) return { seen: 'absent' }
  const wrapperLives = machine.processes.lives(ticket.pid, ticket.startTicks)
  const members = machine.processes.ofAttempt(ref.attemptId)
  if (files.started === null) return { seen: 'starting', alive: wrapperLives || members.length > 0 }
  if (members.length === 0) return { seen: 'vanished', proof: proofOf(files, ref) }
  return {
    seen: 'running',
    executed: files.executed,
    proof: proofOf(files, ref),
    ...(wrapperLives
      ? { ranMs: machine.timeline.monotonicMs() - 10 * Number(ticket.startTicks) }
      : { unwatched: true as const }),
  }
}

function toldByTicket(files: SessionFiles, ref: SessionRef): Sighting | null {
  if (files.ticket?.by === 'dispatcher')
    return {
      seen: 'refused',
      reason: 'the dispatcher took the ticket before the wrapper did',
      byUs: true,
    }
  if (files.ticket !== null && files.ticket.nonce !== ref.nonce)
    return {
      seen: 'refused',
      reason: 'another start of this attempt holds the ticket',
      byUs: false,
    }
  if (files.refused !== null) return { seen: 'refused', reason: files.refused, byUs: false }
  return files.exit && { seen: 'exited', exit: files.exit, proof: proofOf(files, ref) }
}

function proofOf(files: SessionFiles, ref: SessionRef): LaunchProof {
  const ticket = files.ticket
  if (ticket === null)
    return ref.launch ?? { launcher: 'sim', pid: null, startTicks: null, bootId: '' }
  return { launcher: 'sim', pid: ticket.pid, startTicks: ticket.startTicks, bootId: ticket.bootId }
}

/** What a program had come to when it was told to stop, the last time where one that is deaf was told again. */
export interface Struck {
  readonly ranMs: number
  /** How long it had used no CPU; 0 for one at work. */
  readonly stillMs: number
}

export const struckOn = partOf<Machine, Map<number, Struck>>(() => new Map())

function tellStop(machine: Machine, attemptId: number, left: readonly Process[]): void {
  const struck = struckOn(machine)
  const program = left.find(({ what }) => what === 'program')
  if (program === undefined) return
  const nowMs = machine.timeline.monotonicMs()
  const stillMs = nowMs - (program.idleAtMs ?? nowMs)
  struck.set(attemptId, { ranMs: nowMs - 10 * Number(program.startTicks), stillMs })
}

/** SIGTERM, grace, SIGKILL, look again. It is the daemon who does this: if it dies, the rest is not done. */
async function empty(
  machine: Machine,
  clock: Clock,
  ref: SessionRef,
  graceMs: number,
): Promise<Emptied> {
  const signals: string[] = []
  const left = () => machine.processes.ofAttempt(ref.attemptId)
  const until = async (withinMs: number, strike: (who: readonly Process[]) => void) => {
    const deadline = clock.monotonicMs() + withinMs
    for (
      let pauseMs = 5;
      left().length > 0 && clock.monotonicMs() < deadline;
      pauseMs = Math.min(1_000, pauseMs * 4)
    ) {
      strike(left())
      await clock.sleep(Math.min(pauseMs, deadline - clock.monotonicMs()))
    }
  }
  const asked = new Set<Process>()
  if (left().length > 0) {
    signals.push('SIGTERM')
    tellStop(machine, ref.attemptId, left())
    await until(graceMs, (who) => {
      for (const process of who) {
        if (!asked.has(process)) machine.processes.signal(process, 'SIGTERM')
        asked.add(process)
      }
    })
  }
  if (left().length > 0) {
    signals.push('SIGKILL')
    await until(giveUpMs, (who) => {
      const others = who.filter((process) => process.what !== 'wrapper')
      for (const process of others.length > 0 ? others : who)
        machine.processes.signal(process, 'SIGKILL')
    })
  }
  return { signals, survivors: left().map((process) => process.pid) }
}
