// What bounds claims besides slots and gates, as the store is told of it: caps, and what limits each calm window. And which
// demands such a bound may keep from being taken.

import type { ClaimInput } from '../../drivers/store/contract/shapes.ts'
import { localTimeIn } from '../../lifecycle/calm/judge.ts'
import { accountLane } from '../../model/account.ts'
import type { CapsConfig, FleetConfig } from '../../model/config.ts'
import type { Demand } from '../../model/demand.ts'
import { agentLane, fleetLane, hostLane } from '../../model/gate.ts'
import type { WindowCaps } from '../../model/window.ts'

/** The bounds of a configuration at a moment. */
export const boundsIn = (
  { caps, windows = [] }: FleetConfig,
  now: number,
): Partial<Pick<ClaimInput, 'caps' | 'windows'>> => ({
  ...(caps && { caps: { lanes: cappedLanes(caps), labels: caps.labels } }),
  ...(windows.length > 0 && {
    windows: Object.fromEntries(
      windows.map(({ name, others, perWindow, perDay, timezone }): [string, WindowCaps] => [
        name,
        { others, perWindow, perDay, day: localTimeIn(timezone, now).day },
      ]),
    ),
  }),
})

const cappedLanes = ({ fleet, hosts, accounts, agents }: CapsConfig): Record<string, number> => ({
  ...(fleet !== null && { [fleetLane]: fleet }),
  ...lanesOf(hosts, hostLane),
  ...lanesOf(accounts, accountLane),
  ...lanesOf(agents, agentLane),
})

const lanesOf = (
  caps: Readonly<Record<string, number>>,
  lane: (name: string) => string,
): Record<string, number> =>
  Object.fromEntries(Object.entries(caps).map(([name, most]) => [lane(name), most]))

/** Whether a lock, a window or the cap of a label may keep tasks of this demand from being taken. */
export const mayBeBound = (
  { calm, locks = [], labels }: Demand,
  { caps }: Pick<FleetConfig, 'caps'>,
): boolean =>
  calm !== undefined ||
  locks.length > 0 ||
  labels.some((label) => caps?.labels[label] !== undefined)
