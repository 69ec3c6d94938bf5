// The stage on which launchers are tried: a folder of its own for every case, real processes, and nothing left behind.
// A launcher is opened over the folder, so that a second one can be opened over it: that is what a restart looks like.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import { present } from '../../../../src/base/assert.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { newNonce } from '../../../../src/base/ids.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import type {
  Bounds,
  Launcher,
  LaunchOrder,
  SessionRef,
} from '../../../../src/drivers/launchers/contract.ts'

import { exitOf } from './sightings.ts'
import type { Act, WorldStage } from './worlds.ts'

export interface LauncherUnderTest {
  /** Opens the launcher over `dir`. Opened twice, it is the launcher after a restart. */
  open(dir: string): Launcher
  /** Why a process that scrubs its environment can't be caught here; null when it can. */
  readonly whyNoContainment: string | null
  /** What its orders are bounded by; absent for a launcher that bounds nothing. */
  readonly bounds?: Bounds
  /** What a session leaves behind ends with it: its launcher sees to that. */
  readonly endsWhole?: true
  /** Variables that its surroundings add to every environment, such as an image's. */
  readonly adds?: readonly string[]
  /** Bounds that are too small for 128 MB, and that end a session after some two seconds; absent where it bounds nothing. */
  readonly bounding?: { readonly small?: Bounds; readonly brief?: Bounds }
  /** Its name among the kinds, for a process of its own. */
  readonly kind: string
  /** Whether more than a gigabyte of output is written, too: once for each kind is enough. */
  readonly large?: true
}

const keeper = fileURLToPath(new URL('keeper.ts', import.meta.url))

/** How long a condition may take to come true; far beyond what it takes. */
const deadlineMs = 25_000

/** A stage that is set anew before each case of the current suite and cleared after it. */
export function useStage(tested: LauncherUnderTest): Stage {
  const stage = new Stage(tested)
  beforeEach(() => stage.set())
  afterEach(() => stage.clear())
  return stage
}

export class Stage implements WorldStage {
  readonly tested: LauncherUnderTest
  dir = ''
  #launcher: Launcher | null = null
  #nextId = 1
  #refs: SessionRef[] = []

  constructor(tested: LauncherUnderTest) {
    this.tested = tested
  }

  get launcher(): Launcher {
    return present(this.#launcher, 'the stage is set')
  }

  set(): void {
    this.dir = mkdtempSync(join(tmpdir(), 'midwatch-launcher-'))
    this.#nextId = 1
    this.#refs = []
    this.reopen()
  }

  async clear(): Promise<void> {
    for (const ref of this.#refs) {
      await this.launcher.empty(ref, 0)
      this.launcher.forget(ref)
    }
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** From here on it is a launcher that started nothing yet, as after a restart. */
  reopen(): void {
    this.#launcher = this.tested.open(this.dir)
  }

  /** An order that runs a shell script, with whatever is to be different. */
  orderOf(script: string, changes: Partial<LaunchOrder> = {}): LaunchOrder {
    const attemptId = this.#nextId++
    return {
      attemptId,
      nonce: newNonce(systemRandom),
      program: '/bin/sh',
      args: ['-c', script],
      cwd: this.dir,
      env: { PATH: '/usr/bin:/bin' },
      stdin: '',
      files: {},
      startWithinMs: 25_000,
      ...(this.tested.bounds && { bounds: this.tested.bounds }),
      ...changes,
    }
  }

  async start(order: LaunchOrder): Promise<SessionRef> {
    const { attemptId, nonce } = order
    this.#refs = [...this.#others(attemptId), { attemptId, nonce, launch: null }]
    const launch = await this.launcher.start(order)
    const ref = { attemptId, nonce, launch }
    this.#refs = [...this.#others(attemptId), ref]
    return ref
  }

  orderFor(act: Act, changes: Partial<LaunchOrder> = {}): LaunchOrder {
    const order = this.orderOf('', changes)
    return {
      ...order,
      args: ['-c', `: >ran-${order.attemptId}; ${scriptFor(act, order.attemptId)}`],
    }
  }

  orderWithout(what: 'program' | 'folder'): LaunchOrder {
    return what === 'folder'
      ? this.orderOf('touch ran', { cwd: join(this.dir, 'nowhere') })
      : this.orderOf('', { program: join(this.dir, 'no such program') })
  }

  acts = ({ attemptId }: SessionRef): Promise<true> => this.waitForFile(`acts-${attemptId}`)
  ran = (attemptId: number): boolean => existsSync(join(this.dir, `ran-${attemptId}`))
  passes = <T>(promise: Promise<T>): Promise<T> => promise

  get endsWhole(): boolean {
    return this.tested.endsWhole === true
  }

  /** Has a process of its own start it, as a daemon would that is killed later; it has written down the launch. */
  async startInAnotherProcess(order: LaunchOrder): Promise<{ kill: () => Promise<void> }> {
    this.#refs = [...this.#others(order.attemptId), { ...order, launch: null }]
    const words = [this.tested.kind, this.dir, String(process.pid), JSON.stringify(order)]
    const child = spawn(process.execPath, [keeper, ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await this.waitForFile('kept')
    return {
      kill: async () => {
        child.kill('SIGKILL')
        await gone
      },
    }
  }

  /** Starts a script and waits for its exit. */
  async run(script: string, changes: Partial<LaunchOrder> = {}) {
    const ref = await this.start(this.orderOf(script, changes))
    return { ref, exit: await exitOf(this.launcher, ref) }
  }

  async text(ref: SessionRef, stream: 'out' | 'err' = 'out'): Promise<string> {
    return (await this.launcher.read(ref, stream, 0, 1_000_000)).toString()
  }

  file(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8')
  }

  waitForFile(path: string): Promise<true> {
    const probe = async () => (existsSync(join(this.dir, path)) ? true : null)
    return until(probe, `${path} appears`)
  }

  #others(attemptId: number): SessionRef[] {
    return this.#refs.filter((ref) => ref.attemptId !== attemptId)
  }
}

/** What a shell does so; it says so first where it goes on. */
function scriptFor(act: Act, id: number): string {
  const says = `: >acts-${id}`
  const lives = 'while :; do sleep 0.05; done'
  if (act === 'idles') return `${says}; exec sleep 60`
  if (act === 'is deaf to SIGTERM') return `trap '' TERM; ${says}; ${lives}`
  if (act === 'ends well by SIGTERM') return `trap 'exit 143' TERM; ${says}; ${lives}`
  if (act === 'leaves a child') return 'setsid sleep 60 & exit 0'
  return 'exits' in act ? `exit ${act.exits}` : `kill -${act.dies.slice(3)} $$`
}

/** The folder that holds the attempts' folders. */
export const attemptsFolder = (dir: string): string => join(dir, 'attempts')

export const skipped = (tested: LauncherUnderTest) =>
  tested.whyNoContainment === null ? '' : ` (skipped: ${tested.whyNoContainment})`

export async function truncateOutput(dir: string, ref: SessionRef): Promise<void> {
  writeFileSync(join(attemptsFolder(dir), String(ref.attemptId), 'out'), '')
}

/** Waits until `probe` gives a value. */
export async function until<T>(probe: () => Promise<T | null>, what: string): Promise<T> {
  const deadline = systemClock.monotonicMs() + deadlineMs
  for (;;) {
    const value = await probe()
    if (value !== null) return value
    if (systemClock.monotonicMs() > deadline) throw new Error(`in vain waited until ${what}`)
    await systemClock.sleep(10)
  }
}

/** Whether a pid is borne by something that is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
