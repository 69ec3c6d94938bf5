// The launcher `local`: sessions as detached processes of this machine. Each runs under a wrapper that takes the
// attempt's ticket, so that it starts once at most, and records start and exit; each is found again after a restart by
// that ticket, and whole: by mark, cgroup and descent. Linux only: nothing is believed that /proc does not show.

import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { assert } from '../../../base/assert.ts'
import type { Clock } from '../../../base/clock.ts'
import { OperatingError, refused, systemCode } from '../../../base/errors.ts'
import type { LaunchProof } from '../../../model/attempt.ts'
import { readBootId } from '../../hosts/boot-id.ts'
import type {
  Emptied,
  Launcher,
  LaunchOrder,
  Letter,
  SessionRef,
  Sighting,
  Stream,
} from '../contract.ts'
import { askForWrapper, isSandboxed, refusalOf } from './ask.ts'
import type { Asking, Started } from './asking.ts'
import {
  cgroupOf,
  findCgroupRoot,
  joinFileOf,
  killCgroup,
  stopForks,
  sweepCgroups,
} from './cgroup.ts'
import { keepCgroup, removeSoon } from './cgroup-removal.ts'
import { createFewAtOnce, type FewAtOnce, isComing } from './few-at-once.ts'
import { cpuMsOf } from '../../processes/cpu.ts'
import { emptySession } from '../../processes/empty.ts'
import { processTable } from '../../processes/process-table.ts'
import { readStat, recentUptimeCentis } from '../../processes/process.ts'
import { Session, type Surroundings } from './session.ts'
import {
  createTicket,
  dropLetter,
  type Files,
  filesOf,
  layOut,
  readLetters,
  readPart,
  sizeOf,
} from './session-files.ts'
import { sight } from './sight.ts'
import { type Spawner, spawnerOf } from './spawner.ts'
import { SessionWatch } from './watch.ts'
import type { WrapperOrder } from './wrapper.ts'

export interface LocalLauncherOptions {
  /** Folder of the attempts' folders; need not exist yet. */
  readonly attemptsDir: string
  /** Names the fleet in marks and cgroups: letters, digits, `.`, `_`, `-`. */
  readonly fleetId: string
  readonly clock: Clock
  /** `auto` makes a cgroup per attempt where it can; `marks` never does. */
  readonly containment?: 'auto' | 'marks'
  /** How long after SIGKILL an emptying gives up. */
  readonly giveUpMs?: number
  /** Who starts the wrappers; the one of this process unless told otherwise. */
  readonly spawner?: Spawner
  /** Who is asked for a wrapper in place of the spawner, and under which name it stands in proofs. */
  readonly asking?: Asking
}

/** A launcher whose sessions are processes that this machine shows us. */
export interface ProcessLauncher extends Launcher {
  /** Tells where a session of an earlier daemon sits. */
  contain(ref: SessionRef, cgroup: string): void
}

/** Makes the launcher. Throws OperatingError `launch.no_proc` on a system that does not show its processes. */
export function createLocalLauncher(options: LocalLauncherOptions): ProcessLauncher {
  const self = readStat(process.pid)
  if (self === null) {
    const sentence = 'The launcher “local” needs Linux’s /proc, and this system does not have it.'
    throw refused('launch.no_proc', sentence, 'Run Midwatch on Linux, or mount /proc.')
  }
  assert(/^[\w.-]+$/.test(options.fleetId), `fleet id "${options.fleetId}" is a plain word`)
  return new LocalLauncher(options, {
    attemptsDir: resolve(options.attemptsDir),
    fleetId: options.fleetId,
    bootId: readBootId(),
    table: processTable(options.clock),
    self,
    launcher: options.asking?.name ?? 'local',
  })
}

const defaultGiveUpMs = 10_000
/** Between two sweeps of cgroups that nobody else removed. */
const sweepPauseMs = 30_000

