// Adapter `aider`: aider for one message, its order in a file, its answer as plain text. It runs no shell commands without
// a person, so its sessions are not told how to report; and it commits what it changed unless its own settings say no.

import type { Permissions } from '../../model/agent.ts'
import { aiderDialect, aiderEndings } from './aider-stream.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
import { eventSpeech, promptAdapter } from './prompt-client.ts'
import { workOrderText } from './work-order.ts'

const orderFile = 'order.txt'

export const aiderAdapter = promptAdapter({
  card: cards.aider,
  quietEnv: {},
  env: () => ({ NO_COLOR: '1' }),
  flags,
  order: (work) => ({ stdin: '', files: { [orderFile]: workOrderText(work, false) } }),
  speaks: eventSpeech(aiderDialect, aiderEndings),
})

/** It tries a failed call again for a minute and has no flag for that; `--timeout` bounds a single call. */
function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('--message-file', `${work.attemptDir}/${orderFile}`),
    ...(settings.model === null ? [] : [required('--model', settings.model)]),
    ...permissionFlags(settings.permissions),
    required('--no-pretty'),
    required('--no-stream'),
    optional('--no-check-update'),
    optional('--no-show-release-notes'),
    optional('--no-show-model-warnings'),
    optional('--no-suggest-shell-commands'),
    optional('--no-fancy-input'),
    optional('--timeout', '600'),
  ]
}

function permissionFlags(permissions: Permissions): readonly Flag[] {
  return permissions === 'plan'
    ? [required('--chat-mode', 'ask'), required('--dry-run')]
    : [required('--yes-always')]
}
