// Adapter `copilot`: GitHub Copilot CLI without a terminal, its order on standard input, its events as JSON lines. It tries
// a failed call five times, which is over within half a minute, and has no setting for it.

import type { Permissions } from '../../model/agent.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { copilotDialect, copilotEndings } from './copilot-stream.ts'
import { optional, required } from './flags.ts'
import { eventSpeech, promptAdapter, sessionName } from './prompt-client.ts'

const quietEnv: Readonly<Record<string, string>> = {
  COPILOT_AUTO_UPDATE: 'false',
  NO_COLOR: '1',
}

export const copilotAdapter = promptAdapter({
  card: cards.copilot,
  quietEnv,
  flags,
  speaks: eventSpeech(copilotDialect, copilotEndings),
})

function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('--output-format', 'json'),
    ...(settings.model === null ? [] : [required('--model', settings.model)]),
    ...permissionFlags(settings.permissions),
    optional('--no-ask-user'),
    optional('--no-auto-update'),
    optional('--name', sessionName(work)),
  ]
}

/** Every tool is allowed without a question, and for `plan` those that change something are denied. As root too. */
function permissionFlags(permissions: Permissions): readonly Flag[] {
  switch (permissions) {
    case 'plan':
      return [
        required('--allow-all-tools'),
        required('--deny-tool=', 'write'),
        required('--deny-tool=', 'shell'),
      ]
    case 'edit':
      return [required('--allow-all-tools')]
    case 'full':
      return [required('--allow-all-tools'), required('--allow-all-paths')]
  }
}
