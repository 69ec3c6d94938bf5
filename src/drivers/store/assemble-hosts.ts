// The verbs of hosts and of what only one of them does, over an executor.

import type { DutyVerbs } from './contract/duties.ts'
import type { HostVerbs } from './contract/hosts.ts'
import type { Executor } from './script.ts'
import { type Duty, isOpenTo } from '../../model/duty.ts'
import * as dutyVerbs from './verbs/duties.ts'
import * as hostVerbs from './verbs/hosts.ts'

export const hostsOf = ({ write, read }: Executor): HostVerbs => ({
  enterHost: (input) => write(() => hostVerbs.enterHost(input)),
  pulseHost: (input) => write(() => hostVerbs.pulseHost(input), 'quiet'),
  leaveHost: (input) => write(() => hostVerbs.leaveHost(input)),
  hosts: () => read(hostVerbs.hosts, 'live hosts'),
  recordFacts: (input) => write(() => hostVerbs.recordFacts(input)),
})

/** Who can have none of them now has nothing to write. */
export const dutiesOf = ({ write, read }: Executor): DutyVerbs => ({
  async holdDuties(input) {
    const rows = new Map(
      (await read(dutyVerbs.duties, 'live duties')).map((row): [string, Duty] => [row.duty, row]),
    )
    const isHopeless = input.duties.every(
      (name) => !isOpenTo(rows.get(name), input.host, input.now),
    )
    if (isHopeless) return []
    // Mostly it has what it wants, and prolonging that is nobody's news.
    const kept = await write(() => dutyVerbs.renewOwn(input), 'quiet')
    return kept.length === input.duties.length
      ? kept
      : await write(() => dutyVerbs.holdDuties(input))
  },
  layDownDuties: (input) => write(() => dutyVerbs.layDownDuties(input)),
  duties: () => read(dutyVerbs.duties),
})
