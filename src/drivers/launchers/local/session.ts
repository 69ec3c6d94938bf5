// One attempt's session as this launcher knows it: its folder, its mark, its ticket and its processes.
// Holds nothing that could not be read again after a restart, except what makes reading quicker.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { SessionRef } from '../contract.ts'
import { cgroupPids, isCgroupOf } from './cgroup.ts'
import { childrenOf } from './descent.ts'
import { killGroup, type Victim } from '../../processes/empty.ts'
import { membersOf, type Self, type Trace } from '../../processes/living.ts'
import { type Marks, readMarks } from './marks.ts'
import { lives, type Process, readMark, readProcess, readStat } from '../../processes/process.ts'
import type { ProcessTable } from '../../processes/process-table.ts'
import { sandboxFileName } from './sandbox.ts'
import { readTicket } from './session-files.ts'
import { isDead } from '../../processes/stat-line.ts'
import type { SessionWatch } from './watch.ts'

/** What all sessions of one launcher share. */
export interface Surroundings {
  readonly attemptsDir: string
  readonly fleetId: string
  readonly bootId: string
  readonly table: ProcessTable
  readonly self: Self
  /** The launcher's name in proofs. */
  readonly launcher: string
}

export class Session {
  readonly dir: string
  readonly mark: string
  readonly nonce: string
  /** Made by us for this session, perhaps not yet in its ticket. */
  cgroup: string | null = null
  /** The cgroup of the unit it runs in, which its service manager makes and removes. */
  unitCgroup: string | null = null
  watch: SessionWatch | null = null
  /** Its wrapper as we had it started, and who inherits what it leaves behind. */
  descent: { readonly wrapperPid: number; readonly reaper: number } | null = null
  readonly #attemptId: number
  readonly #around: Surroundings
  /** The wrapper as it was last seen alive and ours. */
  #wrapper: { readonly pid: number; readonly startTicks: string } | null = null
  /** The ticket once it tells the exit: nothing is written behind that. */
  #last: Marks | null = null
  #isSandboxed: boolean | null = null

  constructor(ref: Pick<SessionRef, 'attemptId' | 'nonce'>, around: Surroundings) {
    this.dir = join(around.attemptsDir, String(ref.attemptId))
    this.mark = `${around.fleetId}:${ref.attemptId}:${ref.nonce}`
    this.nonce = ref.nonce
    this.#attemptId = ref.attemptId
    this.#around = around
  }

  get launcher(): string {
    return this.#around.launcher
  }

  /** Whether it was started in a sandbox. */
  get isSandboxed(): boolean {
    this.#isSandboxed ??= existsSync(join(this.dir, sandboxFileName))
    return this.#isSandboxed
  }

  /** What is known to whoever starts it. */
  set isSandboxed(is: boolean) {
    this.#isSandboxed = is
  }

