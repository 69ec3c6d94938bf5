// Adapter `codex`: OpenAI Codex without a terminal (`codex exec`), its order on standard input, its events as JSON lines.
// It has no limit of turns or time, and a request that never answers is never given up: our own clocks end it.

import type { Permissions } from '../../model/agent.ts'
import { codexDialect, codexEndings } from './codex-stream.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
import { codexMcpSettings } from './own-tools.ts'
import { eventSpeech, promptAdapter } from './prompt-client.ts'

export const codexAdapter = promptAdapter({
  card: cards.codex,
  subcommand: 'exec',
  quietEnv: {},
  flags,
  speaks: eventSpeech(codexDialect, codexEndings),
})

/**
 * Requests and streams are tried again four and five times, which is over within half a minute; only refused connections
 * are retried for ever unless that feature is off. A stated wait of an hour is slept through in silence; nothing but the
 * settings of a provider of one's own (`request_max_retries = 0`) ends that.
 */
function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  return [
    required('--json'),
    required('--skip-git-repo-check'), // a task's folder need not be a repository
    ...(settings.model === null ? [] : [required('-m', settings.model)]),
    ...permissionFlags(settings.permissions, work),
    ...codexMcpSettings.map((setting) => optional('-c', setting)),
    { ...optional('--disable', 'unbounded_connection_retries'), keyed: true },
    ...resumeWords(work),
  ]
}

/**
 * Going on with a session is a word behind all flags, so that it takes the same ones: `resume` itself knows neither
 * sandbox nor folders. The order comes on standard input by `-`.
 */
const resumeWords = ({ resume }: WorkOrder): readonly Flag[] =>
  resume === undefined ? [] : [{ ...optional('resume', resume.session, '-'), hidden: true }]

/**
 * `edit` is the client's sandbox, as root too: writing in the task's folder, and in the attempt's, so that a session can
 * leave word there although it reaches neither network nor database.
 */
function permissionFlags(permissions: Permissions, work: WorkOrder): readonly Flag[] {
  switch (permissions) {
    case 'plan':
      return [required('-s', 'read-only')]
    case 'edit':
      return [required('-s', 'workspace-write'), optional('--add-dir', work.attemptDir)]
    case 'full':
      return [required('--dangerously-bypass-approvals-and-sandbox')]
  }
}
