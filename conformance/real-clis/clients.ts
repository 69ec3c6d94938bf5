// How each client is pointed at the loopback service: by its own environment and files in a home of its own, as a user
// would, so that Midwatch's plan stays as it is.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Pointed {
  readonly model: string | null
  readonly env: Readonly<Record<string, string>>
  /** Files of the home folder. */
  readonly home: Readonly<Record<string, string>>
}

/** `url` is the service's address for one case; `plan` asks for the subscription's paths where a client has them. */
export function pointed(tool: string, url: string, plan = false): Pointed {
  switch (tool) {
    case 'claude':
      return {
        model: 'claude-sonnet-4-5-20250929',
        env: {
          ANTHROPIC_BASE_URL: url,
          ...(plan ? { CLAUDE_CODE_OAUTH_TOKEN: 'dummy' } : { ANTHROPIC_API_KEY: 'dummy' }),
        },
        home: {},
      }
    case 'codex':
      return {
        model: 'gpt-loopback',
        env: { LOOPBACK_KEY: 'dummy' },
        home: { '.codex/config.toml': codexConfig(url) },
      }
    case 'gemini':
      return {
        model: 'gemini-2.5-flash',
        env: { GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: url },
        home: {
          '.gemini/settings.json': JSON.stringify({
            security: { auth: { selectedType: 'gemini-api-key' } },
            privacy: { usageStatisticsEnabled: false },
          }),
        },
      }
    case 'opencode':
      return {
        model: 'loopback/model',
        env: {
          OPENCODE_CONFIG_CONTENT: opencodeConfig(url),
          OPENCODE_DISABLE_MODELS_FETCH: '1',
          OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        },
        home: {},
      }
    case 'qwen':
      return {
        model: 'loopback',
        env: { OPENAI_API_KEY: 'dummy', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'loopback' },
        home: {
          '.qwen/settings.json': JSON.stringify({
            security: { auth: { selectedType: 'openai' } },
            privacy: { usageStatisticsEnabled: false },
          }),
        },
      }
    case 'copilot':
      return {
        model: null,
        env: {
          COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
          COPILOT_PROVIDER_TYPE: 'openai',
          COPILOT_PROVIDER_API_KEY: 'dummy',
          COPILOT_MODEL: 'loopback',
          COPILOT_OFFLINE: 'true',
        },
        home: {},
      }
    default:
      throw new Error(`nobody knows how to point ${tool}`)
  }
}

const codexConfig = (url: string): string => `\
model_provider = "loopback"
check_for_update_on_startup = false

[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
env_key = "LOOPBACK_KEY"
wire_api = "responses"
`

const opencodeConfig = (url: string): string =>
  JSON.stringify({
    share: 'disabled',
    small_model: 'loopback/model',
    enabled_providers: ['loopback'],
    provider: {
      loopback: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Loopback',
        options: { baseURL: `${url}/v1`, apiKey: 'dummy' },
        models: { model: { name: 'Model', limit: { context: 200_000, output: 8_000 } } },
      },
    },
  })

/** Writes the files of a home. */
export function furnish(home: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(home, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
}
