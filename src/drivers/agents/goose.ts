// Adapter `goose`: goose without a terminal (`goose run -i -`), its order on standard input, its events as JSON lines. It
// has no sandbox: between thinking only and doing anything there is no mode that needs no person.

import { cards } from './cards.ts'
import type { AgentSettings, Flag } from './contract.ts'
import { optional, required } from './flags.ts'
import { gooseDialect, gooseEndings } from './goose-stream.ts'
import { eventSpeech, promptAdapter } from './prompt-client.ts'

export const gooseAdapter = promptAdapter({
  card: cards.goose,
  subcommand: 'run',
  quietEnv: {},
  env: ({ permissions }) => ({
    GOOSE_MODE: permissions === 'plan' ? 'chat' : 'auto',
    GOOSE_DISABLE_SESSION_NAMING: 'true', // a model call of its own for nothing but a title
  }),
  flags,
  speaks: eventSpeech(gooseDialect, gooseEndings),
})

/** Its retries of failed calls are few and bounded, and have no flag. */
function flags(settings: AgentSettings): readonly Flag[] {
  return [
    required('-i', '-'), // instructions from standard input
    required('--output-format', 'stream-json'),
    ...(settings.model === null ? [] : [required('--model', settings.model)]),
    optional('--no-session'),
    optional('--quiet'),
  ]
}
