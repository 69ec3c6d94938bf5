// Which of the remembered mechanisms are to be judged: what left the configuration, a host that is gone, or a duty that moved to
// another host has nothing to do any more, and only its last word stays behind. Pure.

import type { SensorConfig } from './sensor.ts'
import type { MechanismState } from './mechanism.ts'
import { rowOfMechanism } from './mechanism-rows.ts'

/** The part of a configuration that names mechanisms. */
export interface NamedIn {
  readonly windows?: readonly { readonly name: string }[]
  readonly sensors?: readonly Pick<SensorConfig, 'name'>[]
}

/** A host that fires so much later than another one is gone, and others judge its silence. */
const goneMs = 3_600_000

export function liveMechanisms(
  states: readonly MechanismState[],
  config: NamedIn,
): readonly MechanismState[] {
  const newest = Math.max(0, ...states.map(firedAt))
  const hosts = new Map<string, number>()
  for (const state of states)
    hosts.set(state.host, Math.max(hosts.get(state.host) ?? 0, firedAt(state)))
  const isNewest = (state: MechanismState): boolean =>
    states.every((one) => one.name !== state.name || firedAt(one) <= firedAt(state))
  return states.filter((state) => {
    const row = rowOfMechanism(state.name)
    if (row === null || !isNamed(state.name, config)) return false
    return row.perHost ? newest - (hosts.get(state.host) ?? 0) < goneMs : isNewest(state)
  })
}

/** Whether the configuration still has the window or the sensor behind that name. */
function isNamed(name: string, { windows = [], sensors = [] }: NamedIn): boolean {
  const [kind, its] = [name.split(':')[0], name.slice(name.indexOf(':') + 1)]
  if (kind === 'calm') return windows.some((one) => one.name === its)
  if (kind === 'sensors') return sensors.some((one) => one.name === its)
  return true
}

/**
 * Whether it has stopped coming round although others of its host do, counted from the start of its dispatcher: its loop hangs,
 * or is not there.
 */
export function isSilent(
  state: MechanismState,
  states: readonly MechanismState[],
  startedAt: number,
): boolean {
  const withinMs = rowOfMechanism(state.name)?.firesWithinMs ?? null
  if (withinMs === null || state.name.includes(':')) return false
  const ofHost = states.filter(({ host }) => host === state.host)
  const newest = Math.max(...ofHost.map(firedAt))
  return newest - Math.max(firedAt(state), startedAt) >= withinMs
}

const firedAt = (state: MechanismState): number => state.lastFiredAt ?? 0
