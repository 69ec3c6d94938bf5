// The launchers `podman` and `docker`: each session a container. The wrapper, its ticket and its files are those of
// `local`, mounted under their own path; so a session reports by the daemon's socket or its outbox, and its output needs
// nobody to read it. Containers outlive the daemon and are found again by name and label.

import { resolve } from 'node:path'
import { assert } from '../../../base/assert.ts'
import type { Clock } from '../../../base/clock.ts'
import type { LaunchProof } from '../../../model/attempt.ts'
import { insideVariable } from '../../../model/launcher.ts'
import { readBootId } from '../../hosts/boot-id.ts'
import { cpuMsOf } from '../../processes/cpu.ts'
import { emptySession } from '../../processes/empty.ts'
import { uptimeCentis } from '../../processes/process.ts'
import type { Emptied, Launcher, LaunchOrder, SessionRef, Sighting, Stream } from '../contract.ts'
import { sharedGitFolder } from '../git-folder.ts'
import {
  createTicket,
  dropLetter,
  filesOf,
  layOut,
  readLetters,
  readPart,
  sizeOf,
} from '../local/session-files.ts'
import { SessionWatch } from '../local/watch.ts'
import type { AskTool } from '../tool.ts'
import { Box } from './box.ts'
import { Engine, type EngineName } from './engine.ts'
import { sightBox } from './sight.ts'
import { checkFolders, ensureImage, startBox, thoseThere } from './start.ts'
import { containerName, fleetLabel } from './words.ts'

export interface ContainerLauncherOptions {
  readonly attemptsDir: string
  readonly fleetId: string
  readonly clock: Clock
  readonly ask: AskTool
  readonly asRoot: boolean
}

/** Makes the launcher of one engine. */
export const createContainerLauncher = (
  options: ContainerLauncherOptions,
  engine: EngineName,
): ContainerLauncher => new ContainerLauncher(options, new Engine(engine, options.ask))

const giveUpMs = 10_000
/** Looks at a container whose wrapper is done, before what lives in it counts as left. */
const endRounds = 80
/** Between two sweeps of containers that nobody waits for any more, and before the first. */
const sweepPauseMs = 10 * 60_000

export class ContainerLauncher implements Launcher {
  readonly name: EngineName
  readonly #options: ContainerLauncherOptions
  readonly #engine: Engine
  readonly #attemptsDir: string
  readonly #bootId = readBootId()
  readonly #boxes = new Map<string, Box>()
  readonly #watches = new Map<string, SessionWatch>()
  readonly #pulls = new Map<string, Promise<void>>()
  #sweptAtMs: number

  constructor(options: ContainerLauncherOptions, engine: Engine) {
    this.#options = options
    this.#engine = engine
    this.name = engine.name
    this.#attemptsDir = resolve(options.attemptsDir)
    this.#sweptAtMs = options.clock.monotonicMs()
  }

  async start(order: LaunchOrder): Promise<LaunchProof> {
    const { bounds } = order
    assert(bounds?.launching.kind === 'container', 'an order for a container says so')
    const { launching } = bounds
    this.#sweepSometimes()
    const box = this.#keep(order)
    await layOut(box.dir, filesOf(order.stdin, order.files))
    await checkFolders(order.cwd, [box.dir])
    await this.#ensureImage(launching.image, () => ensureImage(this.#engine, launching))
    const git = sharedGitFolder(order.cwd)
    const inside = { ...order, env: { ...order.env, [insideVariable]: 'container' } }
    const first = await startBox(this.#engine, box, {
      order: inside,
      bounds,
      launching,
      wrapping: {
        attemptDir: box.dir,
        nonce: order.nonce,
        // Fetching an image takes its time; the clock runs from here.
        startByCentis: uptimeCentis() + Math.floor(order.startWithinMs / 10),
        bootId: this.#bootId,
        joinFile: '',
      },
      mark: `${this.#options.fleetId}:${order.attemptId}:${order.nonce}`,
      fleetId: this.#options.fleetId,
      reads: thoseThere(bounds.reads),
      writes: thoseThere([...bounds.writes, ...(git === null ? [] : [git])]),
      self: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      asRoot: this.#options.asRoot,
    })
    const { pid = null, startTicks = null } = first ?? {}
    return { launcher: this.name, pid, startTicks, bootId: this.#bootId }
  }

