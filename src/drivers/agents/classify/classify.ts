// Says what an ending means, for any tool: launcher facts, then the typed result, then the tool's own exit codes, then
// anchored text, and text only on error channels of a run that failed or gave no result. What nothing explains stays
// unknown, with head and tail. Pure, offline, and an unknown tool is no error.

import { failureTable } from '../../../model/failure.ts'
import type { Blame, FailureClass } from '../../../model/failure.ts'
import { headAndTail, lines, shorten } from './channels.ts'
import type { Json } from './channels.ts'
import { familyRows } from './families.ts'
import { finding, mayReset } from './finding.ts'
import type { Finding } from './finding.ts'
import { classOfStatus, statusIn } from './http-status.ts'
import { launcherFinding } from './launcher-facts.ts'
import { resetTime } from './reset-time.ts'
import { core, firstMatch, says } from './row.ts'
import type { Row } from './row.ts'
import { eventsIn, typedEnd } from './structure.ts'
import type { ErrorFacts } from './structure.ts'
import type { ToolKnowledge } from './tool.ts'
import { claudeEnd } from './tools/claude-events.ts'
import { knowledgeOf } from './tools/all.ts'

export interface ClassifyInput {
  /** Any tool name; aliases and unknown ones are fine. */
  readonly tool: string
  /** Null when unknown, which is not 0. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** Wall time of the ending, ms since the epoch. */
  readonly now: number
  /** IANA name of the zone in which times without one are meant. */
  readonly timeZone: string
}

/** What to do next: nothing, at once, after a wait, at the stated reset, or ask a person. */
export type Retry = 'no' | 'now' | 'backoff' | 'at_reset' | 'person'

export interface Classified {
  readonly class: FailureClass
  readonly blame: Blame
  /** The stated end of the limit, ms since the epoch. */
  readonly resetAt: number | null
  readonly retry: Retry
  readonly evidence: string
  readonly advice: string
}

export function classify(input: ClassifyInput): Classified {
  const found = find(input)
  const resetAt =
    mayReset(found.class) && found.resetText
      ? resetTime(found.resetText, input.now, input.timeZone)
      : null
  return {
    class: found.class,
    blame: found.blame ?? blameOf(found.class, resetAt),
    resetAt,
    retry: retryOf(found.class, resetAt),
    evidence: shorten(found.evidence, 400),
    advice: failureTable[found.class].advice,
  }
}

/** Who is at fault; a rate limit that names no reset is the provider's pace, not the account's quota. */
export function blameOf(failureClass: FailureClass, resetAt: number | null): Blame {
  if (failureClass === 'rate_limited' && resetAt === null) return 'provider'
  return failureTable[failureClass].blame
}

function retryOf(failureClass: FailureClass, resetAt: number | null): Retry {
  if (resetAt !== null) return 'at_reset'
  switch (failureClass) {
    case 'success':
    case 'content_refused':
      return 'no'
    case 'session_conflict':
    case 'interrupted':
    case 'lost':
      return 'now'
    case 'auth_error':
    case 'credits_depleted':
    case 'argument_error':
    case 'model_unavailable':
    case 'tool_permission':
      return 'person'
    default:
      return 'backoff'
  }
}

/** Everything one look needs, gathered once. */
interface Look {
  readonly input: ClassifyInput
  readonly tool: ToolKnowledge
  readonly events: readonly Json[]
  /** Lines of the error channels: standard error, and what of standard output is no event. */
  readonly said: readonly string[]
  readonly rows: readonly Row[]
}

/** Longest piece of an output that is looked at from either end. */
const edgeChars = 64 * 1024

function find(input: ClassifyInput): Finding {
  const look = lookAt(input)
  const typed = typedFinding(look)
  const { exitCode } = input
  const stoppedOutside =
    input.signal !== null || exitCode === null || [124, 129, 130, 137, 143].includes(exitCode)
  if (
    typed !== null &&
    typed.class !== 'unknown' &&
    (typed.class !== 'success' || exitCode === 0 || stoppedOutside)
  )
    return typed
  const launched = launcherFinding(input, look.tool, look.said)
  if (launched !== null) return launched
  if (exitCode === 0) return findOnZero(look)
  return findByCode(look) ?? findByText(look) ?? typed ?? nothingFound(look)
}

