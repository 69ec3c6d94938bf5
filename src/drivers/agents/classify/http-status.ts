// What an HTTP status of a model provider means when nothing says it more precisely.

import type { FailureClass } from '../../../model/failure.ts'

/** The class of a status, or null where the status alone does not tell (400, 422 and all that is no failure). */
export function classOfStatus(status: number): FailureClass | null {
  switch (status) {
    case 401:
    case 403:
      return 'auth_error'
    case 402:
      return 'credits_depleted'
    case 404:
      return 'model_unavailable'
    case 408:
      return 'network'
    case 413:
      return 'context_too_large'
    case 429:
      return 'rate_limited'
    default:
      return status >= 500 && status <= 599 ? 'overloaded' : null
  }
}

const named =
  /\b(?:API Error:?|status(?: code)?:?|HTTP(?:\/\d(?:\.\d)?)?|Error code:|error|code:?|rejected|failed(?: with)?|returned|received|got)\s*[:(]?\s*\(?([45]\d\d)\b(?!\s*(?:ms|tokens|lines|files))/i
const led = /^\(?([45]\d\d)\b\s*(?:\{|[A-Z"'{(:-]|no body|status)/

/** The HTTP status that a line of an error channel states, or null. */
export function statusIn(line: string): number | null {
  const digits = led.exec(line)?.[1] ?? named.exec(line)?.[1]
  return digits === undefined ? null : Number(digits)
}
