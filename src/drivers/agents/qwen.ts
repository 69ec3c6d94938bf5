// Adapter `qwen`: Qwen Code without a terminal, its order on standard input, its events as JSON lines. It tries failed
// calls again without end; only its own limit of time stops it, so it is set just below ours.

import type { Permissions } from '../../model/agent.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
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
    ...permissionFlags(settings.permissions),
    ...resumeFlags(work),
    optional('--max-wall-time', `${wallSeconds(work.limitMs)}s`),
  ]
}

/** A little less than our own limit, so that the client ends itself and says so. At least ten seconds. */
function wallSeconds(limitMs: number): number {
  const s = Math.floor(limitMs / 1_000)
  return Math.max(10, s - Math.max(15, Math.ceil(s * 0.02)))
}

/** `edit` approves edits alone, and the shell has to be allowed by name. Root makes no difference here. */
function permissionFlags(permissions: Permissions): readonly Flag[] {
  switch (permissions) {
    case 'plan':
      return [required('--approval-mode', 'plan')]
    case 'edit':
      return [
        required('--approval-mode', 'auto-edit'),
        optional('--allowed-tools', 'run_shell_command'),
      ]
    case 'full':
      return [required('--approval-mode', 'yolo')]
  }
}
