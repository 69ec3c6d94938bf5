// The concrete choices behind effects: holders from /proc, commands as child processes, and the configured channels.

import type { Clock } from './base/clock.ts'
import type { Channel } from './drivers/channels/contract.ts'
import type { Host } from './drivers/hosts/contract.ts'
import { channelOf } from './drivers/channels/all.ts'
import { commandChannel } from './drivers/channels/command.ts'
import { localCommands } from './drivers/effects/command.ts'
import type { Commands, Holders } from './drivers/effects/contract.ts'
import { localHolders } from './drivers/effects/holders.ts'
import { readInputBytes } from './drivers/terminal/streams.ts'
import type { Fleet } from './fleet.ts'
import type { FleetConfig } from './model/config.ts'
import type { Way } from './loops/notify/route.ts'
import type { Outside } from './outside.ts'

export interface EffectHands {
  readonly holders: Holders
  readonly commands: Commands
  readonly channel: (name: string) => Channel | null
  readInput(): Promise<Uint8Array | null>
}

export function effectHands(fleet: Fleet): EffectHands {
  const { clock } = fleet
  return {
    holders: holdersOf(fleet),
    commands: localCommands(clock),
    channel: (name) => channelNamed(fleet, fleet.config, name),
    readInput: readInputBytes,
  }
}

/** In a session apart from the fleet: no configuration, and so no channel. */
export const effectHandsApart = (
  host: Host,
  name: string,
  clock: Clock,
): EffectHands & { readonly host: Host } => ({
  holders: localHolders({ host: name, bootId: host.bootId, clock }),
  commands: localCommands(clock),
  channel: () => null,
  readInput: readInputBytes,
  host,
})

export const holdersOf = ({ host, clock }: Pick<Fleet, 'host' | 'clock'>): Holders =>
  localHolders({ host: host.name, bootId: host.bootId, clock })

/** The channel of that name in this configuration; null when it has none. */
export function channelNamed(
  { store, clock, dir, host }: Pick<Fleet, 'store' | 'clock' | 'dir' | 'host'>,
  { effects }: FleetConfig,
  name: string,
): Channel | null {
  const found = effects?.channels.find((one) => one.name === name)
  if (found === undefined) return null
  return channelOf(found, { fleetId: store.fleetId, clock, cwd: dir, env: host.baseEnv })
}

/** The name under which the program of `notify.command` is told. */
const commandName = 'notify.command'

/** The outside as this machine has it. */
export function outsideOf(fleet: Pick<Fleet, 'store' | 'clock' | 'dir' | 'host'>): Outside {
  const channel = (config: FleetConfig, name: string) =>
    name === commandName ? tellCommand(fleet, config) : channelNamed(fleet, config, name)
  return {
    holders: holdersOf(fleet),
    channel,
    ways: (config) => {
      const command = tellCommand(fleet, config)
      const first: Way[] = command === null ? [] : [{ channel: command, severity: 'notice' }]
      const named = (config.tell?.ways ?? []).flatMap((way): Way[] => {
        const found = channelNamed(fleet, config, way.channel)
        return found === null ? [] : [{ channel: found, severity: way.severity }]
      })
      return [...first, ...named]
    },
  }
}

function tellCommand(
  { dir, host }: Pick<Fleet, 'dir' | 'host'>,
  { notifyCommand }: FleetConfig,
): Channel | null {
  if (!notifyCommand) return null
  const config = { name: commandName, kind: 'command', command: notifyCommand } as const
  return commandChannel(config, { cwd: dir, env: host.baseEnv })
}
