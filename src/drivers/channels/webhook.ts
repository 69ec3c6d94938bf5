// Channel `webhook`: one POST of JSON with an Idempotency-Key, signed as Standard Webhooks describe it (webhook-id,
// webhook-timestamp, webhook-signature: HMAC-SHA256 over id, time and body). Where the receiver honours the key, a doubt
// is ended by sending the same again.

import { createHmac } from 'node:crypto'

import type { Clock } from '../../base/clock.ts'
import { hashOf } from '../../base/ids.ts'
import type { WebhookChannel } from '../../model/channels.ts'
import type { Channel, Delivered, Found, Letter } from './contract.ts'
import { postOnce } from './http.ts'

export function webhookChannel(config: WebhookChannel, fleetId: string, clock: Clock): Channel {
  const deliver = (letter: Letter, signal: AbortSignal): Promise<Delivered> => {
    const id = `mw_${hashOf(`${fleetId}\n${letter.key}`).slice(0, 40)}`
    const { key, subject, text, urgent, data } = letter
    const body = JSON.stringify({ key, subject, text, urgent, data })
    const headers = {
      ...config.headers,
      'idempotency-key': id,
      ...(config.secret === null ? {} : signature(config.secret, id, clock.now(), body)),
    }
    return postOnce({ url: config.url, headers, body }, signal)
  }
  return {
    name: config.name,
    kind: 'webhook',
    deliver,
    asking: config.idempotent
      ? { settleMs: 0, ask: async (letter, signal) => foundBy(await deliver(letter, signal)) }
      : null,
  }
}

/** What sending the same key again tells: a receiver that honours it did it once. */
function foundBy(delivered: Delivered): Found {
  if (delivered.did === 'performed') return { found: 'yes', receipt: delivered.receipt }
  if (delivered.did === 'nothing' && delivered.retry === 'never') return { found: 'no' }
  return { found: 'unknown', why: delivered.why }
}

/** `secret` may be `whsec_` with base64, as the standard writes it, or any text. */
export function signature(
  secret: string,
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const at = String(Math.floor(nowMs / 1_000))
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  const signed = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signed}` }
}
