// One machine of the simulated world: its time, its processes, its disk, and what ails it. Files outlive the boot, as far
// as they were on the disk; processes do not. This is the world's own truth, which the checkers judge by.

import type { Worktree } from '../src/drivers/workspaces/contract.ts'
import type { LaunchOrder, SessionExit } from '../src/drivers/launchers/contract.ts'
import type { Chance } from './chance.ts'
import { type Time, Timeline } from './clock.ts'
import { type Process, ProcessTable } from './processes.ts'

/** What lies in an attempt's folder. */
export interface SessionFiles {
  readonly attemptId: number
  ticket: {
    readonly by: 'wrapper' | 'dispatcher'
    readonly nonce: string
    readonly pid: number
    readonly startTicks: string
    readonly bootId: string
  } | null
  refused: string | null
  started: Process | null
  executed: boolean
  exit: SessionExit | null
  out: Buffer
  err: Buffer
  /** Letters by name. */
  readonly outbox: Map<string, string>
  /** Grows with every change; who waits is told. */
  version: number
  /** World time of the newest change: what is younger than a few seconds may be lost with the power. */
  changedAtMs: number
  readonly waiting: Set<() => void>
}

/** What ails a machine just now. All of it comes and goes. */
export interface Ailments {
  diskFull: boolean
  noProcesses: boolean
  /** The launcher says yes and nothing starts. */
  deafLauncher: boolean
  /** The launcher does what it is asked, and its answer is lost. */
  launcherMute: boolean
  /** Wrappers need this long to come to their first act. */
  slowStartMs: number
  /** Every wrapper is started twice. */
  doubledStart: boolean
  /** Calls of the store fail: never asked, or asked and not answered. */
  storeLost: boolean
  /** Share of calls of the store that are refused as busy, lost, doubled or late. */
  storeBusy: number
  storeSlowMs: number
  /** Pulses and renewals are sent and never arrive. */
  pulsesLost: boolean
  /** What is said of endings never arrives, or arrives and is not answered. */
  endingsLost: 'undone' | 'done' | null
  /** Every call that may be repeated arrives twice. */
  callsDoubled: boolean
  networkDown: boolean
  folderGone: boolean
  programGone: boolean
  checksBroken: boolean
  /** Never calm, day and night. */
  loud: boolean
  /** File changes are not noticed; only polling sees them. */
  deafWatch: boolean
  /** The database file or address cannot be reached by sessions, only by the daemon. */
  sessionsCutOff: boolean
}

export const health = (): Ailments => ({
  diskFull: false,
  noProcesses: false,
  deafLauncher: false,
  launcherMute: false,
  slowStartMs: 0,
  doubledStart: false,
  storeLost: false,
  storeBusy: 0,
  storeSlowMs: 0,
  pulsesLost: false,
  endingsLost: null,
  callsDoubled: false,
  networkDown: false,
  folderGone: false,
  programGone: false,
  checksBroken: false,
  loud: false,
  deafWatch: false,
  sessionsCutOff: false,
})

export class Machine {
  readonly name: string
  readonly time: Time
  readonly timeline: Timeline
  readonly processes: ProcessTable
  readonly chance: Chance
  readonly ails: Ailments = health()
  readonly files = new Map<number, SessionFiles>()
  /** Worktrees of tasks, which outlive every daemon and boot. */
  readonly worktrees = new Map<number, Worktree>()
  bootId: string
  up = true
  /** How many reasons there are now for which its daemon does not listen. */
  hangs = 0
  boots = 1
  /** How often something came between its daemon and the store, or its daemon and its time. */
  troubles = 0
  /** The daemon's ear for sessions; null while no daemon listens. */
  socket: ((request: unknown) => Promise<unknown>) | null = null

  constructor(name: string, time: Time, chance: Chance) {
    this.name = name
    this.time = time
    this.timeline = new Timeline(time)
    this.processes = new ProcessTable(() => this.timeline.monotonicMs() / 10)
    this.chance = chance
    this.bootId = `${name}-boot-1`
  }

  /** The folder of an attempt, made when it is new. */
  filesOf(attemptId: number): SessionFiles {
    const known = this.files.get(attemptId)
    if (known !== undefined) return known
    const files: SessionFiles = {
      attemptId,
      ticket: null,
      refused: null,
      started: null,
      executed: false,
      exit: null,
      out: Buffer.alloc(0),
      err: Buffer.alloc(0),
      outbox: new Map(),
      version: 0,
      changedAtMs: this.time.nowMs,
      waiting: new Set(),
    }
    this.files.set(attemptId, files)
    return files
  }

  /** Something in the folder has changed. */
  changed(files: SessionFiles): void {
    files.version += 1
    files.changedAtMs = this.time.nowMs
    if (this.ails.deafWatch) return
    for (const tell of [...files.waiting]) tell()
  }

  /** Power is lost. What was written within the last seconds may not have reached the disk. */
  crash(): void {
    if (!this.up) return
    this.up = false
    this.socket = null
    this.processes.clear()
    this.timeline.halt()
    for (const files of this.files.values()) {
      files.waiting.clear()
      if (files.exit !== null || files.changedAtMs < this.time.nowMs - 5_000) continue
      if (this.chance.happens(0.5)) this.forgetYoung(files)
    }
  }

  boot(): void {
    if (this.up) return
    this.up = true
    this.boots += 1
    this.bootId = `${this.name}-boot-${this.boots}`
    this.timeline.boot()
  }

  forgetYoung(files: SessionFiles): void {
    files.ticket = null
    files.refused = null
    files.started = null
    files.executed = false
    files.out = Buffer.alloc(0)
    files.err = Buffer.alloc(0)
    files.outbox.clear()
  }
}

export type StartedOrder = LaunchOrder & { readonly bootId: string }
