// Lets every sensor look in its turn, each for itself: one that fails, hangs or talks nonsense stops no other. What it brings
// becomes tasks once per key and within its day's budget, and nothing that a sensor brought brings more (incident 5).

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Eyes } from '../../drivers/sensors/contract.ts'
import { noData } from '../../model/incident.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import type { TellFiring } from '../../model/mechanism.ts'
import { afterFailure, readLines, type SensorConfig, type SensorState } from '../../model/sensor.ts'
import { endOthers } from './taken-out.ts'
import { bring, type BringDeps, firingOf, tellFindings } from './bring.ts'

export interface SensorDeps extends BringDeps {
  readonly host: string
  readonly eyes: Eyes
  readonly sensors: () => readonly SensorConfig[]
  /** Who polls slowly wants nobody to look oftener. */
  readonly limits: () => Pick<Limits, 'pollMs'>
  readonly fired: TellFiring
  /** Whether this host is the one that looks; absent where there is no other. */
  readonly onDuty?: () => boolean
}

interface Memory {
  dueMs: number
  failures: number
  /** When this host noted it last; what was noted later is somebody else's look. */
  notedAt?: number
}

const roundMs = 1_000
/** Another configuration and a duty that came to this host are seen within this time. */
const longestRoundMs = 10_000

export function startSensors(deps: SensorDeps): Service {
  const { clock } = deps
  const memories = new Map<string, Memory>()
  const looking = new Map<string, Promise<void>>()
  let ended: string | null = null
  return startService('sensors', async (signal) => {
    while (!signal.aborted) {
      const isMine = deps.onDuty?.() !== false
      const sensors = isMine ? deps.sensors() : []
      ended = isMine ? await tidied(deps, sensors, ended) : null
      const known = sensors.length === 0 ? null : await remembered(deps)
      for (const sensor of known === null ? [] : sensors) {
        const memory =
          memories.get(sensor.name) ?? newMemory(clock, sensor, known?.get(sensor.name))
        memories.set(sensor.name, memory)
        if (looking.has(sensor.name)) continue
        heed(memory, clock, sensor, known?.get(sensor.name))
        if (clock.monotonicMs() < memory.dueMs) continue
        const look = lookOnce(deps, sensor, memory, signal)
          .catch((error: unknown) => deps.onError(`sensor ${sensor.name}`, error))
          .finally(() => looking.delete(sensor.name))
        looking.set(sensor.name, look)
      }
      const dueMs = Math.min(...[...memories.values()].map((one) => one.dueMs))
      const isAway = known === null && sensors.length > 0
      const leftMs = isAway ? roundMs : dueMs - clock.monotonicMs()
      const longestMs = paceMs(longestRoundMs, deps.limits())
      await clock.sleep(Math.min(longestMs, Math.max(roundMs, leftMs)), signal)
    }
    await Promise.all(looking.values())
  })
}

/** Ends what those left that were taken out since `before`. Answers who is left, and `before` where that has to be tried again. */
async function tidied(
  deps: SensorDeps,
  sensors: readonly SensorConfig[],
  before: string | null,
): Promise<string | null> {
  const names = JSON.stringify(sensors.map(({ name }) => name))
  if (names === before) return before
  try {
    await endOthers(deps, sensors)
    return names
  } catch (error) {
    deps.onError('sensors', error)
    return before
  }
}

/** A person, or another host, has looked since: what came of it counts. */
function heed(memory: Memory, clock: Clock, sensor: SensorConfig, state?: SensorState): void {
  if (state === undefined || state.lookedAt <= (memory.notedAt ?? state.lookedAt)) {
    memory.notedAt ??= state?.lookedAt ?? Number.NEGATIVE_INFINITY
    return
  }
  Object.assign(memory, newMemory(clock, sensor, state), { notedAt: state.lookedAt })
}

/** What an earlier life of this dispatcher, or another host, left; null where it cannot be read yet. */
async function remembered({
  store,
  onError,
}: SensorDeps): Promise<Map<string, SensorState> | null> {
  try {
    return new Map((await store.sensors()).map((state) => [state.name, state]))
  } catch (error) {
    onError('sensors', error)
    return null
  }
}

/** A wait that is longer than any we would give comes of a clock that was wrong. */
function newMemory(
  clock: Clock,
  { everyMs }: SensorConfig,
  known: SensorState | undefined,
): Memory {
  const failures = known?.failures ?? 0
  const longest = failures === 0 ? everyMs : afterFailure(failures, everyMs).waitMs
  const left = Math.min(longest, Math.max(0, (known?.dueAt ?? 0) - clock.now()))
  return { dueMs: clock.monotonicMs() + left, failures }
}

/** Keeps what the next life of a dispatcher should know. */
async function keepMemory(
  { store, clock }: SensorDeps,
  { name }: SensorConfig,
  memory: Memory,
  note: string | null,
): Promise<void> {
  const { failures, dueMs } = memory
  const now = clock.now()
  memory.notedAt = now
  const dueAt = Math.round(now + dueMs - clock.monotonicMs())
  await store.noteSensor({ name, failures, dueAt, lookedAt: now, note })
}

/** One look of one sensor. Of several hosts only one looks at a time. */
export async function lookOnce(
  deps: SensorDeps,
  sensor: SensorConfig,
  memory: Memory,
  signal: AbortSignal,
): Promise<void> {
  const { clock, store, host } = deps
  const { name, everyMs, timeoutMs, source } = sensor
  memory.dueMs = clock.monotonicMs() + everyMs
  const now = clock.now()
  const holder = { holder: `sensors of ${host}`, attemptId: null }
  const until = now + Math.max(everyMs, timeoutMs) * 2
  const mine = await store.acquireLock({ ...holder, name: `sensor:${name}`, until, now })
  if (!mine.ok) return
  const looked = await deps.eyes.look(source, timeoutMs, signal)
  if (signal.aborted) return
  const said = looked.looked ? readLines(looked.text) : null
  if (
    said === null ||
    (said.garbled.length > 0 && said.tasks.length + said.findings.length === 0)
  ) {
    const why = looked.looked ? `what it says is no JSON line: ${said?.garbled[0]}` : looked.why
    return await failed(deps, sensor, memory, why)
  }
  if (memory.failures > 0) await well(deps, sensor)
  memory.failures = 0
  await keepMemory(deps, sensor, memory, null)
  const brought = await bring(deps, sensor, said)
  await tellFindings(deps, sensor, said)
  deps.fired({ name: `sensors:${name}`, ...firingOf(brought) })
}

async function failed(
  deps: SensorDeps,
  sensor: SensorConfig,
  memory: Memory,
  why: string,
): Promise<void> {
  const { clock, store, fired } = deps
  const { name, everyMs } = sensor
  memory.failures += 1
  const { waitMs, isQuarantined } = afterFailure(memory.failures, everyMs)
  memory.dueMs = clock.monotonicMs() + waitMs
  // It is told of by an incident of its own.
  fired({ name: `sensors:${name}`, had: 0, moved: 0, note: why })
  await keepMemory(deps, sensor, memory, why)
  if (!isQuarantined) return
  await store.openIncident({
    key: `sensor:${name}`,
    title: `the sensor ${name} failed ${memory.failures} times in a row and is tried every six hours: ${why}`,
    data: { ...noData, needsPerson: true, release: 'it looks well once; mend it, or take it out' },
    now: clock.now(),
  })
}

const well = ({ store, clock }: SensorDeps, { name }: SensorConfig): Promise<void> =>
  store.resolveIncident({ key: `sensor:${name}`, by: 'it looks well again', now: clock.now() })
