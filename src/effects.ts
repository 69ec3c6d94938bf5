// The concrete choices behind effects: holders from /proc, commands as child processes, and the configured channels.

import { localCommands } from './drivers/effects/command.ts'
import { localHolders } from './drivers/effects/holders.ts'
import type { Channel } from './drivers/channels/contract.ts'
import { readInputBytes } from './drivers/terminal/streams.ts'
import type { Commands, Holders } from './drivers/effects/contract.ts'
import type { Fleet } from './fleet.ts'

export interface EffectHands {
  readonly holders: Holders
  readonly commands: Commands
  readonly channel: (name: string) => Channel | null
  readInput(): Promise<Uint8Array | null>
}

export function effectHands({ host, clock }: Fleet): EffectHands {
  return {
    holders: localHolders({ host: host.name, bootId: host.bootId, clock }),
    commands: localCommands(clock),
    channel: () => null,
    readInput: readInputBytes,
  }
}
