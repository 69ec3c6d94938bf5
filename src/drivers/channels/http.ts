// One HTTP request that does something, and what its end means. Before the request was on its way nothing reached the
// world; an answer below 500 is the receiver's own word; everything else nobody knows.

import { systemCode } from '../../base/errors.ts'
import { type Delivered, nothing, unknown } from './contract.ts'

export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const timeoutMs = 30_000
const keptChars = 2_000

/** Errors of the network that come before the first byte of a request is sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** What `fetch` says of an address that it does not even try. */
const notAnAddress = /bad port|invalid url|failed to parse url|unknown scheme/i

/** Posts it once, and follows no redirection. Never throws for what receiver or network do. */
export async function postOnce(request: Request, signal: AbortSignal): Promise<Delivered> {
  if (signal.aborted) return nothing('we are leaving', 'soon')
  try {
    const answer = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const said = (await answer.text().catch(() => '')).slice(0, keptChars)
    return meaningOf(answer.status, answer.headers.get('retry-after'), said)
  } catch (error) {
    const cause = (error as Error).cause
    const code = systemCode(cause) ?? systemCode(error)
    const why = (cause as Error | undefined)?.message || (error as Error).message
    if (code !== null && beforeSending.has(code)) return nothing(why, 'soon')
    return notAnAddress.test(`${(error as Error).message} ${why}`)
      ? nothing(why, 'never')
      : unknown(why)
  }
}

/** By class: 2xx done; 429 and a 503 that says when to come again did nothing; other 4xx never will; 5xx is a doubt. */
export function meaningOf(status: number, retryAfter: string | null, said: string): Delivered {
  const told = `HTTP ${status}${said === '' ? '' : `: ${said.replace(/\s+/g, ' ').slice(0, 200)}`}`
  if (status >= 200 && status < 300)
    return { did: 'performed', receipt: `HTTP ${status}`, output: said }
  const afterMs = secondsOf(retryAfter)
  if (status === 429 || (status === 503 && afterMs !== null)) return nothing(told, 'soon', afterMs)
  if (status === 425) return nothing(told, 'soon')
  if (status >= 300 && status < 500 && status !== 408) return nothing(told, 'never')
  return unknown(told)
}

const longestWaitMs = 3_600_000

/** Only the form in seconds: a date would be judged by two clocks. */
const secondsOf = (text: string | null): number | null =>
  text !== null && /^\d{1,7}$/.test(text.trim())
    ? Math.min(Number(text) * 1_000, longestWaitMs)
    : null
