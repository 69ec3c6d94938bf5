// Law: quiet work is not stopped, and every stop names what was seen. Who is stopped for standing still truly stood still, for as
// long as its limit says; a plain program has no such limit; and who is stopped for its time truly ran so long.

import type { Limits } from '../../src/model/limits.ts'
import { type Struck, struckOn } from '../launcher.ts'
import type { Bench, Checker } from './contract.ts'

/** Spans in evidence are rounded to seconds; a slow machine takes its time from the wrapper to the program. */
const roundedMs = 1_000
const slowestStartMs = 60_000

export const stops: Checker = {
  law: 'quiet work is not stopped',
  invariants: [28],
  fact(bench, { taskId, attemptId, body }) {
    if (attemptId === null) return
    const { world, journal, accuse } = bench
    const isStop = body.kind === 'attempt.stopped' && body.signals.length > 0
    const isLate = body.kind === 'attempt.ended' && body.class === 'timeout'
    if (!isStop && !isLate) return
    const attempt = journal.attempts.get(attemptId)
    const machine = world.machines.find(({ name }) => name === attempt?.host)
    // What its program had left behind is not judged.
    const struck = machine === undefined ? undefined : struckOn(machine).get(attemptId)
    if (struck === undefined) return
    const why = body.kind === 'attempt.ended' ? body.evidence : (body.why ?? '')
    if (why === '') return
    const wrong = judged(bench, attempt?.agent ?? '', why, struck)
    if (wrong !== null) accuse(`attempt ${attemptId} was stopped, for “${why}”: ${wrong}`, taskId)
  },
}

/** What is wrong with a stop for this reason; null when nothing is, or when it speaks of something else. */
function judged(
  bench: Bench,
  agent: string,
  why: string,
  { ranMs, stillMs }: Struck,
): string | null {
  const saidMs = 1_000 * Number(/^it ran (\d+) s, its limit is/.exec(why)?.[1] ?? Number.NaN)
  if (saidMs > ranMs + slowestStartMs + roundedMs) return `it ran ${Math.round(ranMs / 1_000)} s`
  const limitMs = stillLimitOf(bench, agent, why)
  if (limitMs === null) return null
  bench.world.truth.count('stood still')
  if (stillMs >= limitMs - roundedMs) return null
  return `it stood still for ${Math.round(stillMs / 1_000)} s of ${limitMs / 1_000} s`
}

/** The limit of standing still that a stop speaks of; null when it speaks of none. */
function stillLimitOf({ config }: Bench, agent: string, why: string): number | null {
  const of = (limit: (limits: Limits) => number): number =>
    Math.min(...[...config.known.values()].map(({ limits }) => limit(limits)))
  if (why.includes('did nothing more for')) return of(({ lingerMs }) => lingerMs)
  const isSilence = why.startsWith('nothing moved')
  if (!isSilence) return null
  const known = [...config.known.values()].flatMap(({ agents }) => agents)
  const own = known.filter(({ name }) => name === agent)
  const set = own.flatMap(({ silenceMs }) => silenceMs ?? [])
  const isPlain = own.every(({ adapter }) => adapter === 'command')
  if (isPlain && set.length === 0) return Number.POSITIVE_INFINITY
  const limit = why.includes('has not spoken')
    ? of(({ firstWordMs }) => firstWordMs)
    : of(({ silenceMs }) => silenceMs)
  return Math.min(limit, ...set)
}
