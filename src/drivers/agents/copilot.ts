// Adapter `copilot`: GitHub Copilot CLI without a terminal, its order on standard input, its events as JSON lines. It tries
// a failed call five times, which is over within half a minute, and has no setting for it.

import type { Permissions } from '../../model/agent.ts'
import { hostZone } from '../../base/zone.ts'
import { cards } from './cards.ts'
import type { AgentAdapter, AgentSettings, Flag, WorkOrder } from './contract.ts'
import { copilotDialect, copilotEndings } from './copilot-stream.ts'
import { judgeByEvents } from './event-verdict.ts'
import { eventReader } from './event-stream.ts'
import { optional, required } from './flags.ts'
import { nothingLacks, planOf, refusedBy, requirePrompt, sessionName } from './prompt-client.ts'
import { workOrderText } from './work-order.ts'

const quietEnv: Readonly<Record<string, string>> = {
  COPILOT_AUTO_UPDATE: 'false',
  NO_COLOR: '1',
}

export const copilotAdapter: AgentAdapter = {
  ...cards.copilot,
  asks: { version: ['--version'], help: ['--help'], env: quietEnv },
  flags,
  refusedFlags: refusedBy(flags),
  plan(settings, work, lacks = nothingLacks) {
    requirePrompt(settings, work)
    const parts = {
      program: cards.copilot.program,
      flags: flags(settings, work),
      env: quietEnv,
      stdin: workOrderText(work, settings.permissions !== 'plan'),
    }
    return planOf(settings, parts, lacks)
  },
  reader: () => eventReader(copilotDialect),
  judge: (ending) => judgeByEvents(copilotEndings, ending, hostZone()),
}

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