  /** The ticket as it is now; null when nobody took it. */
  marks(): Marks | null {
    if (this.#last !== null) return this.#last
    const text = readTicket(this.dir)
    const marks = text === null ? null : readMarks(text)
    if (marks !== null && marks.exit !== null) this.#last = marks
    return marks
  }

  /** Start ticks of the wrapper if it lives and is ours, and not a later bearer of its pid. */
  wrapperTicks(marks: Marks, launch: LaunchProof | null): string | null {
    const pid = this.#isThisBoot(marks) ? marks.wrapper?.pid : undefined
    if (pid === undefined) return null
    if (launch?.pid === pid && launch.startTicks !== null) {
      return lives(pid, launch.startTicks) ? launch.startTicks : null
    }
    if (this.#wrapper?.pid === pid) {
      return lives(pid, this.#wrapper.startTicks) ? this.#wrapper.startTicks : null
    }
    const stat = readStat(pid)
    if (!stat || isDead(stat) || readMark(pid) !== this.mark) return null
    this.#wrapper = { pid, startTicks: stat.startTicks }
    return stat.startTicks
  }

  /** Folder of the attempt's cgroup, made by us or by the daemon before us; null when there is none. */
  cgroupPath(marks: Marks | null): string | null {
    if (this.unitCgroup !== null) return this.unitCgroup
    const told = marks?.wrapper?.nonce === this.nonce ? marks.cgroup : null
    const { fleetId } = this.#around
    return told !== null && isCgroupOf(told, fleetId, this.#attemptId) ? told : this.cgroup
  }

  /**
   * Whether it is over by what its ticket says and its cgroup holds: all that is left to prove is that nobody descends from
   * it any more. Null where that can't be asked of anybody.
   */
  reaperAfterEnd(): number | null {
    const marks = this.descent === null ? null : this.marks()
    if (this.descent === null || marks === null || !this.#isThisBoot(marks)) return null
    const { wrapperPid, reaper } = this.descent
    const isDone = marks.exit !== null || marks.refused !== null
    if (!isDone || marks.wrapper?.pid !== wrapperPid) return null
    // What was cloned as a child of the wrapper itself is the reaper's only once the wrapper has gone, too.
    if ((childrenOf(wrapperPid) ?? []).length > 0) return null
    const inCgroup = this.cgroup === null ? [] : [...cgroupPids(this.cgroup)]
    return inCgroup.every((pid) => pid === wrapperPid) ? reaper : null
  }

  /** Every living process of the session, as seen after this call was made. */
  async members(): Promise<Victim[]> {
    const processes = await this.#around.table.snapshot()
    const marks = this.marks()
    const cgroup = this.cgroupPath(marks)
    const inCgroup = cgroup === null ? new Set<number>() : cgroupPids(cgroup)
    const trace = this.#trace(marks, inCgroup)
    const members = membersOf(withNewborn(processes, inCgroup), trace, this.#around.self)
    return members.map(({ pid, startTicks, mark, group, session }) => {
      const isWrapper = pid === trace.wrapperPid && mark === this.mark
      const isOurs = session !== this.#around.self.session
      return { pid, startTicks, group: isOurs ? group : null, isWrapper }
    })
  }

  /**
   * Ends a chain of processes in the wrapper's group of which each forks the next and ends before a look reaches it.
   * Only if nobody else's process bears that number: then the group is ours, or there is none.
   */
  async strikeUnseen(): Promise<void> {
    const processes = await this.#around.table.snapshot()
    const marks = this.marks()
    const trace = this.#trace(marks, new Set())
    const pid = trace.wrapperPid
    if (pid === null) return
    const members = new Set(membersOf(processes, trace, this.#around.self))
    const bearers = processes.filter((p) => [p.pid, p.group, p.session].includes(pid))
    if (bearers.every((bearer) => members.has(bearer))) killGroup(pid)
  }

  #trace(marks: Marks | null, inCgroup: ReadonlySet<number>): Trace {
    const now = marks !== null && this.#isThisBoot(marks) ? marks : null
    return {
      mark: this.mark,
      wrapperPid: now?.wrapper?.pid ?? null,
      wrapperDone: now !== null && (now.exit !== null || now.refused !== null),
      exitCentis: now?.exit?.uptimeCentis ?? null,
      program: now?.started ?? null,
      cgroupPids: inCgroup,
    }
  }

  /** Pids mean something only within the boot, and for the start, that the ticket tells of. */
  #isThisBoot(marks: Marks): boolean {
    const { wrapper } = marks
    return wrapper?.bootId === this.#around.bootId && wrapper.nonce === this.nonce
  }
}

/** Adds what was born into the cgroup after the scan had passed its pid. */
function withNewborn(processes: readonly Process[], inCgroup: ReadonlySet<number>): Process[] {
  const scanned = new Set(processes.map((process) => process.pid))
  const newborn = [...inCgroup].filter((pid) => !scanned.has(pid)).map(readProcess)
  return [...processes, ...newborn.filter((process) => process !== null)]
}
