// The launcher `systemd`: each session a transient unit, in the slice of its fleet. The wrapper, its ticket and its files
// are those of `local`; systemd starts it, bounds it, keeps its processes together and tells how it ended. The unit's
// result is read before systemd is told to forget it, and kept with the last lines of its journal.

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { assert } from '../../../base/assert.ts'
import { failed } from '../../../base/errors.ts'
import type { Clock } from '../../../base/clock.ts'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { Emptied, Launcher, LaunchOrder, SessionRef, Sighting } from '../contract.ts'
import { createLocalLauncher, type ProcessLauncher } from '../local/local.ts'
import type { AskTool } from '../tool.ts'
import { askForUnit, endEvidence, journalFile } from './ask.ts'
import { groupFolders } from './enforced.ts'
import { Manager, type Scope } from './manager.ts'
import { causeOf, isOver, readUnitName, type Unit, unitName, unitPattern } from './unit.ts'

export interface SystemdLauncherOptions {
  readonly attemptsDir: string
  readonly fleetId: string
  readonly clock: Clock
  readonly ask: AskTool
}

/** What an ended unit told; kept so that it is asked once. */
interface Told {
  readonly cause: 'oom' | 'timeout' | null
  readonly evidence: string
}

/** Between two sweeps of units that nobody waits for any more, and before the first. */
const sweepPauseMs = 10 * 60_000
/** The last pause while an ended session's unit is awaited. */
const longestPauseMs = 640

/** Makes the launcher of one manager. */
export function createSystemdLauncher(options: SystemdLauncherOptions, scope: Scope): Launcher {
  return new SystemdLauncher(options, new Manager(scope, options.ask))
}

class SystemdLauncher implements Launcher {
  readonly name: string
  readonly #options: SystemdLauncherOptions
  readonly #manager: Manager
  readonly #inner: ProcessLauncher
  /** Sessions whose control group is known here, by unit. */
  readonly #known = new Set<string>()
  readonly #told = new Map<string, Told>()
  #sweptAtMs: number

