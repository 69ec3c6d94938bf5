// What a session may ask of the ledger, read from what came through the socket: a foreign hand may have written it, so
// every part is looked at before anything is believed.

import {
  type EffectParams,
  type EffectResult,
  effectKeyPattern,
  type HolderProcess,
} from '../../model/effect.ts'
import { type EffectState, effectStates } from '../../model/transitions.ts'
import type { Posting } from '../letters.ts'

interface OfEpoch {
  readonly key: string
  readonly epoch: number
}

export type LedgerRequest =
  | { readonly do: 'hello' }
  | {
      readonly do: 'reserve'
      readonly key: string
      readonly paramsHash: string
      readonly params: EffectParams
      readonly process: HolderProcess | null
      readonly forMs: number
    }
  | { readonly do: 'read'; readonly key: string }
  | {
      readonly do: 'list'
      readonly states?: readonly EffectState[]
      readonly kind?: string
      readonly limit: number
    }
  | ({ readonly do: 'send' } & Posting)
  | ({ readonly do: 'perform'; readonly result: EffectResult } & OfEpoch)
  | ({ readonly do: 'fail' | 'doubt'; readonly reason: string } & OfEpoch)

type Given = Readonly<Record<string, unknown>>

const longestMs = 24 * 3_600_000
const listedMax = 200
const reasonMax = 10_000
const wordMax = 300
const letterMax = 1_000_000
const addressesMax = 100

/** The request, or null when it is none. */
export function readLedgerRequest(given: unknown): LedgerRequest | null {
  if (!isObject(given)) return null
  if (given['do'] === 'hello') return { do: 'hello' }
  if (given['do'] === 'list') return readList(given)
  const { key } = given
  if (typeof key !== 'string' || !effectKeyPattern.test(key)) return null
  if (given['do'] === 'read') return { do: 'read', key }
  if (given['do'] === 'reserve') return readReserve(given, key)
  if (given['do'] === 'send') return readSend(given, key)
  const { epoch, reason } = given
  if (!isWhole(epoch, 1, Number.MAX_SAFE_INTEGER)) return null
  if (given['do'] === 'perform') {
    const result = readResult(given['result'])
    return result === null ? null : { do: 'perform', key, epoch, result }
  }
  if (given['do'] !== 'fail' && given['do'] !== 'doubt') return null
  return isText(reason, reasonMax) ? { do: given['do'], key, epoch, reason } : null
}

function readList({ states, kind, limit }: Given): LedgerRequest | null {
  if (!isWhole(limit, 1, listedMax)) return null
  if (kind !== undefined && !isText(kind, wordMax)) return null
  if (states === undefined) return { do: 'list', limit, ...(kind && { kind }) }
  if (!Array.isArray(states) || !states.every(isState)) return null
  return { do: 'list', limit, states, ...(kind && { kind }) }
}

function readReserve(given: Given, key: string): LedgerRequest | null {
  const { paramsHash, params, process, forMs } = given
  if (typeof paramsHash !== 'string' || !/^[0-9a-f]{64}$/.test(paramsHash)) return null
  if (!isObject(params) || !isWhole(forMs, 1, longestMs)) return null
  if (process === null) return { do: 'reserve', key, paramsHash, params, process, forMs }
  const holder = readProcess(process)
  return holder === null ? null : { do: 'reserve', key, paramsHash, params, process: holder, forMs }
}

function readSend(given: Given, key: string): LedgerRequest | null {
  const { channel, subject, text, to, urgent, evenIfSent } = given
  if (!isText(channel, wordMax) || !isText(subject, reasonMax) || !isText(text, letterMax))
    return null
  if (!Array.isArray(to) || to.length > addressesMax) return null
  if (!to.every((one): one is string => isText(one, wordMax))) return null
  if (typeof urgent !== 'boolean' || typeof evenIfSent !== 'boolean') return null
  return { do: 'send', key, channel, subject, text, to, urgent, evenIfSent }
}

function readProcess(given: unknown): HolderProcess | null {
  if (!isObject(given)) return null
  const { host, bootId, pidSpace, pid, startTicks } = given
  if (!isText(host, wordMax) || !isText(bootId, wordMax) || !isText(pidSpace, wordMax)) return null
  if (!isWhole(pid, 1, 2 ** 31) || !isText(startTicks, wordMax)) return null
  return { host, bootId, pidSpace, pid, startTicks }
}

function readResult(given: unknown): EffectResult | null {
  if (!isObject(given)) return null
  const { output, errors, truncated, receipt } = given
  if (typeof output !== 'string' || typeof errors !== 'string') return null
  if (typeof truncated !== 'boolean' || !isText(receipt, reasonMax)) return null
  return { output, errors, truncated, receipt }
}

const isObject = (given: unknown): given is Given =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
const isText = (given: unknown, most: number): given is string =>
  typeof given === 'string' && given.length <= most
const isWhole = (given: unknown, least: number, most: number): given is number =>
  Number.isInteger(given) && Number(given) >= least && Number(given) <= most
const isState = (given: unknown): given is EffectState =>
  effectStates.some((state) => state === given)
