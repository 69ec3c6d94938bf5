// Adapter `opencode`: opencode without a screen (`opencode run`), its order on standard input, its events as JSON lines.
// Its retries have no limit and its waits are silent, and no setting of turns worked: our own clocks end it.

import type { Permissions } from '../../model/agent.ts'
import { hostZone } from '../../base/zone.ts'
import { cards } from './cards.ts'
import type { AgentAdapter, AgentSettings, Flag, WorkOrder } from './contract.ts'
import { judgeByEvents } from './event-verdict.ts'
import { eventReader } from './event-stream.ts'
import { optional, required } from './flags.ts'
import { opencodeDialect, opencodeEndings } from './opencode-stream.ts'
import { nothingLacks, planOf, refusedBy, requirePrompt, sessionName } from './prompt-client.ts'
import { workOrderText } from './work-order.ts'

const quietEnv: Readonly<Record<string, string>> = { OPENCODE_DISABLE_AUTOUPDATE: '1' }

export const opencodeAdapter: AgentAdapter = {
  ...cards.opencode,
  asks: { version: ['--version'], help: ['run', '--help'], env: quietEnv },
  flags,
  refusedFlags: refusedBy(flags),
  plan(settings, work, lacks = nothingLacks) {
    requirePrompt(settings, work)
    const parts = {
      program: cards.opencode.program,
      subcommand: ['run'],
      flags: flags(settings, work),
      env: {
        ...quietEnv,
        // Two sessions that make its database at once kill each other ("database is locked"), so each has its own; one
        // that is gone on with is in the database of the attempt in which it began, where nobody works any more.
        OPENCODE_DB: `${goesOn(work, lacks)?.attemptDir ?? work.attemptDir}/opencode.db`,
        OPENCODE_PERMISSION: JSON.stringify(permissionRules[settings.permissions]),
      },
      stdin: workOrderText(work, settings.permissions !== 'plan'),
    }
    return planOf(settings, parts, lacks)
  },
  reader: () => eventReader(opencodeDialect),
  judge: (ending) => judgeByEvents(opencodeEndings, ending, hostZone()),
}

function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('--format', 'json'),
    ...(settings.model === null ? [] : [required('-m', settings.model)]),
    optional('--title', sessionName(work)),
    ...(work.resume === undefined ? [] : [optional(sessionFlag, work.resume.session)]),
  ]
}

const sessionFlag = '--session'

/** The session that this call goes on with; a build without the flag begins anew, in a database of its own. */
const goesOn = ({ resume }: WorkOrder, lacks: ReadonlySet<string>) =>
  lacks.has(sessionFlag) ? undefined : resume

/** Without a screen every question is a rejection, so each tool is allowed or denied, never asked for. As root too. */
const permissionRules: Readonly<Record<Permissions, Readonly<Record<string, string>>>> = {
  plan: { edit: 'deny', bash: 'deny', external_directory: 'deny' },
  edit: { edit: 'allow', bash: 'allow', webfetch: 'allow', external_directory: 'deny' },
  full: { edit: 'allow', bash: 'allow', webfetch: 'allow', external_directory: 'allow' },
}
