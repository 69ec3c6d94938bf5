// Accounts by the verbs of `midwatch account`.

import { isoTime } from '../../../base/when.ts'
import type { AccountChoice } from '../../../model/account.ts'
import { accountLines, agentsFor, choicesOf } from '../../accounts.ts'
import { gateShape } from '../../cli/shapes.ts'
import type { accountRoutes } from '../contract/accounts.ts'
import type { House } from '../house.ts'
import type { Handlers } from './call.ts'

const fleetOf = ({ store, current }: House) => ({ store, offers: current().offers })

const choiceShape = ({ agent, account, by, reason, until }: AccountChoice) => ({
  agent,
  account,
  by,
  reason,
  until: isoTime(until),
})

export const accountHandlers: Handlers<keyof typeof accountRoutes> = {
  async listAccounts({ house }) {
    const lines = await accountLines(fleetOf(house), house.clock.now())
    const accounts = lines.map(({ account, agents, gate, chosen }) => ({
      account,
      agents,
      gate: gateShape(gate),
      chosen: chosen.map(choiceShape),
    }))
    return { accounts }
  },
  async useAccount({ house, who, query, body }) {
    const { account, agent: named, forMs } = body
    const now = house.clock.now()
    const reason = body.reason ?? `chosen by ${who.by}`
    const wanted = agentsFor(fleetOf(house), account, named).map(
      (agent): AccountChoice => ({
        agent,
        account,
        by: who.by,
        reason,
        until: now + forMs,
        since: now,
      }),
    )
    const choices = wanted.map(choiceShape)
    if (query.preview) return { preview: true, choices }
    for (const { since, ...choice } of wanted)
      await house.store.chooseAccount({ ...choice, now: since })
    house.store.poke()
    return { preview: false, choices }
  },
  async resetAccounts({ house, who, query, body }) {
    const now = house.clock.now()
    const choices = await choicesOf(fleetOf(house), body.agent, now)
    const ended = choices.map(choiceShape)
    if (query.preview) return { preview: true, ended }
    for (const { agent } of choices) await house.store.unchooseAccount({ agent, by: who.by, now })
    house.store.poke()
    return { preview: false, ended }
  },
}
