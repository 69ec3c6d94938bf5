// Minimal sessions of our own, as each client tells them: what comes before the model is asked, its answer, the end.

import { codexAdapter } from '../../../src/drivers/agents/codex.ts'
import { copilotAdapter } from '../../../src/drivers/agents/copilot.ts'
import { geminiAdapter } from '../../../src/drivers/agents/gemini.ts'
import { gooseAdapter } from '../../../src/drivers/agents/goose.ts'
import { opencodeAdapter } from '../../../src/drivers/agents/opencode.ts'
import { qwenAdapter } from '../../../src/drivers/agents/qwen.ts'
import type { AgentAdapter } from '../../../src/drivers/agents/contract.ts'

export interface Sample {
  readonly adapter: AgentAdapter
  /** Events up to where the model is asked. */
  readonly begun: readonly object[]
  /** Its answer, and the end. */
  readonly spoken: readonly object[]
  readonly ended: readonly object[]
  readonly usage: {
    inputTokens: number
    outputTokens: number
    turns: number
    costUsd: number | null
    sessionId: string | null
  }
}

export const assistant = (text: string, tokens: number) => ({
  type: 'assistant',
  message: { model: 'm', content: [{ type: 'text', text }], usage: { output_tokens: tokens } },
})
export const step = (reason: string, output = 5) => ({
  type: 'step_finish',
  sessionID: 's',
  part: {
    reason,
    tokens: { input: 10, output, reasoning: 1, cache: { read: 2, write: 3 } },
    cost: 0.25,
  },
})

export const samples: Record<string, Sample> = {
  codex: {
    adapter: codexAdapter,
    begun: [
      { type: 'thread.started', thread_id: 's' },
      {
        type: 'item.completed',
        item: { id: 'i0', type: 'error', message: 'a warning of every session' },
      },
      { type: 'turn.started' },
    ],
    spoken: [{ type: 'item.completed', item: { id: 'i1', type: 'agent_message', text: 'Done.' } }],
    ended: [{ type: 'turn.completed', usage: { input_tokens: 7, output_tokens: 4 } }],
    usage: { inputTokens: 7, outputTokens: 4, turns: 1, costUsd: null, sessionId: 's' },
  },
  gemini: {
    adapter: geminiAdapter,
    begun: [
      { type: 'init', session_id: 's', model: 'm' },
      { type: 'message', role: 'user', content: 'p' },
    ],
    spoken: [{ type: 'message', role: 'assistant', content: 'Done.', delta: true }],
    ended: [
      {
        type: 'result',
        status: 'success',
        stats: { input_tokens: 7, output_tokens: 4, tool_calls: 2 },
      },
    ],
    usage: { inputTokens: 7, outputTokens: 4, turns: 3, costUsd: null, sessionId: 's' },
  },
  opencode: {
    adapter: opencodeAdapter,
    begun: [{ type: 'step_start', sessionID: 's', part: {} }],
    spoken: [
      { type: 'tool_use', sessionID: 's', part: { tool: 'bash', state: { status: 'completed' } } },
      step('tool-calls'),
      { type: 'text', sessionID: 's', part: { text: 'Done.' } },
    ],
    ended: [step('stop')],
    usage: { inputTokens: 30, outputTokens: 12, turns: 2, costUsd: 0.5, sessionId: 's' },
  },
  qwen: {
    adapter: qwenAdapter,
    begun: [{ type: 'system', subtype: 'init', session_id: 's', qwen_code_version: '1.2.3' }],
    spoken: [assistant('Done.', 4)],
    ended: [
      {
        type: 'result',
        subtype: 'success',
        is_error: false,
        num_turns: 1,
        result: 'Done.',
        usage: { input_tokens: 7, output_tokens: 4 },
      },
    ],
    usage: { inputTokens: 7, outputTokens: 4, turns: 1, costUsd: null, sessionId: 's' },
  },
  copilot: {
    adapter: copilotAdapter,
    begun: [
      { type: 'session.tools_updated', data: {} },
      { type: 'user.message', data: { content: 'p' } },
    ],
    spoken: [{ type: 'assistant.message', data: { content: 'Done.' } }],
    ended: [{ type: 'result', sessionId: 's', exitCode: 0, usage: {} }],
    usage: { inputTokens: 0, outputTokens: 0, turns: 1, costUsd: null, sessionId: 's' },
  },
  goose: {
    adapter: gooseAdapter,
    begun: [{ type: 'notification', extension_id: 'developer', log: { message: 'x' } }],
    spoken: [
      {
        type: 'message',
        message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
      },
    ],
    ended: [{ type: 'complete', total_tokens: 11 }],
    usage: { inputTokens: 0, outputTokens: 11, turns: 1, costUsd: null, sessionId: null },
  },
}
