// Tells a limit of the plan or the billing, which no waiting of minutes ends, from a throttle, which passes by itself.
// Only asked where no reset is stated.

import type { Finding } from './finding.ts'
import { anyOf } from './patterns.ts'

/** Words of a pace: so many per minute, at once, just now. They outrank words of a plan. */
const pace = anyOf(
  /\bper[- ]?(?:second|minute|min|sec)\b/,
  /\b[RT]P[MS]\b/,
  /temporar/,
  /throttl/,
  /concurren/,
  /too many requests/,
  /slow down/,
  /(?:not|isn't) your usage limit/,
  /(?:retry|try again) (?:in|after) (?:a )?(?:few|moment|\d)/,
)

const plan = anyOf(
  /\busage limit/,
  /\bhit your (?:\w+ ){0,3}limit/,
  /\b(?:weekly|monthly|plan|subscription|premium|individual|shared|billing|account) (?:\w+ )?(?:limit|quota|allowance|requests?|budget)/,
  /\bupgrade\b/,
  /\blimit: 0\b/,
  /\b(?:check|review|see) your plan\b/,
  /\bfree (?:tier|plan|quota)\b/,
  /\binsufficient_quota\b/,
)

/** Whether a refused quota waits for a person: it names the plan or the billing, and no pace. */
export function asksForPerson(found: Finding): boolean {
  if (found.class !== 'rate_limited') return false
  const said = `${found.evidence}\n${found.resetText ?? ''}`
  return plan.test(said) && !pace.test(said)
}
