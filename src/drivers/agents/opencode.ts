// Adapter `opencode`: opencode without a screen (`opencode run`), its order on standard input, its events as JSON lines.
// Its retries have no limit and its waits are silent, and no setting of turns worked: our own clocks end it.

import type { Permissions } from '../../model/agent.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
import { opencodeDialect, opencodeEndings } from './opencode-stream.ts'
import { eventSpeech, promptAdapter, sessionName } from './prompt-client.ts'

const quietEnv: Readonly<Record<string, string>> = { OPENCODE_DISABLE_AUTOUPDATE: '1' }

export const opencodeAdapter = promptAdapter({
  card: cards.opencode,
  subcommand: 'run',
  quietEnv,
  env: ({ permissions }, work, lacks) => ({
    // Two sessions that make its database at once kill each other ("database is locked"), so each has its own; one
    // that is gone on with is in the database of the attempt in which it began, where nobody works any more.
    OPENCODE_DB: `${goesOn(work, lacks)?.attemptDir ?? work.attemptDir}/opencode.db`,
    OPENCODE_PERMISSION: JSON.stringify(permissionRules[permissions]),
  }),
  flags,
  speaks: eventSpeech(opencodeDialect, opencodeEndings),
})

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
