// Adapter `qwen`: Qwen Code without a terminal, its order on standard input, its events as JSON lines. It tries failed
// calls again without end; only its own limit of time stops it, so it is set just below ours.

import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
import { approvalFlags } from './gemini-approval.ts'
import { eventSpeech, promptAdapter, resumeFlags } from './prompt-client.ts'
import { qwenDialect, qwenEndings } from './qwen-stream.ts'

const quietEnv: Readonly<Record<string, string>> = {
  QWEN_CODE_NO_RELAUNCH: 'true',
  QWEN_CODE_SUPPRESS_YOLO_WARNING: '1',
  NO_COLOR: '1',
}

export const qwenAdapter = promptAdapter({
  card: cards.qwen,
  quietEnv,
  flags,
  speaks: eventSpeech(qwenDialect, qwenEndings),
})

function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('-o', 'stream-json'),
    ...(settings.model === null ? [] : [required('-m', settings.model)]),
    ...approvalFlags(settings.permissions, 'auto-edit'),
    ...resumeFlags(work),
    optional('--max-wall-time', `${wallSeconds(work.limitMs)}s`),
  ]
}

/** A little less than our own limit, so that the client ends itself and says so. At least ten seconds. */
function wallSeconds(limitMs: number): number {
  const s = Math.floor(limitMs / 1_000)
  return Math.max(10, s - Math.max(15, Math.ceil(s * 0.02)))
}
