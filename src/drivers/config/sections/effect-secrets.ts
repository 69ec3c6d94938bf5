// Every text of a channel in which a reference may stand, how references are filled in, and what of it is masked.

import type { ChannelConfig, EffectsConfig } from '../../../model/channels.ts'

const mask = '•••'
type Change = (text: string) => string

/** Each text with its path below `effects.channels`. */
export function channelTexts({ channels }: EffectsConfig): { path: string[]; text: string }[] {
  const found: { path: string[]; text: string }[] = []
  for (const channel of channels)
    changeTexts(channel, (text, key) => {
      found.push({ path: ['effects', 'channels', channel.name, ...key.split('.')], text })
      return text
    })
  return found
}

export const fillChannels = (effects: EffectsConfig, fill: Change): EffectsConfig => ({
  ...effects,
  channels: effects.channels.map((channel) => changeTexts(channel, fill)),
})

/** Addresses of hooks are secrets: who knows them may post. Only where they lead is told. */
export const redactChannels = (effects: EffectsConfig): EffectsConfig => ({
  ...effects,
  channels: effects.channels.map(redactChannel),
})

function redactChannel(channel: ChannelConfig): ChannelConfig {
  switch (channel.kind) {
    case 'mail': {
      const hide = <S extends { password: string | null }>(server: S): S => ({
        ...server,
        password: server.password === null ? null : mask,
      })
      return {
        ...channel,
        smtp: hide(channel.smtp),
        imap: channel.imap === null ? null : hide(channel.imap),
      }
    }
    case 'webhook':
      return {
        ...channel,
        url: originOf(channel.url),
        secret: channel.secret === null ? null : mask,
        headers: Object.fromEntries(Object.keys(channel.headers).map((name) => [name, mask])),
      }
    case 'slack':
      return { ...channel, url: originOf(channel.url) }
    case 'ntfy':
      return { ...channel, token: channel.token === null ? null : mask }
    case 'command':
      return {
        ...channel,
        command: [...channel.command.slice(0, 1), ...channel.command.slice(1).map(() => mask)],
      }
  }
}

const originOf = (url: string): string => {
  const [, origin = ''] = /^(https?:\/\/[^/?#@]*)(?:[/?#]|$)/.exec(url) ?? []
  return `${origin}/${mask}`
}

/** The channel with each of its texts changed. */
function changeTexts(
  channel: ChannelConfig,
  change: (text: string, key: string) => string,
): ChannelConfig {
  const or = (text: string | null, key: string) => (text === null ? null : change(text, key))
  switch (channel.kind) {
    case 'mail': {
      const server = <S extends MailServerTexts>(one: S, key: string): S => ({
        ...one,
        host: change(one.host, `${key}.host`),
        user: or(one.user, `${key}.user`),
        password: or(one.password, `${key}.password`),
      })
      return {
        ...channel,
        from: change(channel.from, 'from'),
        to: channel.to.map((address) => change(address, 'to')),
        smtp: server(channel.smtp, 'smtp'),
        imap: channel.imap === null ? null : server(channel.imap, 'imap'),
      }
    }
    case 'webhook':
      return {
        ...channel,
        url: change(channel.url, 'url'),
        secret: or(channel.secret, 'secret'),
        headers: Object.fromEntries(
          Object.entries(channel.headers).map(([name, value]) => [
            name,
            change(value, `headers.${name}`),
          ]),
        ),
      }
    case 'slack':
      return { ...channel, url: change(channel.url, 'url') }
    case 'ntfy':
      return {
        ...channel,
        url: change(channel.url, 'url'),
        topic: change(channel.topic, 'topic'),
        token: or(channel.token, 'token'),
      }
    case 'command':
      return channel
  }
}

interface MailServerTexts {
  readonly host: string
  readonly user: string | null
  readonly password: string | null
}
