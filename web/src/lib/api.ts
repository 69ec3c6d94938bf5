// The client of the API, typed by its contract. What goes wrong is one kind of error, with the sentence and the remedy
// that the command line would show.

import { table } from 'virtual:routes'

import type { Answer, Ask, RouteName } from '../../../src/surface/http/contract.ts'

export class Trouble extends Error {
  readonly status: number
  readonly code: string
  readonly remedy: string

  constructor(status: number, code: string, sentence: string, remedy: string) {
    super(sentence)
    this.status = status
    this.code = code
    this.remedy = remedy
  }
}

let csrf: string | null = null
export const keepCsrf = (value: string | null): void => {
  csrf = value
}

/** Calls a route. Throws Trouble. */
export async function call<N extends RouteName>(
  name: N,
  ask: Ask<N>,
  signal?: AbortSignal,
): Promise<Answer<N>> {
  const [method, pattern, queryNames] = table[name] ?? ['GET', '/', []]
  const rest: Record<string, unknown> = { ...(ask as object) }
  const take = (key: string) => {
    const value = rest[key]
    delete rest[key]
    return value
  }
  const path = pattern.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(String(take(key))),
  )
  const query = new URLSearchParams()
  for (const key of queryNames) {
    const value = take(key)
    if (value !== undefined && value !== null && value !== '') query.set(key, String(value))
  }
  const url = `${path}${query.size > 0 ? `?${query}` : ''}`
  if (method === 'GET') return await answerTo(fetch(url, { method, ...(signal && { signal }) }))
  const body = JSON.stringify(rest)
  const deed = `${method} ${url} ${body}`
  const key = unanswered.get(deed) ?? newKey()
  unanswered.set(deed, key)
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': key,
    ...(csrf !== null && { 'x-midwatch-csrf': csrf }),
  }
  try {
    const said = await answerTo<N>(fetch(url, { method, body, headers }))
    unanswered.delete(deed)
    return said
  } catch (error) {
    if (isAnswer(error)) unanswered.delete(deed)
    else if (error instanceof Trouble && error.status === 0)
      throw new Trouble(
        0,
        error.code,
        error.message,
        'press it again once it does: it is done once',
      )
    throw error
  }
}

/**
 * Keys of deeds whose answers did not come, by what was asked: whoever asks for the same once more asks under the same key,
 * and it is done once.
 */
const unanswered = new Map<string, string>()

/** Not of `randomUUID`, which browsers keep from pages that came over plain HTTP from another machine. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/** Was it judged? What is under way may still be done. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Trouble && error.status >= 400 && error.status < 500

async function answerTo<N extends RouteName>(asked: Promise<Response>): Promise<Answer<N>> {
  const response = await asked.catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error
    throw away()
  })
  const said = await response.json().catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error
    if (response.ok) throw away() // it was cut off
    return null
  })
  if (response.ok) return said as Answer<N>
  throw new Trouble(
    response.status,
    said?.code ?? 'unknown',
    said?.sentence ?? `the answer was ${response.status}`,
    said?.remedy ?? 'try again',
  )
}

const away = () =>
  new Trouble(0, 'away', 'Midwatch does not answer', '`midwatch status` says whether it runs')
