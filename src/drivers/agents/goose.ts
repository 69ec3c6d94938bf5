// Adapter `goose`: goose without a terminal (`goose run -i -`), its order on standard input, its events as JSON lines. It
// has no sandbox: between thinking only and doing anything there is no mode that needs no person.

import { hostZone } from '../../base/zone.ts'
import { cards } from './cards.ts'
import type { AgentAdapter, AgentSettings, Flag } from './contract.ts'
import { judgeByEvents } from './event-verdict.ts'
import { eventReader } from './event-stream.ts'
import { optional, required } from './flags.ts'
import { gooseDialect, gooseEndings } from './goose-stream.ts'
import { nothingLacks, planOf, refusedBy, requirePrompt } from './prompt-client.ts'
import { workOrderText } from './work-order.ts'

export const gooseAdapter: AgentAdapter = {
  ...cards.goose,
  asks: { version: ['--version'], help: ['run', '--help'], env: {} },
  flags,
  refusedFlags: refusedBy(flags),
  plan(settings, work, lacks = nothingLacks) {
    requirePrompt(settings, work)
    const mayAct = settings.permissions !== 'plan'
    const parts = {
      program: cards.goose.program,
      subcommand: ['run'],
      flags: flags(settings),
      env: {
        GOOSE_MODE: mayAct ? 'auto' : 'chat',
        GOOSE_DISABLE_SESSION_NAMING: 'true', // a model call of its own for nothing but a title
      },
      stdin: workOrderText(work, mayAct),
    }
    return planOf(settings, parts, lacks)
  },
  reader: () => eventReader(gooseDialect),
  judge: (ending) => judgeByEvents(gooseEndings, ending, hostZone()),
}

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
