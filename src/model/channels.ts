// Channels: the configured ways to the outside, and what Midwatch itself says through them.

import { defaultRetentionMs, retentionFloorMs } from './effect.ts'

interface ChannelCommon {
  readonly name: string
}

export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; else STARTTLS where the server offers it. */
  readonly secure: boolean
  readonly user: string | null
  readonly password: string | null
}

export interface MailChannel extends ChannelCommon {
  readonly kind: 'mail'
  readonly from: string
  readonly to: readonly string[]
  readonly smtp: MailServer
  /** Where sent mail can be looked for; null for nowhere. */
  readonly imap:
    | (MailServer & {
        /** Empty for the folder of sent mail, as the server names it, and the inbox. */
        readonly folders: readonly string[]
        /** Whether a `no` counts although these folders have never shown a mail of ours. */
        readonly trusted: boolean
      })
    | null
  /** How long a mail may be on its way before it is missed. */
  readonly settleMs: number
}

export interface WebhookChannel extends ChannelCommon {
  readonly kind: 'webhook'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Signs what is sent (Standard Webhooks); null for unsigned. */
  readonly secret: string | null
  /** The receiver honours the Idempotency-Key: then a doubt is ended by sending again. */
  readonly idempotent: boolean
}

export interface SlackChannel extends ChannelCommon {
  readonly kind: 'slack'
  readonly url: string
}

export interface NtfyChannel extends ChannelCommon {
  readonly kind: 'ntfy'
  readonly url: string
  readonly topic: string
  readonly token: string | null
}

export interface CommandChannel extends ChannelCommon {
  readonly kind: 'command'
  readonly command: readonly string[]
}

export type ChannelConfig =
  | MailChannel
  | WebhookChannel
  | SlackChannel
  | NtfyChannel
  | CommandChannel
export const channelKinds = ['mail', 'webhook', 'slack', 'ntfy', 'command'] as const

export const severities = ['notice', 'warning', 'urgent'] as const
export type Severity = (typeof severities)[number]

export const isAtLeast = (one: Severity, least: Severity): boolean =>
  severities.indexOf(one) >= severities.indexOf(least)

/** One way in which people are told. The first that succeeds is enough. */
export interface TellWay {
  readonly channel: string
  /** What is less than this takes the next way. */
  readonly severity: Severity
}

/** Hours in which only what is urgent is told; minutes of the day in a time zone. */
export interface QuietHours {
  readonly fromMinute: number
  readonly untilMinute: number
  /** An IANA name; null for the host's own. */
  readonly zone: string | null
}

export interface TellConfig {
  readonly ways: readonly TellWay[]
  readonly quiet: QuietHours | null
}

export const nobodyTold: TellConfig = { ways: [], quiet: null }

export interface EffectsConfig {
  readonly channels: readonly ChannelConfig[]
  /** How long what was performed is remembered, by kind; never shorter than its floor. */
  readonly keepMs: Readonly<Record<string, number>>
}

export const noEffects: EffectsConfig = { channels: [], keepMs: {} }

/** How long an effect of a kind is remembered. */
export const retentionMs = ({ keepMs }: EffectsConfig, kind: string): number =>
  Math.max(keepMs[kind] ?? defaultRetentionMs, retentionFloorMs(kind))
