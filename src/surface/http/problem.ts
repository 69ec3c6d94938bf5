// Trouble as the API tells it: RFC 9457, with the same code, sentence and remedy as the command line. A fault of our own
// tells nothing of its inside; the log has it whole.

import { type ExitKind, OperatingError } from '../../base/errors.ts'
import type { Refusal } from '../../model/refusal.ts'

export interface Problem {
  readonly status: number
  readonly code: string
  readonly sentence: string
  readonly remedy: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown by guards and handlers that refuse before anything was done. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.sentence)
    this.problem = problem
  }
}

export const refuse = (
  status: number,
  code: string,
  sentence: string,
  remedy: string,
  headers: Readonly<Record<string, string>> = {},
) => new Refused({ status, code, sentence, remedy, headers })

/** A refusal of the table or the store. */
export const refusalOf = ({ code, sentence, release }: Refusal): Refused =>
  refuse(code.endsWith('.missing') ? 404 : 409, code, sentence, release)

const statusOf: Readonly<Record<ExitKind, number>> = {
  done: 500,
  failed: 502,
  usage: 400,
  notFound: 404,
  refused: 409,
  tryAgain: 503,
}

/** What an error is to whoever asked; `onFault` is told of our own faults. */
export function problemOf(error: unknown, onFault: (error: unknown) => void): Problem {
  if (error instanceof Refused) return error.problem
  if (error instanceof OperatingError) {
    const { exit, code, message, remedy } = error
    const retry = exit === 'tryAgain' ? { headers: { 'retry-after': '1' } } : {}
    return { status: statusOf[exit], code, sentence: message, remedy, ...retry }
  }
  onFault(error)
  return {
    status: 500,
    code: 'fault',
    sentence: 'this is a fault of Midwatch itself',
    remedy: 'please report it with the lines of daemon.log',
  }
}

export function problemResponse({ status, code, sentence, remedy, headers }: Problem): Response {
  const type = `urn:midwatch:problem:${code}`
  return new Response(JSON.stringify({ type, title: sentence, status, code, sentence, remedy }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
  })
}
