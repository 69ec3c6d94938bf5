// The simulator's launcher keeps to what every launcher keeps to: what is proven over it would not hold of a real one otherwise.

import { describe } from 'vitest'

import { chanceOf } from '../../sim/chance.ts'
import { clockOf, Time } from '../../sim/clock.ts'
import { simulatedLauncher } from '../../sim/launcher.ts'
import { Machine } from '../../sim/machine.ts'
import type { StartedSession } from '../../sim/wrapper.ts'
import { newNonce } from '../../src/base/ids.ts'
import type { Launcher, LaunchOrder, SessionRef } from '../../src/drivers/launchers/contract.ts'
import { type Act, worldCases, type WorldStage } from '../drivers/launchers/conformance/worlds.ts'
import { sighting } from '../drivers/launchers/conformance/sightings.ts'

const chance = chanceOf('launcher')

/** One simulated machine, on which nothing but the sessions of a case runs. */
class SimulatedStage implements WorldStage {
  readonly endsWhole = false
  readonly #time = new Time(1_800_000_000_000)
  readonly #machine = new Machine('h1', this.#time, chance.split('machine'))
  readonly #ran = new Set<number>()
  #nextId = 1
  launcher: Launcher = this.#open()

  reopen(): void {
    this.launcher = this.#open()
  }

  orderFor(act: Act, changes: Partial<LaunchOrder> = {}): LaunchOrder {
    const { ails } = this.#machine
    Object.assign(ails, { programGone: false, folderGone: false })
    return {
      attemptId: this.#nextId++,
      nonce: newNonce(chance),
      program: 'claude',
      args: [JSON.stringify(act)],
      cwd: '/work',
      env: {},
      stdin: '',
      files: {},
      startWithinMs: 10_000,
      ...changes,
    }
  }

  orderWithout(what: 'program' | 'folder'): LaunchOrder {
    const order = this.orderFor('idles', what === 'program' ? { program: 'no such program' } : {})
    this.#machine.ails[what === 'program' ? 'programGone' : 'folderGone'] = true
    return order
  }

  async start(order: LaunchOrder): Promise<SessionRef> {
    const { attemptId, nonce } = order
    return { attemptId, nonce, launch: await this.launcher.start(order) }
  }

  acts = (ref: SessionRef) =>
    sighting(this.launcher, ref, (one) => one.seen === 'running' && one.executed)

  ran = (attemptId: number): boolean => this.#ran.has(attemptId)

  async passes<T>(promise: Promise<T>): Promise<T> {
    let isOver = false
    const over = () => {
      isOver = true
    }
    promise.then(over, over)
    for (let steps = 0; !isOver && steps < 10_000; steps += 1)
      await this.#time.run(this.#time.nowMs + 10)
    return await promise
  }

  #open(): Launcher {
    const clock = clockOf(this.#machine.timeline)
    return simulatedLauncher(this.#machine, clock, (session) => {
      this.#ran.add(session.order.attemptId)
      play(session, JSON.parse(session.order.args[0] ?? '""') as Act)
    })
  }
}

/** Lets a simulated program do what a case wants of it. */
function play({ machine, order, program, onExit }: StartedSession, act: Act): void {
  const { processes, timeline } = machine
  const end = (exitCode: number | null, signal: string | null) => {
    processes.end(program)
    onExit({ exitCode, signal })
  }
  program.onSignal = (signal) => {
    if (signal === 'SIGTERM' && act === 'is deaf to SIGTERM') return
    if (signal === 'SIGTERM' && act === 'ends well by SIGTERM') end(143, null)
    else end(null, signal)
  }
  if (act === 'leaves a child') processes.spawn('child', order.attemptId)
  if (typeof act === 'string' && act !== 'leaves a child') return
  timeline.after(20, () => {
    if (act === 'leaves a child') end(0, null)
    else if (typeof act === 'object')
      end('exits' in act ? act.exits : null, 'dies' in act ? act.dies : null)
  })
}

describe('the simulator’s launcher', () => worldCases(new SimulatedStage()))
