// Reads a client's events, one JSON object per line, as they grow. Chunks may cut lines; lines may be garbage or longer
// than memory allows. What an event means is the dialect's word; what the verdict needs of it is kept, and bounded.

import { begun } from './begun.ts'
import type { Usage } from '../../model/attempt.ts'
import type { Json } from './classify/channels.ts'
import { parseObject } from './classify/channels.ts'
import type { Noticed, StreamReader } from './contract.ts'
import { lineCutter } from './line-cutter.ts'

/** What one event says. Everything left out is not said. */
export interface Said {
  /** The client has begun: what it calls itself. */
  readonly started?: string
  /** The model said or did something; retries before it explain nothing any more. */
  readonly spoke?: boolean
  readonly sessionId?: string | null
  /** Worth keeping for the verdict: an error, a denial, a retry. */
  readonly signal?: Json
  /** The end of the session, as the client tells it. A later one replaces it; null says that it goes on after all. */
  readonly result?: Json | null
  /** What was consumed: since the last such event, or in all where `whole`. */
  readonly usage?: Consumed
}

export interface Consumed {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number | null
  readonly turns: number
  readonly whole: boolean
}

/** A client's way of telling events. Pure. */
export interface Dialect {
  read(event: Json): Said
  /** What is taken for its result may be followed by more: only its exit proves the end. */
  readonly exitProves?: true
  /** Whether a kept signal only says that the client tries again. */
  isRetry?(signal: Json): boolean
  /** For lines that are no events: an error among them, or null. */
  readLine?(line: string): Said | null
}

/** Longest line that is parsed. */
const lineMaxChars = 4 * 1024 * 1024
const signalsMax = 50

interface Seen {
  started: boolean
  modelOutput: boolean
  result: Json | null
  signals: Json[]
  sessionId: string | null
  consumed: Consumed | null
}

/** A reader of this dialect. */
export function eventReader(dialect: Dialect): StreamReader {
  const cutter = lineCutter(lineMaxChars)
  const seen: Seen = {
    started: false,
    modelOutput: false,
    result: null,
    signals: [],
    sessionId: null,
    consumed: null,
  }
  return {
    feed: (chunk) => cutter.feed(chunk).flatMap((line) => readLine(dialect, line, seen)),
    isFinished: () => dialect.exitProves !== true && seen.result !== null,
    summary() {
      // A last line without a newline counts too: the result may be cut off just there.
      const last = { ...seen, signals: [...seen.signals] }
      readLine(dialect, cutter.rest(), last)
      const { started, modelOutput, result, signals } = last
      return { started, modelOutput, result, signals, usage: usageOf(last) }
    },
  }
}

function readLine(dialect: Dialect, line: string, seen: Seen): Noticed[] {
  const text = line.trim()
  if (text === '') return []
  const event = parseObject(text)
  const said = event === null ? dialect.readLine?.(text) : dialect.read(event)
  return said ? note(dialect, said, seen) : []
}

function note(dialect: Dialect, said: Said, seen: Seen): Noticed[] {
  const noticed: Noticed[] = []
  seen.sessionId = said.sessionId ?? seen.sessionId
  if (said.started !== undefined && !seen.started) {
    seen.started = true
    noticed.push(...begun(said.started, seen.sessionId))
  }
  if (said.spoke === true) {
    seen.modelOutput = true
    seen.signals = seen.signals.filter((signal) => dialect.isRetry?.(signal) !== true)
    noticed.push({ kind: 'model_output' })
  }
  if (said.signal !== undefined) keep(seen, said.signal)
  if (said.result !== undefined) seen.result = said.result
  if (said.usage !== undefined) {
    seen.consumed = add(seen.consumed, said.usage)
    const usage = usageOf(seen)
    if (usage !== null) noticed.push({ kind: 'usage', usage })
  }
  return noticed
}

function keep(seen: Seen, signal: Json): void {
  seen.signals.push(signal)
  if (seen.signals.length > signalsMax) seen.signals.shift()
}

function add(before: Consumed | null, more: Consumed): Consumed {
  if (before === null || more.whole) return more
  return {
    inputTokens: before.inputTokens + more.inputTokens,
    outputTokens: before.outputTokens + more.outputTokens,
    costUsd: before.costUsd === null ? more.costUsd : before.costUsd + (more.costUsd ?? 0),
    turns: before.turns + more.turns,
    whole: false,
  }
}

function usageOf({ consumed, sessionId }: Seen): Usage | null {
  if (consumed === null) return null
  const { inputTokens, outputTokens, costUsd, turns } = consumed
  return { inputTokens, outputTokens, costUsd, turns, sessionId }
}