  async look(ref: SessionRef): Promise<Sighting> {
    const box = this.#boxOf(ref)
    const watch = this.#watches.get(box.name)
    watch?.looking()
    const viewer = { launcher: this.name, bootId: this.#bootId }
    const seen = await sightBox(box, ref, viewer, () => this.#settled(box))
    watch?.saw(seen)
    return seen
  }

  async changed(ref: SessionRef, withinMs: number, signal: AbortSignal): Promise<void> {
    const box = this.#keep(ref)
    const watch = this.#watches.get(box.name) ?? new SessionWatch(box.dir, this.#options.clock)
    this.#watches.set(box.name, watch)
    await watch.changed(withinMs, signal)
  }

  async takeTicket(ref: SessionRef): Promise<boolean> {
    const by = `taken the dispatcher (pid ${process.pid}) took the ticket before the wrapper did end\n`
    return createTicket(this.#boxOf(ref).dir, by)
  }

  async living(ref: SessionRef): Promise<readonly number[]> {
    const box = this.#boxOf(ref)
    let left = await box.members(ref.launch)
    // Its wrapper has written its last line: the kernel is about to end all of it.
    for (let round = 0; left.length > 0 && round < endRounds && box.marks()?.exit; round++) {
      await this.#options.clock.sleep(25)
      left = await box.members(ref.launch)
    }
    return left.map(({ pid }) => pid)
  }

  async vitals(ref: SessionRef): Promise<{ processes: number; cpuMs: number | null }> {
    const pids = await this.living(ref)
    const used = pids.map(cpuMsOf).filter((ms) => ms !== null)
    return {
      processes: pids.length,
      cpuMs: used.length === 0 ? null : used.reduce((a, b) => a + b, 0),
    }
  }

  async empty(ref: SessionRef, graceMs: number): Promise<Emptied> {
    const box = this.#boxOf(ref)
    let asked = false
    const emptied = await emptySession({
      look: () => box.members(ref.launch),
      stopForks: () => {},
      strikeUnseen: async () => {},
      // The kernel ends all of it with its first process, in one stroke.
      strike: () => {
        if (!asked) void this.#engine.kill(box.name, 'KILL')
        asked = true
      },
      clock: this.#options.clock,
      graceMs,
      giveUpMs,
    })
    this.#watches.get(box.name)?.note()
    return emptied
  }

  async read(ref: SessionRef, stream: Stream, offset: number, maxBytes: number): Promise<Buffer> {
    return readPart(resolve(this.#boxOf(ref).dir, stream), offset, maxBytes)
  }

  async size(ref: SessionRef, stream: Stream): Promise<number> {
    return sizeOf(resolve(this.#boxOf(ref).dir, stream))
  }

  async readOutbox(ref: SessionRef) {
    return readLetters(this.#boxOf(ref).dir)
  }

  async dropLetter(ref: SessionRef, name: string): Promise<void> {
    dropLetter(this.#boxOf(ref).dir, name)
  }

  forget(ref: SessionRef): void {
    const box = this.#boxOf(ref)
    this.#watches.get(box.name)?.close()
    this.#watches.delete(box.name)
    this.#boxes.delete(box.name)
    void this.#removeEnded(box, ref)
  }

  /** Removes the containers of this fleet that are over and that nobody here waits for. Answers their names. */
  async collect(): Promise<readonly string[]> {
    const ended = await this.#engine.ended(fleetLabel(this.#options.fleetId))
    const orphans = ended.filter((name) => !this.#boxes.has(name))
    for (const name of orphans) await this.#engine.remove(name)
    return orphans
  }

  /**
   * One that lived when it was forgotten is left as it is, for who adopts it: to forget is not to stop, and what the engine knows
   * of its end is evidence. That it ends before the engine has answered changes nothing.
   */
  async #removeEnded(box: Box, ref: SessionRef): Promise<void> {
    const isOver = Boolean(box.marks()?.exit) || (await box.members(ref.launch)).length === 0
    if (!isOver) return
    const state = await this.#settled(box)
    if (state !== null && typeof state !== 'string' && !state.running)
      await this.#engine.remove(box.name)
  }

  /** The engine's word once it has noticed an end; it may need a moment after the wrapper's last line. */
  async #settled(box: Box): ReturnType<Box['state']> {
    for (let pauseMs = 10; ; pauseMs *= 2) {
      const state = await box.state()
      if (state === null || typeof state === 'string' || !state.running || pauseMs > 320)
        return state
      await this.#options.clock.sleep(pauseMs)
    }
  }

  /** Sessions that need the same image wait for one fetching of it. */
  async #ensureImage(image: string, ensure: () => Promise<void>): Promise<void> {
    const running = this.#pulls.get(image) ?? ensure().finally(() => this.#pulls.delete(image))
    this.#pulls.set(image, running)
    await running
  }

  #boxOf({ attemptId, nonce }: Pick<SessionRef, 'attemptId' | 'nonce'>): Box {
    const { fleetId } = this.#options
    const known = this.#boxes.get(containerName(fleetId, attemptId, nonce))
    return known ?? new Box(this.#attemptsDir, fleetId, { attemptId, nonce }, this.#engine)
  }

  #keep(ref: Pick<SessionRef, 'attemptId' | 'nonce'>): Box {
    const box = this.#boxOf(ref)
    this.#boxes.set(box.name, box)
    return box
  }

  #sweepSometimes(): void {
    const nowMs = this.#options.clock.monotonicMs()
    if (nowMs - this.#sweptAtMs < sweepPauseMs) return
    this.#sweptAtMs = nowMs
    void this.collect()
  }
}
