// Every adapter by its card: what is known of it without loading what drives it. Light, because every command of the
// command line reads it; the adapters themselves carry all that is known of their clients' endings.

import type { AgentCard, AgentSettings, ClientCard } from './contract.ts'

/** Whether the agent hands a prompt to a program of its own, rather than running a task's shell command. */
export function hasTemplate({ program, args }: AgentSettings): boolean {
  return program !== null || args !== null
}

/** A client that takes prompts, by its name, its program's name, the service behind it, and where its credential lies. */
function client(name: string, provider: string, credential: Omit<ClientCard, 'cli' | 'provider'>) {
  return {
    name,
    program: name,
    client: { cli: name, provider, ...credential },
    takes: () => ['prompt'] as const,
  }
}

/** The login of a client that has no folder variable of its own lies below HOME. */
const below = (path: string, keepsIn: readonly string[], ...secretsIn: string[]) => ({
  homeIn: 'HOME',
  login: { inHome: path, inUser: path },
  keepsIn,
  secretsIn,
})

export const cards = {
  command: {
    name: 'command',
    program: '/bin/sh',
    takes: (settings: AgentSettings) => [hasTemplate(settings) ? 'prompt' : 'command'] as const,
  },
  claude: client('claude', 'anthropic', {
    homeIn: 'CLAUDE_CONFIG_DIR',
    login: { inHome: '.credentials.json', inUser: '.claude/.credentials.json' },
    keepsIn: ['.claude', '.claude.json'],
    secretsIn: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
  }),
  codex: client('codex', 'openai', {
    homeIn: 'CODEX_HOME',
    login: { inHome: 'auth.json', inUser: '.codex/auth.json' },
    keepsIn: ['.codex'],
    secretsIn: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  }),
  gemini: client(
    'gemini',
    'google',
    below('.gemini/oauth_creds.json', ['.gemini'], 'GEMINI_API_KEY', 'GOOGLE_API_KEY'),
  ),
  // The service behind these is a choice of their own settings; `provider:` in the configuration names it.
  opencode: client(
    'opencode',
    'opencode',
    below('.local/share/opencode/auth.json', [
      '.local/share/opencode',
      '.local/state/opencode',
      '.config/opencode',
      '.cache/opencode',
    ]),
  ),
  qwen: client('qwen', 'qwen', below('.qwen/oauth_creds.json', ['.qwen'], 'OPENAI_API_KEY')),
  copilot: client(
    'copilot',
    'github',
    below('.copilot/config.json', ['.copilot'], 'COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'),
  ),
  goose: client(
    'goose',
    'goose',
    below('.config/goose/secrets.yaml', [
      '.config/goose',
      '.local/share/goose',
      '.local/state/goose',
    ]),
  ),
  aider: client('aider', 'aider', below('.env', ['.aider'], 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY')),
} as const satisfies Record<string, AgentCard>

export const adapterCards: readonly AgentCard[] = Object.values(cards)
