// The small process around a simulated session: it takes the ticket or goes, refuses to start too late, leaves the start
// mark, runs the program, and records how it ended. It outlives the daemon and dies with the machine.

import type { LaunchOrder, SessionExit } from '../src/drivers/launchers/contract.ts'
import type { Machine, SessionFiles } from './machine.ts'
import type { Process } from './processes.ts'

/** Runs the program of an order; it must end by calling `onExit` once. */
export type SessionStarter = (session: StartedSession) => void

export interface StartedSession {
  readonly machine: Machine
  readonly order: LaunchOrder
  readonly files: SessionFiles
  readonly program: Process
  /** The program's end, as its parent sees it. */
  readonly onExit: (exit: Pick<SessionExit, 'exitCode' | 'signal'>) => void
}

/** Starts a wrapper; what it does it does in its own time. */
export function startWrapper(machine: Machine, order: LaunchOrder, start: SessionStarter): Process {
  const { processes, timeline } = machine
  const wrapper = processes.spawn('wrapper', order.attemptId)
  wrapper.onSignal = (signal) => {
    if (signal === 'SIGKILL') processes.end(wrapper)
  }
  const startByMs = timeline.monotonicMs() + order.startWithinMs
  timeline.after(3 + machine.ails.slowStartMs, () => {
    if (wrapper.alive) firstAct(machine, order, wrapper, startByMs, start)
  })
  return wrapper
}

function firstAct(
  machine: Machine,
  order: LaunchOrder,
  wrapper: Process,
  startByMs: number,
  start: SessionStarter,
) {
  const { processes, timeline, bootId } = machine
  const files = machine.filesOf(order.attemptId)
  if (files.ticket !== null || machine.ails.diskFull) return processes.end(wrapper)
  files.ticket = {
    by: 'wrapper',
    nonce: order.nonce,
    pid: wrapper.pid,
    startTicks: wrapper.startTicks,
    bootId,
  }
  if (timeline.monotonicMs() >= startByMs) files.refused = 'the start came too late'
  machine.changed(files)
  if (files.refused !== null) return processes.end(wrapper)
  timeline.after(2, () => {
    if (wrapper.alive) leaveStartMark(machine, order, wrapper, files, start)
  })
}

function leaveStartMark(
  machine: Machine,
  order: LaunchOrder,
  wrapper: Process,
  files: SessionFiles,
  start: SessionStarter,
): void {
  const { processes, timeline } = machine
  const record = (exit: SessionExit) => {
    if (!wrapper.alive) return
    if (machine.ails.diskFull)
      return void timeline.after(1_000, () => record({ ...exit, late: true }))
    files.exit = exit
    machine.changed(files)
    processes.end(wrapper)
  }
  const program = processes.spawn('program', order.attemptId)
  files.started = program
  machine.changed(files)
  timeline.after(2, () => {
    if (!program.alive)
      return record({
        exitCode: null,
        signal: 'SIGKILL',
        neverExecuted: true,
        message: 'killed before it was executed',
      })
    if (machine.ails.programGone) {
      processes.end(program)
      return record({
        exitCode: 127,
        signal: null,
        neverExecuted: true,
        message: `${order.program}: not found`,
      })
    }
    files.executed = true
    machine.changed(files)
    const onExit = ({ exitCode, signal }: Pick<SessionExit, 'exitCode' | 'signal'>) => {
      const ranMs = timeline.monotonicMs() - 10 * Number(wrapper.startTicks)
      const exit = { exitCode, signal, neverExecuted: false, message: '', ranMs }
      timeline.after(1, () => record(exit))
    }
    start({ machine, order, files, program, onExit })
  })
}
