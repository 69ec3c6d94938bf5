// What a sentinel does at one look, for a timer where none lives: incidents of what is broken, gates that are overdue, people
// who were not told, and the dead-man switch while all is well. It has no memory, so it asks nobody to be restarted.

import type { Deadman } from './drivers/deadman/contract.ts'
import type { Fleet } from './fleet.ts'
import { tellDue } from './loops/notify/notify.ts'
import type { Finding } from './model/expect.ts'
import { noData } from './model/incident.ts'
import type { Outside } from './outside.ts'

export interface CheckDeps {
  readonly outside: Outside
  readonly deadman: Deadman
}

export interface CheckSeen {
  readonly findings: readonly Finding[]
  /** Hosts whose dispatcher died and was not started again. */
  readonly died: readonly string[]
  readonly well: boolean
}

const overdueMs = 60_000

export async function checkOnceOf(
  fleet: Fleet,
  { outside, deadman }: CheckDeps,
  seen: CheckSeen,
): Promise<void> {
  const { store, clock, host, config } = fleet
  const now = clock.now()
  const isOverdue = (gate: { state: string; until?: number | null }) =>
    gate.state === 'shut' && (gate.until ?? now) + overdueMs < now
  if ((await store.gates()).some(isOverdue)) await store.probeDue({ now })
  await tendIncidents(fleet, seen, now)
  const effects = {
    ...{ store, clock, host, holders: outside.holders },
    channel: (name: string) => outside.channel(config, name),
  }
  const never = new AbortController().signal
  await tellDue(
    {
      ...{ store, clock, fleet: config.name, effects, lookEveryMs: () => 0, onError: () => {} },
      notifiers: () => [],
      ways: () => outside.ways(config),
      quiet: () => config.tell?.quiet ?? null,
    },
    new Set(),
    never,
  )
  if (seen.well && config.deadman) await deadman.ping(config.deadman.url, never)
}

async function tendIncidents(
  { store }: Pick<Fleet, 'store'>,
  { findings, died }: CheckSeen,
  now: number,
): Promise<void> {
  const red = findings.filter(({ colour }) => colour === 'red')
  const open = (await store.incidents({ openOnly: true, limit: 200 })).map(({ key }) => key)
  for (const { name, sentence, remedy } of red) {
    if (open.includes(`expect:${name}`)) continue
    const data = {
      ...noData,
      needsPerson: true,
      release: `something moves again; look at ${remedy}`,
    }
    await store.openIncident({ key: `expect:${name}`, title: sentence, data, now })
  }
  for (const host of died) {
    if (open.includes(`silent:${host}`)) continue
    const data = { ...noData, needsPerson: true, release: '`midwatch up`, or its service' }
    const title = `the dispatcher of ${host} died and was not started again`
    await store.openIncident({ key: `silent:${host}`, title, data, now })
  }
  for (const key of open) {
    const isGone =
      (key.startsWith('expect:') && !red.some(({ name }) => key === `expect:${name}`)) ||
      (key.startsWith('silent:') && !died.some((host) => key === `silent:${host}`))
    if (isGone) await store.resolveIncident({ key, by: 'it moves again', now })
  }
}
