// Judges which processes belong to a session. Pure: it is handed the process table and what is known of the session.
// Killing the process group is not enough: clients put their tools into sessions of their own, and leave the agent
// behind when their launcher dies. So a process belongs if it carries the mark, sits in the cgroup, is the program the
// wrapper started, descends from one of these, or shares a session with one of these.

import type { Process, ProcessIdentity } from './process.ts'

/** What is known of a session. Pids are of this boot, or null. */
export interface Trace {
  readonly mark: string
  readonly wrapperPid: number | null
  /** The wrapper has written its last line and can start nothing any more; it does not count as living. */
  readonly wrapperDone: boolean
  /** When the wrapper recorded the exit, in hundredths of a second since boot; null when it did not. */
  readonly exitCentis: number | null
  readonly program: ProcessIdentity | null
  /** Members of the attempt's cgroup. */
  readonly cgroupPids: ReadonlySet<number>
}

/** Us: never a member, and neither are those who share our session only. */
export interface Self {
  readonly pid: number
  readonly session: number
}

/** The living processes of the session, from all living processes. */
export function membersOf(processes: readonly Process[], trace: Trace, self: Self): Process[] {
  const others = processes.filter((process) => process.pid !== self.pid)
  const members = new Set(others.filter((process) => isKnown(process, trace)))
  const pids = new Set([...members].map((member) => member.pid))
  const sessions = new Set([...members].map((member) => member.session))
  let before = -1
  while (before < members.size) {
    before = members.size
    for (const process of others) {
      if (members.has(process)) continue
      const kin = pids.has(process.parent)
      const shares = sessions.has(process.session) && process.session !== self.session
      if (!kin && !shares) continue
      members.add(process)
      pids.add(process.pid)
      sessions.add(process.session)
    }
  }
  return [...members].filter((member) => !isDoneWrapper(member, trace))
}

/** A process that is just ending has no environment any more, hence the look at its age. */
function isDoneWrapper(process: Process, trace: Trace): boolean {
  if (!trace.wrapperDone || process.pid !== trace.wrapperPid) return false
  if (process.mark !== null) return process.mark === trace.mark
  return trace.exitCentis === null || Number(process.startTicks) <= trace.exitCentis
}

/**
 * Belongs by itself. Who sat in the wrapper's session before the wrapper recorded the exit is ours without a mark: the
 * number can't have been another's then. Later bearers of that number prove nothing, for pids are used again.
 */
function isKnown(process: Process, trace: Trace): boolean {
  if (process.mark === trace.mark || trace.cgroupPids.has(process.pid)) return true
  if (process.pid === trace.program?.pid && process.startTicks === trace.program.startTicks) {
    return true
  }
  return (
    trace.exitCentis !== null &&
    process.session === trace.wrapperPid &&
    Number(process.startTicks) < trace.exitCentis
  )
}