  constructor(options: SystemdLauncherOptions, manager: Manager) {
    this.#options = options
    this.#manager = manager
    this.name = manager.scope === 'user' ? 'systemd-user' : 'systemd'
    this.#sweptAtMs = options.clock.monotonicMs()
    this.#inner = createLocalLauncher({
      attemptsDir: options.attemptsDir,
      fleetId: options.fleetId,
      clock: options.clock,
      asking: {
        name: this.name,
        ask: (order, wrapping, mark) => {
          const { bounds } = order
          assert(bounds?.launching.kind === 'systemd', 'an order for systemd says so')
          const { launching } = bounds
          const { fleetId, clock } = options
          return askForUnit(manager, { order, wrapping, mark, launching, bounds, fleetId, clock })
        },
      },
    })
  }

  async start(order: LaunchOrder): Promise<LaunchProof> {
    const why = whyNotPath([order.cwd, ...(order.bounds?.writes ?? [])])
    if (why !== null) throw failed('launch.invalid', why, 'Choose another path.')
    this.#sweepSometimes()
    const proof = await this.#inner.start(order)
    this.#known.add(this.#unitOf(order))
    return proof
  }

  async look(ref: SessionRef): Promise<Sighting> {
    await this.#find(ref)
    const seen = await this.#inner.look(ref)
    if (seen.seen === 'exited') {
      const told = await this.#endOf(ref)
      if (told === null) return seen
      const cause = seen.exit.cause ?? told.cause
      const exit = { ...seen.exit, evidence: told.evidence, ...(cause && { cause }) }
      return { ...seen, exit }
    }
    const isGone = seen.seen === 'vanished' || (seen.seen === 'starting' && !seen.alive)
    const told = isGone ? await this.#endOf(ref) : null
    if (told === null || seen.seen !== 'vanished') return seen
    if (told.cause === null || seen.proof === null) return { ...seen, evidence: told.evidence }
    // The wrapper went with the others; the unit knows why.
    const exit = { exitCode: null, signal: 'SIGKILL', neverExecuted: false, message: '' }
    return { seen: 'exited', proof: seen.proof, exit: { ...exit, ...told, cause: told.cause } }
  }

  changed(ref: SessionRef, withinMs: number, signal: AbortSignal): Promise<void> {
    return this.#inner.changed(ref, withinMs, signal)
  }

  takeTicket(ref: SessionRef): Promise<boolean> {
    return this.#inner.takeTicket(ref)
  }

  async living(ref: SessionRef): Promise<readonly number[]> {
    await this.#find(ref)
    return await this.#inner.living(ref)
  }

  async vitals(ref: SessionRef) {
    await this.#find(ref)
    return (await this.#inner.vitals?.(ref)) ?? { processes: 0, cpuMs: null }
  }

  async empty(ref: SessionRef, graceMs: number): Promise<Emptied> {
    await this.#find(ref)
    const emptied = await this.#inner.empty(ref, graceMs)
    if (emptied.survivors.length === 0) return emptied
    // Of another user's, perhaps: systemd may do what we may not.
    await this.#manager.kill(this.#unitOf(ref), 'KILL')
    return { signals: emptied.signals, survivors: await this.#inner.living(ref) }
  }

  read(...asked: Parameters<Launcher['read']>): Promise<Buffer> {
    return this.#inner.read(...asked)
  }

  size(...asked: Parameters<Launcher['size']>): Promise<number> {
    return this.#inner.size(...asked)
  }

  readOutbox(ref: SessionRef): ReturnType<Launcher['readOutbox']> {
    return this.#inner.readOutbox(ref)
  }

  dropLetter(ref: SessionRef, name: string): Promise<void> {
    return this.#inner.dropLetter(ref, name)
  }

  /** The unit's result was read; systemd may forget it. */
  forget(ref: SessionRef): void {
    const unit = this.#unitOf(ref)
    this.#inner.forget(ref)
    this.#told.delete(unit)
    this.#known.delete(unit)
    void this.#collectEnded(unit)
  }

  #unitOf({ attemptId, nonce }: Pick<SessionRef, 'attemptId' | 'nonce'>): string {
    return unitName(this.#options.fleetId, attemptId, nonce)
  }

  /** A session of an earlier daemon is found by its unit's name. */
  async #find(ref: SessionRef): Promise<void> {
    const name = this.#unitOf(ref)
    if (this.#known.has(name)) return
    const { unit, trouble } = await this.#manager.look(name)
    if (trouble !== null) return // systemd cannot say: the ticket still tells, and it is asked again
    this.#known.add(name)
    const folder = unit?.controlGroup ? groupFolders(unit.controlGroup).processes : null
    if (folder !== null) this.#inner.contain(ref, folder)
  }

  /** One that still runs is left as it is: to forget is not to stop. */
  async #collectEnded(name: string): Promise<void> {
    const { unit } = await this.#manager.look(name)
    if (unit !== null && isOver(unit)) await this.#manager.collect(name)
  }

  /** What the ended unit tells; null while it is not over, and for one that systemd does not know. */
  async #endOf(ref: SessionRef): Promise<Told | null> {
    const name = this.#unitOf(ref)
    const known = this.#told.get(name)
    if (known !== undefined) return known
    const unit = await this.#overSoon(name)
    if (unit === null) return null
    const journal = unit.result === 'success' ? '' : await this.#manager.journal(name)
    const dir = join(resolve(this.#options.attemptsDir), String(ref.attemptId))
    // Beside the session's output, for people; a full disk loses it.
    if (journal !== '')
      await writeFile(journalFile(dir), `${journal}\n`, { mode: 0o600 }).catch(() => {})
    const told = { cause: causeOf(unit), evidence: endEvidence(name, unit, journal) }
    this.#told.set(name, told)
    return told
  }

  /** The ended unit; what has written its last line may need a moment to leave. Null for one that runs, or is not known. */
  async #overSoon(name: string): Promise<Unit | null> {
    for (let pauseMs = 5; ; pauseMs *= 2) {
      const { unit } = await this.#manager.look(name)
      if (unit === null || isOver(unit)) return unit
      if (pauseMs > longestPauseMs) return null
      await this.#options.clock.sleep(pauseMs)
    }
  }

  /** Units of this fleet that are over and that nobody has asked about for long: a daemon died between end and forgetting. */
  #sweepSometimes(): void {
    const nowMs = this.#options.clock.monotonicMs()
    if (nowMs - this.#sweptAtMs < sweepPauseMs) return
    this.#sweptAtMs = nowMs
    void this.#sweep()
  }

  async #sweep(): Promise<void> {
    const { fleetId } = this.#options
    for (const name of await this.#manager.units(unitPattern(fleetId))) {
      if (this.#known.has(name) || readUnitName(name, fleetId) === null) continue
      await this.#collectEnded(name)
    }
  }
}

/** Why a path can't stand in a unit; null when each can. */
function whyNotPath(paths: readonly string[]): string | null {
  const bad = paths.find((path) => !path.startsWith('/') || /[\n\r]/.test(path))
  return bad === undefined
    ? null
    : `The path ${JSON.stringify(bad)} cannot stand in a unit of systemd.`
}
