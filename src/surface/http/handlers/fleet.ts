// The fleet as a whole: one light and one sentence, what needs a person, what happened.

import { notFound } from '../../../base/errors.ts'
import { isoTime } from '../../../base/when.ts'
import { version } from '../../../base/version.ts'
import type { FactKind } from '../../../model/fact.ts'
import { gather } from '../../cli/status/report.ts'
import { oneOf, words } from '../../cli/arguments.ts'
import { factKinds } from '../../cli/prose.ts'
import { whyFleet } from '../../../loops/dispatch/why-fleet.ts'
import { incidentShape, whyFleetShape } from '../../cli/shapes.ts'
import { pageOf } from '../../paging.ts'
import type { fleetRoutes } from '../contract/fleet.ts'
import { firedOf } from '../facts/fired.ts'
import { factView } from '../facts/shape.ts'
import type { House } from '../house.ts'
import type { Handlers } from './call.ts'
import { needsOf } from './needs.ts'
import { verdictOf } from './light.ts'

export const fleetHandlers: Handlers<Exclude<keyof typeof fleetRoutes, 'listHosts'>> = {
  watch: ({ house }) => watchReport(house),
  async series({ house, hub, query }) {
    const stepMs = Math.max(60_000, Math.ceil(query.minutes / query.points) * 60_000)
    const points = Math.ceil((query.minutes * 60_000) / stepMs)
    const now = house.clock.now()
    const { store } = house
    const [hours, mechanisms] = await Promise.all([
      store.firedByHour({ since: now - points * stepMs }),
      store.mechanisms(),
    ])
    const fired = firedOf(hours, hub.looks.seen(mechanisms, now), now)
    const series = hub.tally.series(now, stepMs, points)
    return {
      stepMs,
      points: series.map((one) => ({
        ...one,
        fired: Math.round(fired(one.at, Math.min(one.at + stepMs, now))),
        at: isoTime(one.at),
      })),
    }
  },
  inbox: async ({ house }) => ({ needs: (await watchReport(house)).needs }),
  async listFacts({ house, query }) {
    const { task, attempt, after, before, limit } = query
    const kinds = words(query.kind === undefined ? [] : [query.kind]).map((word) =>
      oneOf<FactKind>(word, 'kind', factKinds),
    )
    const filter = {
      ...(task !== undefined && { taskId: task }),
      ...(attempt !== undefined && { attemptId: attempt }),
      ...(kinds.length > 0 && { kinds }),
      ...(before !== undefined && { before }),
    }
    const { store } = house
    if (after !== undefined) {
      const found = await store.facts({ ...filter, after, limit })
      const [first] = found
      return {
        facts: found.map(factView),
        next: found.at(-1)?.id ?? after,
        earlier: first?.id ?? null,
      }
    }
    const find = (limit: number) => store.facts({ ...filter, newestFirst: true, limit })
    const { rows, next: earlier } = await pageOf(limit, find, ({ id }) => id)
    return { facts: rows.toReversed().map(factView), next: rows[0]?.id ?? null, earlier }
  },
  async whyFleet({ house }) {
    const { store, clock, hostName, current } = house
    return whyFleetShape(await whyFleet({ store, clock, hostName, ...current() }))
  },
  async listIncidents({ house, query }) {
    const { open: openOnly, before, limit } = query
    const from = before === undefined ? {} : { before }
    const find = (limit: number) => house.store.incidents({ openOnly, ...from, limit })
    const { rows, next } = await pageOf(limit, find, ({ id }) => id)
    return { incidents: rows.map(incidentShape), next }
  },
  async resolveIncident({ house, who, params }) {
    const find = () => house.store.incident({ id: params.id })
    const found = await find()
    if (found === null)
      throw notFound(
        'incident.missing',
        `there is no incident ${params.id}`,
        '`midwatch incidents`',
      )
    if (found.resolvedAt === null)
      await house.store.resolveIncident({ key: found.key, by: who.by, now: house.clock.now() })
    return { incident: incidentShape((await find()) ?? found) }
  },
}

/** What `midwatch status` knows. */
const gathered = (house: House) =>
  gather(house, {
    store: house.store,
    clock: house.clock,
    dir: house.dir,
    config: house.current().config,
    host: { name: house.hostName },
  })

async function watchReport(house: House) {
  const report = await gathered(house)
  const needs = await needsOf(house, report)
  return {
    at: isoTime(house.clock.now()),
    ...verdictOf(report, needs.length),
    fleet: report.fleet,
    version,
    dispatchers: report.dispatchers,
    counts: report.counts,
    running: report.running,
    gates: report.gates,
    incidents: report.incidents,
    needs,
    lastSuccess: report.lastSuccess,
    config: { ok: report.config.ok, sentence: report.config.error?.sentence ?? null },
  }
}
