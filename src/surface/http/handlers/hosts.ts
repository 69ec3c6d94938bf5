// Hosts as the page shows them, and `midwatch host list`: whether their dispatchers live, what they bear, how far their clocks
// are from the database's, and what each does alone for the whole fleet.

import { isoTime } from '../../../base/when.ts'
import { hostLane } from '../../../model/gate.ts'
import { gateShape } from '../../cli/shapes.ts'
import { dispatcherShape } from '../../cli/status/report.ts'
import type { Handlers } from './call.ts'

export const hostHandlers: Handlers<'listHosts'> = {
  async listHosts({ house }) {
    const { store, clock, hostName, current } = house
    const [rows, open, duties, gates] = await Promise.all([
      store.hosts(),
      store.unended(null),
      store.duties(),
      store.gates(),
    ])
    const now = clock.now()
    const seen = { host: { name: hostName }, clock, config: current().config }
    const hosts = await Promise.all(
      rows.map(async (row) => {
        const lane = hostLane(row.name)
        const gate = gates.find((one) => one.lane === lane) ?? { lane, state: 'passing' as const }
        const own = duties.filter(({ host, until }) => host === row.name && until > now)
        return {
          ...(await dispatcherShape(house, seen, row)),
          running_attempts: open.filter(({ host }) => host === row.name).length,
          slots: row.slots,
          labels: row.labels,
          clockBehindMs: row.behindMs,
          duties: own.map(({ duty, term, since }) => ({ duty, term, since: isoTime(since) })),
          gate: gateShape(gate),
        }
      }),
    )
    return { hosts }
  },
}