class LocalLauncher implements ProcessLauncher {
  readonly name: string
  readonly #options: LocalLauncherOptions
  readonly #around: Surroundings
  readonly #spawner: Spawner
  readonly #few: FewAtOnce
  /** Sessions that we started or wait for, until they are forgotten. */
  readonly #kept = new Map<number, Session>()
  /** Found when the first session starts; null where none can be made. */
  #cgroupRoot: string | null | undefined
  #sweptAtMs = Number.NEGATIVE_INFINITY
  #hasFolder = false

  constructor(options: LocalLauncherOptions, around: Surroundings) {
    this.#options = options
    this.#spawner = options.spawner ?? spawnerOf(options.clock)
    this.#around = around
    this.#few = createFewAtOnce(options.clock)
    this.name = around.launcher
  }

  ready(): void {
    if (this.#options.asking === undefined) this.#spawner.ready()
  }

  async start(order: LaunchOrder): Promise<LaunchProof> {
    if (this.#options.asking === undefined) await this.#few.enter(order.attemptId)
    const startByCentis = recentUptimeCentis() + Math.floor(order.startWithinMs / 10)
    const session = this.#keep(order)
    try {
      const files = filesOf(order.stdin, order.files)
      const root = this.#options.asking === undefined ? this.#rootForCgroups() : null
      session.cgroup = root === null ? null : cgroupOf(root, this.#options.fleetId, order.attemptId)
      const { bootId } = this.#around
      const joinFile =
        root === null || session.cgroup === null ? '' : joinFileOf(root, session.cgroup)
      const { dir: attemptDir } = session
      const wrapping = { attemptDir, nonce: order.nonce, startByCentis, bootId, joinFile }
      const { pid, startTicks } = await this.#ask(order, wrapping, session, files)
      // Whoever waits looks first, and so sees what happened before this.
      session.watch ??= new SessionWatch(session.dir, this.#options.clock)
      return { launcher: this.name, pid, startTicks, bootId }
    } catch (error) {
      this.forget({ ...order, launch: null })
      if (error instanceof OperatingError || systemCode(error) === null) throw error
      throw await refusalOf(error, order)
    }
  }

  async #ask(
    order: LaunchOrder,
    wrapping: WrapperOrder,
    session: Session,
    files: Files,
  ): Promise<Pick<Started, 'pid' | 'startTicks'>> {
    const { asking } = this.#options
    if (asking === undefined) {
      this.#haveFolder()
      session.isSandboxed = isSandboxed(order)
      const { mark, cgroup } = session
      if (cgroup !== null) keepCgroup(cgroup)
      const ground = { files, cgroup }
      const asked = await askForWrapper(order, wrapping, mark, this.#spawner, ground)
      asked.onExit(() => session.watch?.note())
      const { pid, reaper } = asked
      // What a container runs descends from nobody here.
      const descends = (order.bounds?.launching.kind ?? 'local') === 'local'
      session.descent = reaper !== null && descends ? { wrapperPid: pid, reaper } : null
      return asked
    }
    await layOut(session.dir, files)
    const started = await asking.ask(order, wrapping, session.mark)
    session.unitCgroup = started.cgroup
    return started
  }

  contain(ref: SessionRef, cgroup: string): void {
    this.#keep(ref).unitCgroup = cgroup
  }

  async look(ref: SessionRef): Promise<Sighting> {
    const session = this.#sessionOf(ref)
    session.watch?.looking()
    const seen = await sight(session, ref, this.#around.bootId)
    session.watch?.saw(seen)
    if (!isComing(seen)) this.#few.leave(ref.attemptId)
    return seen
  }

  async changed(ref: SessionRef, withinMs: number, signal: AbortSignal): Promise<void> {
    const session = this.#keep(ref)
    session.watch ??= new SessionWatch(session.dir, this.#options.clock)
    await session.watch.changed(withinMs, signal)
  }

  async takeTicket(ref: SessionRef): Promise<boolean> {
    const by = `taken the dispatcher (pid ${this.#around.self.pid}) took the ticket before the wrapper did end\n`
    return createTicket(this.#sessionOf(ref).dir, by)
  }

  async living(ref: SessionRef): Promise<readonly number[]> {
    const session = this.#sessionOf(ref)
    const reaper = session.reaperAfterEnd()
    if (reaper !== null && (await this.#spawner.hasNoOrphans(reaper))) return []
    return (await session.members()).map((member) => member.pid)
  }

  async vitals(ref: SessionRef): Promise<{ processes: number; cpuMs: number | null }> {
    const pids = await this.living(ref)
    const used = pids.map(cpuMsOf).filter((ms) => ms !== null)
    const cpuMs = used.length === 0 ? null : used.reduce((sum, ms) => sum + ms, 0)
    return { processes: pids.length, cpuMs }
  }

  async empty(ref: SessionRef, graceMs: number): Promise<Emptied> {
    const session = this.#sessionOf(ref)
    const emptied = await emptySession({
      look: () => session.members(),
      stopForks: () => this.#withCgroup(session, stopForks),
      strikeUnseen: () => session.strikeUnseen(),
      strike: () => this.#withCgroup(session, killCgroup),
      clock: this.#options.clock,
      graceMs,
      giveUpMs: this.#options.giveUpMs ?? defaultGiveUpMs,
    })
    if (emptied.survivors.length === 0) this.#removeCgroup(session)
    session.watch?.note()
    return emptied
  }

  async read(ref: SessionRef, stream: Stream, offset: number, maxBytes: number): Promise<Buffer> {
    return readPart(resolve(this.#sessionOf(ref).dir, stream), offset, maxBytes)
  }

  async size(ref: SessionRef, stream: Stream): Promise<number> {
    return sizeOf(resolve(this.#sessionOf(ref).dir, stream))
  }

  async readOutbox(ref: SessionRef): Promise<readonly Letter[]> {
    return readLetters(this.#sessionOf(ref).dir)
  }

  async dropLetter(ref: SessionRef, name: string): Promise<void> {
    dropLetter(this.#sessionOf(ref).dir, name)
  }

  forget(ref: SessionRef): void {
    this.#few.leave(ref.attemptId)
    const session = this.#sessionOf(ref)
    session.watch?.close()
    this.#removeCgroup(session)
    this.#kept.delete(ref.attemptId)
  }

  /** A session that is only looked at leaves nothing behind; one that is waited for is kept. */
  #sessionOf(ref: Pick<SessionRef, 'attemptId' | 'nonce'>): Session {
    const kept = this.#kept.get(ref.attemptId)
    return kept?.nonce === ref.nonce ? kept : new Session(ref, this.#around)
  }

  #keep(ref: Pick<SessionRef, 'attemptId' | 'nonce'>): Session {
    const session = this.#sessionOf(ref)
    this.#kept.set(ref.attemptId, session)
    return session
  }

  /** The folder of all attempts, in which the spawner makes that of each. */
  #haveFolder(): void {
    if (!this.#hasFolder) mkdirSync(this.#around.attemptsDir, { recursive: true, mode: 0o700 })
    this.#hasFolder = true
  }

  /** The folder under which cgroups are made; null for none. What was left there is swept now and then. */
  #rootForCgroups(): string | null {
    const { clock, containment, fleetId } = this.#options
    if (containment === 'marks') return null
    if (this.#cgroupRoot === undefined) this.#cgroupRoot = findCgroupRoot()
    const nowMs = clock.monotonicMs()
    if (this.#cgroupRoot !== null && nowMs - this.#sweptAtMs > sweepPauseMs) {
      this.#sweptAtMs = nowMs
      sweepCgroups(this.#cgroupRoot, fleetId, clock)
    }
    return this.#cgroupRoot
  }

  #withCgroup(session: Session, act: (cgroup: string) => void): void {
    const cgroup = session.cgroup ?? session.cgroupPath(session.marks())
    if (cgroup !== null) act(cgroup)
  }

  #removeCgroup(session: Session): void {
    if (this.#options.asking !== undefined) return
    this.#withCgroup(session, (cgroup) => {
      if (!this.#spawner.discard(cgroup)) removeSoon(cgroup, this.#options.clock)
    })
  }
}
