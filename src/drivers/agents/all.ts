// Every adapter, whole. Loaded by what starts, follows or probes sessions; others read the cards.

import { aiderAdapter } from './aider.ts'
import { claudeAdapter } from './claude.ts'
import { codexAdapter } from './codex.ts'
import { commandAdapter } from './command.ts'
import type { AgentAdapter } from './contract.ts'
import { copilotAdapter } from './copilot.ts'
import { geminiAdapter } from './gemini.ts'
import { gooseAdapter } from './goose.ts'
import { opencodeAdapter } from './opencode.ts'
import { qwenAdapter } from './qwen.ts'

export const adapters: readonly AgentAdapter[] = [
  commandAdapter,
  claudeAdapter,
  codexAdapter,
  geminiAdapter,
  opencodeAdapter,
  qwenAdapter,
  copilotAdapter,
  gooseAdapter,
  aiderAdapter,
]
