// Law: no sensor feeds on what sensors brought, and none brings more than its day's budget, the same thing twice, or trouble to
// another one: what it brings is something that it truly said, of no task below a sensor's; and while one ails the others look.

import type { SensorConfig } from '../../src/model/sensor.ts'
import { dutyTtlMs } from '../../src/model/duty.ts'
import { sightIn } from '../eyes.ts'
import { lineIn } from '../lines.ts'
import { partOf } from '../part.ts'
import { sensing } from '../sensing.ts'
import { offsetMs } from '../server.ts'
import type { World } from '../world.ts'
import { ableSince } from './able.ts'
import type { Bench, Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Days {
  /** When each sensor brought something, in world time. */
  readonly broughtMs: Map<string, number[]>
  /** Which task each thing became last. */
  readonly became: Map<string, number>
  /** The least and the most that any date was off. */
  least: number
  most: number
}

const daysIn = partOf<Journal, Days>(() => ({
  broughtMs: new Map(),
  became: new Map(),
  least: 0,
  most: 0,
}))

/** Those whose eyes this world plays; a scenario has its own. */
const played: ReadonlySet<string> = new Set(sensing.map(({ name }) => name))

const dayMs = 86_400_000
const hourMs = 3_600_000

export const sensors: Checker = {
  law: 'no sensor feeds on what sensors brought',
  invariants: [38],
  fact(bench, { taskId, body }) {
    const name = body.kind === 'task.enqueued' ? /^sensor (.+)$/.exec(body.by)?.[1] : undefined
    if (name === undefined || taskId === null || body.kind !== 'task.enqueued') return
    if (!played.has(name)) return
    const { world, journal, accuse } = bench
    const sensor = sensorNamed(bench, name)
    const asked = sightIn(world).asked.get(name)?.get(body.title)
    if (asked === undefined || sensor === undefined)
      return accuse(`task ${taskId} is of the sensor ${name}, which never asked for it`, taskId)
    const { sensed } = lineIn(journal, taskId)
    if (sensed > (sensor.depth ?? 1))
      accuse(`task ${taskId} comes of task ${asked.fromTask}, which a sensor brought`, taskId)
    judgeTwice(bench, sensor, body.title, taskId)
    judgeDay(bench, sensor, taskId)
  },
  look: judgeLooks,
}

const sensorNamed = ({ config }: Bench, name: string): SensorConfig | undefined =>
  [...config.known.values()].flatMap((one) => one.sensors ?? []).find((one) => one.name === name)

function judgeTwice(
  bench: Bench,
  { name, scope }: SensorConfig,
  key: string,
  taskId: number,
): void {
  const { journal, accuse } = bench
  const { became } = daysIn(journal)
  const before = became.get(`${name} ${key}`)
  became.set(`${name} ${key}`, taskId)
  if (before === undefined) return
  if (scope === 'ever' || journal.tasks.get(before)?.state !== 'settled')
    accuse(`the sensor ${name} brought “${key}” as task ${before} and as task ${taskId}`, taskId)
}

/** A day by dates that are off is shorter by the world's time. */
function judgeDay({ world, journal, accuse }: Bench, sensor: SensorConfig, taskId: number): void {
  const days = daysIn(journal)
  const { name, perDay } = sensor
  const brought = sightIn(world).brought.get(taskId)
  if (brought === undefined) {
    accuse(`task ${taskId} is of the sensor ${name}, and none of it reached the store`)
    return
  }
  const { atMs, offMs } = brought
  widen(days, offMs)
  const its = [...(days.broughtMs.get(name) ?? []), atMs]
  days.broughtMs.set(name, its)
  const shortMs = dayMs - (days.most - days.least) - hourMs
  const within = its.filter((one) => one > atMs - shortMs).length
  if (within === perDay) world.truth.count('sensor at its budget')
  if (within > perDay)
    accuse(`the sensor ${name} has brought ${within} tasks of ${perDay} a day`, taskId)
}

function widen(days: Days, offMs: number): void {
  days.least = Math.min(days.least, offMs)
  days.most = Math.max(days.most, offMs)
}

/** Longer than any pause between two looks of a healthy sensor: who died has its lock, and the duty, for a while. */
const pauseMs = ({ everyMs, timeoutMs }: SensorConfig, pollMs: number): number =>
  2 * Math.max(everyMs, timeoutMs) + 2 * everyMs + 2 * dutyTtlMs(pollMs) + hourMs / 2

const watchedIn = partOf<World, Map<string, number>>(() => new Map())

/** Whoever ails nothing goes on looking, as long as there is a machine that can. */
function judgeLooks({ world, config, journal, accuse }: Bench): void {
  widen(daysIn(journal), offsetMs(world))
  const { ails, looked } = sightIn(world)
  const since = watchedIn(world)
  const ableMs = ableSince(world)
  const nowMs = world.time.nowMs
  const { sensors: all = [], limits } = config.lastGood
  for (const sensor of all.filter((one) => played.has(one.name))) {
    const { name } = sensor
    const last = looked.get(name)
    if (!since.has(name)) since.set(name, nowMs)
    // Who ailed is asked again later and later.
    if (last?.ails === 'fails' || last?.ails === 'garbles' || last?.ails === 'hangs') continue
    const fromMs = Math.max(since.get(name) ?? nowMs, last?.atMs ?? 0, ableMs)
    if (nowMs - fromMs <= pauseMs(sensor, limits.pollMs)) {
      if (ails.size > 0 && !ails.has(name)) world.truth.count('sensor beside one that ails')
      continue
    }
    accuse(`the sensor ${name} was not asked for ${Math.round((nowMs - fromMs) / 60_000)} minutes`)
  }
}
