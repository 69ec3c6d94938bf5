// What sensors of the simulated world see, and what of it reached the store: issues come and go, tasks fail, a disk fills. A sensor
// that ails fails, talks nonsense, hangs, or sees new things without end; what is there to see it says again at each look.

import { OperatingError } from '../src/base/errors.ts'
import type { Eyes, Looked } from '../src/drivers/sensors/contract.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import { sensedRef } from './sensing.ts'
import { dateIn } from './server.ts'
import type { World } from './world.ts'

export type SensorAilment = 'fails' | 'garbles' | 'hangs' | 'floods'

/** A task that a sensor asked for. */
export interface Asked {
  readonly fromTask: number | null
}

export interface Sight {
  /** What ails each sensor just now. */
  readonly ails: Map<string, SensorAilment>
  /** What each sensor asked for, by its key. */
  readonly asked: Map<string, Map<string, Asked>>
  /** When each looked last, in world time, and what ailed it then. */
  readonly looked: Map<string, { readonly atMs: number; readonly ails: SensorAilment | null }>
  /** When tasks of sensors were made, in world time, and how far the date of whoever made them was off. */
  readonly brought: Map<number, { readonly atMs: number; readonly offMs: number }>
  /** When each issue comes, in world time; drawn as the world goes on. */
  readonly issuesMs: number[]
}

export const sightIn = partOf<World, Sight>(() => ({
  ails: new Map(),
  asked: new Map(),
  looked: new Map(),
  brought: new Map(),
  issuesMs: [],
}))

/** How long a look takes that nothing ails. */
const lookMs = 500

/** The eyes of one machine. */
export const simulatedEyes = (world: World, machine: Machine): Eyes => ({
  look: (source, timeoutMs, signal) =>
    new Promise((resolve) => {
      const name = source.kind === 'command' ? source.run : ''
      const sight = sightIn(world)
      const ails = sight.ails.get(name) ?? null
      // One look hangs, not all of an hour: the next one comes when that is over.
      if (ails === 'hangs') sight.ails.delete(name)
      sight.looked.set(name, { atMs: world.time.nowMs, ails })
      world.truth.count(`look that ${ails ?? 'sees'}`)
      const waitMs = ails === 'hangs' ? timeoutMs : lookMs
      const timer = machine.timeline.after(waitMs, () => {
        void seen(world, name, ails).then(resolve)
      })
      const given = () => {
        timer.cancel()
        resolve({ looked: false, why: 'it was stopped' })
      }
      signal.addEventListener('abort', given, { once: true })
    }),
})

async function seen(world: World, name: string, ails: SensorAilment | null): Promise<Looked> {
  if (ails === 'fails') return { looked: false, why: 'exit 3' }
  if (ails === 'hangs') return { looked: false, why: 'it did not end in time' }
  if (ails === 'garbles') return { looked: true, text: 'Traceback (most recent call last):\n' }
  const flood = ails === 'floods' ? floodOf(world) : []
  const lines = name === 'issues' ? issues(world) : name === 'disk' ? disk(world) : null
  const all = [...flood, ...(lines ?? (await failures(world)))]
  return { looked: true, text: all.map((line) => told(world, name, line)).join('\n') }
}

interface Line {
  readonly key: string
  readonly nth: number
  readonly atMs?: number
  readonly fromTask?: number
  readonly finding?: string
}

/** As a sensor prints it; that it asked is written down. */
function told(world: World, name: string, { key, nth, atMs, fromTask, finding }: Line): string {
  if (finding !== undefined) return JSON.stringify({ finding, key })
  const { asked } = sightIn(world)
  const its = asked.get(name) ?? new Map<string, Asked>()
  asked.set(name, its.set(key, { fromTask: fromTask ?? null }))
  const at = atMs === undefined ? {} : { at: new Date(atMs).toISOString() }
  const run = `sim [[${sensedRef(nth)}]]`
  return JSON.stringify({ task: key, key, run, ...at, ...(fromTask !== undefined && { fromTask }) })
}

const hourMs = 3_600_000
const issueEveryMs = 1.5 * hourMs
const issueStandsMs = 10 * hourMs

/** Those that stand open now. */
function issues(world: World): Line[] {
  const { issuesMs } = sightIn(world)
  const nowMs = world.time.nowMs
  const lastMs = () => issuesMs.at(-1) ?? nowMs - issueStandsMs
  while (lastMs() < nowMs)
    issuesMs.push(lastMs() + world.chance.split(`issue ${issuesMs.length}`).about(issueEveryMs))
  return issuesMs.flatMap((atMs, nth) =>
    atMs <= nowMs && atMs > nowMs - issueStandsMs ? [{ key: `issue ${nth}`, nth, atMs }] : [],
  )
}

const floodLines = 40
const floodOf = (world: World): Line[] =>
  Array.from({ length: floodLines }, (_, nth) => ({
    ...{ key: `flood ${Math.floor(world.time.nowMs)} ${nth}`, nth: 0 },
  }))

/** Tasks that failed lately, whoever wanted them. */
async function failures(world: World): Promise<Line[]> {
  const since = dateIn(world) - 6 * hourMs
  const { tasks } = await world.store.tasks({ states: ['settled'], limit: 60 })
  return tasks.flatMap((task) =>
    task.state === 'settled' && task.outcome === 'failed' && task.settledAt > since
      ? [{ key: `task ${task.id}`, nth: task.id, fromTask: task.id }]
      : [],
  )
}

/** Full for some hours of each day. */
const disk = (world: World): Line[] =>
  Math.floor(world.time.nowMs / (2 * hourMs)) % 3 === 1
    ? [{ key: '/', nth: 0, finding: 'the disk is full' }]
    : []

/** What sensors bring, written down as it reaches the store. */
export const bringing = (store: Store, world: World): Pick<Store, 'enqueue'> => ({
  async enqueue(input) {
    if (!input.by.startsWith('sensor ')) return await store.enqueue(input)
    try {
      const answer = await store.enqueue(input)
      const atMs = world.time.nowMs
      if (!answer.deduped)
        sightIn(world).brought.set(answer.task.id, { atMs, offMs: input.now - atMs })
      world.truth.count(answer.deduped ? 'sensor met' : 'sensor brought')
      return answer
    } catch (error) {
      if (error instanceof OperatingError) world.truth.count(`sensor refused ${error.code}`)
      throw error
    }
  },
})
