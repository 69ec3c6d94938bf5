// Every adapter by its card: what is known of it without loading what drives it. Light, because every command of the
// command line reads it; the adapters themselves carry all that is known of their clients' endings.

import type { AgentCard, AgentSettings } from './contract.ts'

/** Whether the agent hands a prompt to a program of its own, rather than running a task's shell command. */
export function hasTemplate({ program, args }: AgentSettings): boolean {
  return program !== null || args !== null
}

/** A client that takes prompts, by its name, its program's name, and the service behind it. */
function client(name: string, provider: string) {
  return {
    name,
    program: name,
    client: { cli: name, provider },
    takes: () => ['prompt'] as const,
  }
}

export const cards = {
  command: {
    name: 'command',
    program: '/bin/sh',
    takes: (settings: AgentSettings) => [hasTemplate(settings) ? 'prompt' : 'command'] as const,
  },
  claude: client('claude', 'anthropic'),
  codex: client('codex', 'openai'),
  gemini: client('gemini', 'google'),
  // The service behind these is a choice of their own settings; `provider:` in the configuration names it.
  opencode: client('opencode', 'opencode'),
  qwen: client('qwen', 'qwen'),
  copilot: client('copilot', 'github'),
  goose: client('goose', 'goose'),
  aider: client('aider', 'aider'),
} as const satisfies Record<string, AgentCard>

export const adapterCards: readonly AgentCard[] = Object.values(cards)
