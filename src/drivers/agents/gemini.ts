// Adapter `gemini`: Gemini CLI without a terminal, its order on standard input, its events as JSON lines. Without its own
// relaunch, for a relaunched one ignores every signal and leaves the agent behind when it is killed.

import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { required } from './flags.ts'
import { approvalFlags } from './gemini-approval.ts'
import { geminiDialect, geminiEndings } from './gemini-stream.ts'
import { eventSpeech, promptAdapter, resumeFlags } from './prompt-client.ts'

const quietEnv: Readonly<Record<string, string>> = {
  GEMINI_CLI_NO_RELAUNCH: 'true',
  // A folder that is not trusted ends every session at once (exit 55); the operator chose it.
  GEMINI_CLI_TRUST_WORKSPACE: 'true',
  NO_COLOR: '1',
}

export const geminiAdapter = promptAdapter({
  card: cards.gemini,
  quietEnv,
  flags,
  speaks: eventSpeech(geminiDialect, geminiEndings),
})

/**
 * It tries a failed call ten times, which takes about five minutes. Only the user's own settings (`general.maxAttempts`)
 * make that fewer: no flag does, and settings handed in by its environment count only where root alone can write.
 */
function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('-o', 'stream-json'),
    ...(settings.model === null ? [] : [required('-m', settings.model)]),
    ...approvalFlags(settings.permissions, 'auto_edit'),
    ...resumeFlags(work),
  ]
}
