// Feeds an adapter's reader the way a file that grows does, and judges what comes of it.

import type {
  AgentAdapter,
  Ending,
  Noticed,
  StreamSummary,
} from '../../../src/drivers/agents/contract.ts'
import { ending } from './orders.ts'

export const jsonLines = (...events: unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('')

/** What the reader noticed, in pieces of `pieceChars`. */
export function read(
  adapter: AgentAdapter,
  text: string,
  pieceChars = text.length || 1,
): { noticed: readonly Noticed[]; summary: StreamSummary } {
  const reader = adapter.reader()
  const noticed: Noticed[] = []
  for (let at = 0; at < text.length; at += pieceChars)
    noticed.push(...reader.feed(text.slice(at, at + pieceChars)))
  return { noticed, summary: reader.summary() }
}

/** The verdict of a session that printed this. Exit code 0 unless said otherwise. */
export function judge(adapter: AgentAdapter, out: string, over: Partial<Ending> = {}) {
  const { summary } = read(adapter, out, 97)
  const err = over.errHead ?? ''
  return adapter.judge(
    ending({
      summary,
      outHead: out.slice(0, 4096),
      outTail: out.slice(-4096),
      errTail: err,
      ...over,
    }),
  )
}
