// Says what an ending means, for any tool. A typed result that decides goes first, for it is the client's own verdict and
// stands even where a limit or a signal ended the session after it; then launcher facts, then the tool's own exit codes,
// then anchored text, and text only on error channels of a run that failed or gave no result. What nothing explains stays
// unknown, with head and tail. Pure, offline, and an unknown tool is no error.

import { failureTable } from '../../../model/failure.ts'
import type { Blame, FailureClass } from '../../../model/failure.ts'
import type { Classified, ClassifyInput, Retry } from '../contract.ts'
import { headAndTail, lines, shorten } from './channels.ts'
import type { Json } from './channels.ts'
import { familyRows } from './families.ts'
import { blameOf, finding, mayReset } from './finding.ts'
import type { Finding } from './finding.ts'
import { classOfStatus, statusIn } from './http-status.ts'
import { launcherFinding } from './launcher-facts.ts'
import { ownRetryTime, resetTime } from './reset-time.ts'
import { core, firstMatch, says } from './row.ts'
import type { Row } from './row.ts'
import { eventsIn, typedEnd } from './structure.ts'
import type { ErrorFacts } from './structure.ts'
import type { ToolKnowledge } from './tool.ts'
import { claudeEnd } from './tools/claude-events.ts'
import { knowledgeOf } from './tools/all.ts'

/**
 * Judges one ending. `timeZone` must be a zone that Intl knows (see `isZone`). From excerpts emptiness cannot be proven,
 * so an ending without an answer is `task_failed` here, where an adapter that watched the whole session says `hollow`.
 */
export function classify(input: ClassifyInput): Classified {
  const found = findEnd(input)
  const resetAt = resetOf(found, input)
  return {
    class: found.class,
    blame: blameOf(found, resetAt),
    resetAt,
    retry: retryOf(found.class, resetAt),
    evidence: shorten(found.evidence, 400),
    advice: failureTable[found.class].advice,
  }
}

/** The stated end of a limit; for an outage, at least the pace at which the tool itself tries again. */
function resetOf(found: Finding, input: ClassifyInput): number | null {
  const { resetText } = found
  if (resetText === undefined) return null
  const stated = mayReset(found.class) ? resetTime(resetText, input.now, input.timeZone) : null
  const isOutage = found.class === 'network' || found.class === 'overloaded'
  return stated ?? (isOutage ? ownRetryTime(resetText, input.now) : null)
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
  /** Lines of standard error. */
  readonly complaints: readonly string[]
  /** The edges of what standard output holds beside events: clients without events end there with their error. */
  readonly printed: readonly string[]
  readonly rows: readonly Row[]
}

/** Longest piece of an output that is looked at from either end. */
const edgeChars = 64 * 1024

/** The same look as a finding, for adapters that watched the whole session. */
export function findEnd(input: ClassifyInput): Finding {
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
  const launched = launcherFinding(input, look.tool, saidOf(look))
  if (launched !== null) return launched
  if (exitCode === 0) return typed ?? findOnZero(look)
  // A typed success against the exit code explains nothing.
  const told = typed?.class === 'success' ? null : typed
  return findByCode(look) ?? findByText(look) ?? told ?? nothingFound(look)
}

function lookAt(input: ClassifyInput): Look {
  const out = eventsIn(edges(input.stdout))
  const err = eventsIn(edges(input.stderr))
  const tool = knowledgeOf(input.tool)
  return {
    input,
    tool,
    events: [...out.events, ...err.events],
    complaints: withoutNoise(edgeLines(lines(err.rest), 60, 120), tool, out.events.length > 0),
    printed: withoutNoise(edgeLines(lines(out.rest), 12, 12), tool, out.events.length > 0),
    rows: [...(tool.rows ?? []), ...familyRows],
  }
}

/** Lines that good runs print too count only where nothing else was said at all. */
function withoutNoise(
  said: readonly string[],
  tool: ToolKnowledge,
  events: boolean,
): readonly string[] {
  const { noise } = tool
  const telling = noise === undefined ? said : said.filter((line) => !noise.test(line))
  return telling.length > 0 || events ? telling : said
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
    case 'unfinished':
      return look.input.exitCode === 0
        ? finding('task_failed', `It began (${typed.what}) and never reported an end.`)
        : null
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
  // A sentence tells people more than the machine's word for it.
  if (match) {
    const shown = facts.words.includes(match.line) ? evidence : match.line
    return finding(match.row.class, shown, { ...more, ...blamed(match.row) })
  }
  const stated = said.map((line) => statusIn(core(line))).filter((status) => status !== null)
  for (const status of [...facts.statuses, ...stated]) {
    const meant = classOfStatus(status)
    if (meant !== null) return finding(meant, evidence, more)
  }
  return finding('unknown', evidence, more)
}

/** Exit code 0: success, unless the tool is known to exit so after failures and says that it failed. */
function findOnZero(look: Look): Finding {
  const { failsOnZero } = look.tool
  const said = saidOf(look)
  const from = failsOnZero ? said.findIndex((line) => says(failsOnZero, line)) : -1
  if (from < 0) return finding('success', 'Exit code 0.')
  return (
    findIn(said.slice(from), look.rows) ?? finding(look.tool.failsAs ?? 'unknown', said[from] ?? '')
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
  const said = saidOf(look)
  return finding(meaning.class, said[0] ?? `Exit code ${exitCode}.`, { resetText: said.join('\n') })
}

/** Standard error first: what a client prints on standard output may be the model's prose up to its last lines. */
function findByText(look: Look): Finding | null {
  const found = findIn(look.complaints, look.rows) ?? findIn(look.printed, look.rows)
  return found === null ? null : { ...found, resetText: saidOf(look).join('\n') }
}

function findIn(said: readonly string[], rows: readonly Row[]): Finding | null {
  const resetText = said.join('\n')
  const match = firstMatch(rows, [...said, ...joined(said)])
  if (match) return finding(match.row.class, match.line, { resetText, ...blamed(match.row) })
  for (const line of said) {
    const status = statusIn(core(line))
    const meant = status === null ? null : classOfStatus(status)
    if (meant !== null) return finding(meant, line, { resetText })
  }
  return null
}

function saidOf(look: Look): readonly string[] {
  return [...look.complaints, ...look.printed]
}

function blamed(row: Row): { blame?: Blame } {
  return row.blame === undefined ? {} : { blame: row.blame }
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

/** The first and last lines of many, each cut: errors stand at the edges, and patterns must stay cheap. */
function edgeLines(all: readonly string[], first: number, last: number): string[] {
  const kept = all.length <= first + last ? all : [...all.slice(0, first), ...all.slice(-last)]
  return kept.map((line) => line.slice(0, 4000))
}

function edges(text: string): string {
  if (text.length <= 2 * edgeChars) return text
  return `${text.slice(0, edgeChars)}\n${text.slice(-edgeChars)}`
}
