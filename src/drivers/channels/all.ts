// Every kind of channel, made from its configuration. What speaks a protocol is loaded when a letter is sent.

import type { Clock } from '../../base/clock.ts'
import type { ChannelConfig, MailChannel } from '../../model/channels.ts'
import { slackChannel, ntfyChannel } from './chat.ts'
import { commandChannel, type CommandSurroundings } from './command.ts'
import type { Channel } from './contract.ts'
import { webhookChannel } from './webhook.ts'

export interface ChannelParts extends CommandSurroundings {
  readonly fleetId: string
  readonly clock: Clock
}

export function channelOf(config: ChannelConfig, parts: ChannelParts): Channel {
  switch (config.kind) {
    case 'mail':
      return lazyMail(config, parts.fleetId)
    case 'webhook':
      return webhookChannel(config, parts.fleetId, parts.clock)
    case 'slack':
      return slackChannel(config)
    case 'ntfy':
      return ntfyChannel(config, parts.fleetId)
    case 'command':
      return commandChannel(config, parts)
  }
}

/** Two thirds of what a daemon without mail would load are for mail. */
function lazyMail(config: MailChannel, fleetId: string): Channel {
  const load = async () => (await import('./mail.ts')).mailChannel(config, fleetId)
  return {
    name: config.name,
    kind: 'mail',
    deliver: async (letter, signal) => (await load()).deliver(letter, signal),
    asking:
      config.imap === null
        ? null
        : {
            settleMs: config.settleMs,
            async ask(letter, signal) {
              const { asking } = await load()
              return asking === null
                ? { found: 'unknown', why: 'it cannot be asked' }
                : await asking.ask(letter, signal)
            },
          },
  }
}