function lookAt(input: ClassifyInput): Look {
  const out = eventsIn(edges(input.stdout))
  const err = eventsIn(edges(input.stderr))
  const tool = knowledgeOf(input.tool)
  return {
    input,
    tool,
    events: [...out.events, ...err.events],
    said: [...lines(err.rest), ...lines(out.rest)],
    rows: [...(tool.rows ?? []), ...familyRows],
  }
}

/** What typed events say; null when there are none that tell. */
function typedFinding(look: Look): Finding | null {
  const byClaude = claudeEnd(look.events, look.input.exitCode, look.tool, look.rows)
  if (byClaude !== null) return byClaude
  const typed = typedEnd(look.events)
  switch (typed.end) {
    case 'well':
      return finding('success', 'Its own events say that it ended well.')
    case 'empty':
      return finding('task_failed', `It ended without an answer: ${typed.what}.`)
    case 'denied':
      return finding('tool_permission', `It was denied: ${typed.what}.`)
    case 'error':
      return findingOfFacts(typed.facts, look.rows)
    case 'untold':
      return null
  }
}

/** What a typed error means: by its sentences, then its machine words, then its status. */
export function findingOfFacts(facts: ErrorFacts, rows: readonly Row[]): Finding {
  const said = facts.texts.flatMap(lines)
  const evidence = said[0] ?? (facts.words.join(' ') || 'an error without a text')
  const more = { resetText: facts.raw }
  const match = firstMatch(rows, [...said, ...joined(said), ...facts.words])
  if (match)
    return finding(match.row.class, match.line, {
      ...more,
      ...(match.row.blame && { blame: match.row.blame }),
    })
  for (const status of facts.statuses) {
    const meant = classOfStatus(status)
    if (meant !== null) return finding(meant, evidence, more)
  }
  return finding('unknown', evidence, more)
}

/** Exit code 0: success, unless the tool is known to exit so after failures and says that it failed. */
function findOnZero(look: Look): Finding {
  const { failsOnZero } = look.tool
  const from = failsOnZero ? look.said.findIndex((line) => says(failsOnZero, line)) : -1
  if (from < 0) return finding('success', 'Exit code 0.')
  return (
    findByText({ ...look, said: look.said.slice(from) }) ??
    finding('launch_failed', look.said[from] ?? '')
  )
}

/** The tool's own exit codes; where a code gathers several classes, the text may name another of them. */
function findByCode(look: Look): Finding | null {
  const { exitCode } = look.input
  const meaning = exitCode === null ? null : (look.tool.exitCode?.(exitCode) ?? null)
  if (meaning === null) return null
  const byText = findByText(look)
  if (byText !== null && (meaning.or?.includes(byText.class) || byText.class === meaning.class))
    return byText
  if (meaning.class === 'unknown') return null
  return finding(meaning.class, look.said[0] ?? `Exit code ${exitCode}.`, {
    resetText: look.said.join('\n'),
  })
}

function findByText(look: Look): Finding | null {
  const match = firstMatch(look.rows, [...look.said, ...joined(look.said)])
  const resetText = look.said.join('\n')
  if (match)
    return finding(match.row.class, match.line, {
      resetText,
      ...(match.row.blame && { blame: match.row.blame }),
    })
  for (const line of look.said) {
    const status = statusIn(core(line))
    const meant = status === null ? null : classOfStatus(status)
    if (meant !== null) return finding(meant, line, { resetText })
  }
  return null
}

/** Lines that were wrapped or belong together, as one: what a sentence says may stand on two. */
function joined(said: readonly string[]): string[] {
  return said.length > 1 && said.length <= 60 ? [said.join(' ')] : []
}

function nothingFound(look: Look): Finding {
  const { exitCode } = look.input
  const shown = headAndTail(`${look.input.stderr}\n${look.input.stdout}`)
  if (look.tool.runsCommands && exitCode !== null)
    return finding('task_failed', `Exit code ${exitCode}. ${shown}`)
  return finding(
    'unknown',
    `${exitCode === null ? 'No exit code known.' : `Exit code ${exitCode}.`} ${shown}`,
  )
}

function edges(text: string): string {
  if (text.length <= 2 * edgeChars) return text
  return `${text.slice(0, edgeChars)}\n${text.slice(-edgeChars)}`
}
