// The other half of what `status` knows: what happened within an hour, a day and a week, what waits by class, what was spent,
// whether what must have happened has, and who watches.

import { isoTime } from '../../../base/when.ts'
import { version } from '../../../base/version.ts'
import { standingNow } from '../../../loops/dispatch/standing.ts'
import { viewOf } from '../../../loops/sentinel/view.ts'
import type { Activity } from '../../../model/activity.ts'
import { defaultExpect, findings, moodOf } from '../../../model/expect.ts'
import type { Pulse } from '../../../model/pulse.ts'
import { defaultKeep } from '../../../model/keeping.ts'
import type { SensorState } from '../../../model/sensor.ts'
import { defaultSentinel } from '../../../model/sentinel.ts'
import type { Fleet } from '../world.ts'

export type Outlook = Awaited<ReturnType<typeof outlookOf>>

type Seen = Pick<
  Fleet,
  'store' | 'config' | 'configHash' | 'offers' | 'host' | 'clock' | 'stateDir'
>

/** Judges the fleet by its post-conditions, as the sentinel does, but at one look and without acting. */
export async function outlookOf(fleet: Seen) {
  const { store, config, configHash, offers, host, clock } = fleet
  const expect = config.expect ?? defaultExpect
  const now = clock.now()
  const standing = () =>
    standingNow({ store, clock, host, inForce: () => ({ config, configHash, offers }) })
  const [free, view, holds, pulses, day, week, started, sensors] = await Promise.all([
    host.freeBytes(fleet.stateDir),
    viewOf({ store, standing, named: () => config }, expect, now),
    store.holdsByKind(),
    store.pulses(host.name),
    store.activity({ since: now - dayMs }),
    store.activity({ since: now - 7 * dayMs }),
    store.facts({ kinds: ['daemon.started'], newestFirst: true, limit: 20 }),
    store.sensors(),
  ])
  const found = findings(view, expect)
  const ours = started.map(({ body }) => body)
  const running = ours.find((body) => body.kind === 'daemon.started' && body.host === host.name)
  return {
    mood: moodOf(view, found),
    standing: view.standing,
    findings: found,
    activity: { hour: span(view.hour), day: span(day), week: span(week) },
    holds: holds.map(({ kind, count, oldestAt }) => ({ kind, count, oldest: isoTime(oldestAt) })),
    version: {
      installed: version,
      running: running?.kind === 'daemon.started' ? running.version : null,
    },
    space: { freeBytes: free, needed: (config.keep ?? defaultKeep).freeBytes },
    sentinel: sentinelOf(pulses, now, (config.sentinel ?? defaultSentinel).patienceMs),
    failingSensors: failing(sensors, config.sensors ?? []),
  }
}

/** Sensors of the configuration whose last look failed: they are told to a person after ten, and seen here from the first. */
const failing = (
  states: readonly SensorState[],
  configured: readonly { readonly name: string }[],
) =>
  states
    .filter(({ name, failures }) => failures > 0 && configured.some((one) => one.name === name))
    .map(({ name, failures, note, dueAt }) => ({ name, failures, note, nextAt: isoTime(dueAt) }))

const dayMs = 86_400_000

const span = ({ since, ...activity }: Activity) => ({ since: isoTime(since), ...activity })

/** The watcher itself, by its newest pulse. */
function sentinelOf(pulses: readonly Pulse[], now: number, patienceMs: number) {
  const pulse = pulses.find(({ role }) => role === 'sentinel')
  if (pulse === undefined) return { state: 'absent' as const, pulseAt: null }
  const late = now - pulse.at > patienceMs * 2
  return { state: late ? ('silent' as const) : ('watching' as const), pulseAt: isoTime(pulse.at) }
}

/** The dispatchers of a fleet, as far as they are worth a colour. */
export interface Dispatching {
  readonly host: string
  readonly here: boolean
  readonly running: boolean
  readonly died: boolean
}

/** Whatever is worth a colour: red fails, yellow fails only with --strict. */
export function coloursOf(
  { findings: found, mood, version: v, sentinel, space, failingSensors }: Outlook,
  dispatchers: readonly Dispatching[],
): { red: string[]; yellow: string[] } {
  const told = (colour: 'red' | 'yellow') =>
    found.filter((one) => one.colour === colour).map((one) => `${one.sentence}; ${one.remedy}`)
  const yellow = told('yellow')
  const daemonRuns = dispatchers.some((one) => one.here && one.running)
  // Nothing is broken, and nothing would be done either: no work and nobody who works are two things.
  if (dispatchers.length === 0) yellow.push('no dispatcher has run yet: `midwatch up`')
  else if (!dispatchers.some((one) => one.running || one.died))
    yellow.push('no dispatcher runs: `midwatch up`, or `midwatch service install`')
  if (mood === 'gated') yellow.push('work waits: at gates, for time or for persons')
  if (daemonRuns && sentinel.state !== 'watching')
    yellow.push(`the sentinel of this host is ${sentinel.state}`)
  if (daemonRuns && v.running !== null && v.running !== v.installed)
    yellow.push(`version ${v.running} runs and ${v.installed} is installed: restart it`)
  for (const { name, failures, note } of failingSensors)
    yellow.push(
      `the sensor ${name} failed ${failures === 1 ? 'at its last look' : `${failures} times in a row`}: ${(note ?? 'nobody knows why').trim().replaceAll(/\s+/g, ' ')}`,
    )
  const red = told('red')
  for (const { host, died } of dispatchers)
    if (died) red.push(`the dispatcher of ${host} died and was not started again: \`midwatch up\``)
  if (space.freeBytes !== null && space.freeBytes < space.needed)
    red.push('the disk is nearly full: nothing new is taken until there is room')
  return { red, yellow }
}
