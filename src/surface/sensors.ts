// Sensors as people look at them and let them look by hand: how each stands, what came of it, and a look besides its times.

import type { Clock } from '../base/clock.ts'
import { formatDuration } from '../base/duration.ts'
import { isoTime } from '../base/when.ts'
import type { FolderState } from '../drivers/hosts/contract.ts'
import type { Eyes } from '../drivers/sensors/contract.ts'
import type { Store } from '../drivers/store/contract.ts'
import { enqueue } from '../lifecycle/intake/enqueue.ts'
import { sensedWant } from '../lifecycle/intake/sensed.ts'
import { bring, type Brought, findingPrefix, tellFindings } from '../loops/sensors/bring.ts'
import { configuredNamed } from './configured.ts'
import type { FleetConfig } from '../model/config.ts'
import type { Offer } from '../model/demand.ts'
import {
  afterFailure,
  bySensor,
  readLines,
  type Said,
  type SensorConfig,
  type SensorSource,
  type SensorState,
} from '../model/sensor.ts'

export interface SensorDeps {
  readonly store: Store
  readonly clock: Clock
  readonly config: FleetConfig
  readonly offers: readonly Offer[]
  readonly dir: string
  readonly host: { readonly name: string; folder(path: string): Promise<FolderState> }
}

export interface SensorLine {
  readonly config: SensorConfig
  /** Null where it never looked. */
  readonly state: SensorState | null
  /** Tasks that it brought within 24 h. */
  readonly brought: number
  readonly isQuarantined: boolean
}

const dayMs = 86_400_000

/** Every configured sensor. */
export async function sensorLines(
  fleet: Pick<SensorDeps, 'store' | 'clock' | 'config'>,
): Promise<readonly SensorLine[]> {
  const states = await fleet.store.sensors()
  return Promise.all((fleet.config.sensors ?? []).map((one) => sensorLine(fleet, one, states)))
}

/** One sensor as it stands. */
export async function sensorLine(
  { store, clock }: Pick<SensorDeps, 'store' | 'clock'>,
  config: SensorConfig,
  states: readonly SensorState[],
): Promise<SensorLine> {
  const state = states.find(({ name }) => name === config.name) ?? null
  const since = clock.now() - dayMs + 1
  const brought = await store.madeBy({ by: bySensor(config.name), since })
  const isQuarantined =
    state !== null &&
    state.failures > 0 &&
    afterFailure(state.failures, config.everyMs).isQuarantined
  return { config, state, brought, isQuarantined }
}

/** The configured sensor of that name. Throws `sensor.missing`. */
export const findSensor = ({ config }: Pick<SensorDeps, 'config'>, name: string): SensorConfig =>
  configuredNamed('sensor', config.sensors, name)

/** Titles of what it finds now. */
export async function findingsOf(
  { store }: Pick<SensorDeps, 'store'>,
  name: string,
): Promise<readonly { readonly key: string; readonly title: string; readonly since: number }[]> {
  const prefix = findingPrefix(name)
  const open = await store.incidents({ openOnly: true, limit: 200 })
  return open.flatMap(({ key, title, openedAt }) =>
    key.startsWith(prefix) ? [{ key: key.slice(prefix.length), title, since: openedAt }] : [],
  )
}

export type LookedByHand =
  | { readonly looked: false; readonly why: string }
  | { readonly looked: true; readonly said: Said; readonly brought: readonly Brought[] }

/**
 * One look by hand. What it sees is brought and told as at any other look, and a sensor that failed before counts as well again;
 * unless `dryRun`, which changes nothing. A look that fails counts against nobody.
 */
export async function lookByHand(
  fleet: SensorDeps,
  eyes: Eyes,
  sensor: SensorConfig,
  { dryRun }: { readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<LookedByHand> {
  const looked = await eyes.look(sensor.source, sensor.timeoutMs, signal)
  if (!looked.looked) return looked
  const said = readLines(looked.text)
  const [garbled] = said.garbled
  if (garbled !== undefined && said.tasks.length + said.findings.length === 0)
    return { looked: false, why: `what it says is no JSON line: ${garbled}` }
  if (dryRun) return { looked: true, said, brought: [] }
  const { store, clock, dir, host } = fleet
  const intake = { ...fleet, folder: (path: string) => host.folder(path) }
  const deps = {
    ...{ store, clock, onError: () => {} },
    enqueue: (one: SensorConfig, wanted: Said['tasks'][number]) =>
      enqueue(intake, sensedWant(dir, one, wanted)),
  }
  const brought = await bring(deps, sensor, said)
  await tellFindings(deps, sensor, said)
  await noteWell(fleet, sensor)
  return { looked: true, said, brought }
}

async function noteWell({ store, clock }: SensorDeps, { name, everyMs }: SensorConfig) {
  const now = clock.now()
  await store.noteSensor({ name, failures: 0, dueAt: now + everyMs, lookedAt: now, note: null })
  await store.resolveIncident({ key: `sensor:${name}`, by: 'it looks well again', now })
  store.poke()
}

/** Where it looks, in words without secrets. */
export function sourceWords(source: SensorSource): string {
  switch (source.kind) {
    case 'command':
      return source.run
    case 'github':
      return `GitHub, ${source.what}${source.repo === null ? '' : ` of ${source.repo}`}`
    case 'folder':
      return `files in ${source.path}`
    case 'disk':
      return `room at ${source.path}: at least ${Math.round(source.freeBytes / 1_048_576)} MB`
    case 'credential':
      return `expiry of ${source.path}, ${formatDuration(source.warnMs)} ahead`
    case 'version':
      return `version of ${source.program}: ${source.wanted}`
    case 'mailbox':
      return `mail in ${source.folder} at ${source.host} from ${source.from.join(', ')}`
  }
}

const time = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? null : isoTime(ms)

export const sensorShape = ({ config, state, brought, isQuarantined }: SensorLine) => ({
  name: config.name,
  kind: config.source.kind,
  source: sourceWords(config.source),
  everyMs: config.everyMs,
  timeoutMs: config.timeoutMs,
  perDay: config.perDay,
  brought,
  scope: config.scope,
  lookedAt: time(state?.lookedAt),
  nextAt: time(state?.dueAt),
  failures: state?.failures ?? 0,
  quarantined: isQuarantined,
  note: state?.note ?? null,
})

export const broughtShape = ({ wanted, became, task, why }: Brought) => ({
  key: wanted.key,
  title: wanted.title,
  became,
  task,
  why,
})
