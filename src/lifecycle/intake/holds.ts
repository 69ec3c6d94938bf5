// Judges a release before it is put: whatever a surface was handed, a hold that could never be released as it says is
// refused with what would be right.

import { usage } from '../../base/errors.ts'
import type { Release } from '../../model/hold.ts'
import type { Probe } from '../../model/probe.ts'

const leastEveryMs = 1_000
const longestLookMs = 600_000
const longestText = 10_000

/** Throws `hold.*` when the release can't be served as it stands. */
export function checkRelease(release: Release): void {
  if (release.kind === 'check') checkCheck(release)
  if (release.kind === 'person') checkQuestion(release)
}

function checkCheck({ probe, everyMs, timeoutMs }: Extract<Release, { kind: 'check' }>): void {
  checkProbe(probe)
  if (everyMs < leastEveryMs)
    throw usage('hold.every', 'a check cannot look more often than every second', 'give --every 1s')
  if (timeoutMs < 100 || timeoutMs > longestLookMs)
    throw usage(
      'hold.within',
      'one look of a check takes from 100 ms to 10 minutes',
      'give --within 30s',
    )
}

function checkProbe(probe: Probe): void {
  const text =
    probe.look === 'command' ? probe.command : probe.look === 'file' ? probe.path : probe.url
  if (text.trim() === '' || text.includes('\0') || text.length > longestText)
    throw usage('hold.probe', 'a check needs something to look at', 'name a command, file or url')
  if (probe.look !== 'url') return
  const url = URL.canParse(probe.url) ? new URL(probe.url) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usage(
      'hold.url',
      `${probe.url} is no address to ask`,
      'give one with http:// or https://',
    )
}

function checkQuestion({ question, remindMs }: Extract<Release, { kind: 'person' }>): void {
  if (question.trim() === '' || question.length > longestText)
    throw usage('hold.question', 'a question needs some words', 'ask in a sentence')
  if (remindMs !== undefined && remindMs < 60_000)
    throw usage(
      'hold.remind',
      'nobody is reminded more often than every minute',
      'give --remind 4h',
    )
}
