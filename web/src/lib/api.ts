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
  const write = method !== 'GET'
  const response = await fetch(`${path}${query.size > 0 ? `?${query}` : ''}`, {
    method,
    ...(signal && { signal }),
    ...(write && {
      body: JSON.stringify(rest),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        ...(csrf !== null && { 'x-midwatch-csrf': csrf }),
      },
    }),
  }).catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error
    throw new Trouble(
      0,
      'away',
      'Midwatch does not answer',
      '`midwatch status` says whether it runs',
    )
  })
  const said = await response.json().catch(() => null)
  if (response.ok) return said as Answer<N>
  throw new Trouble(
    response.status,
    said?.code ?? 'unknown',
    said?.sentence ?? `the answer was ${response.status}`,
    said?.remedy ?? 'try again',
  )
}
