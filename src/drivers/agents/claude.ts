// Adapter `claude`: Claude Code without a terminal (`claude -p`), its order on standard input, its events as JSON lines.
// Promises that the client's own retries end before our limits, and that its flags are one list with a row each.

import type { Permissions } from '../../model/agent.ts'
import { judgeClaude } from './claude-verdict.ts'
import { claudeReader } from './claude-stream.ts'
import { cards } from './cards.ts'
import type { AgentSettings, Flag, WorkOrder } from './contract.ts'
import { optional, required } from './flags.ts'
import { claudeMcpConfig, ownToolsAllowed } from './own-tools.ts'
import { promptAdapter, resumeFlags, sessionName } from './prompt-client.ts'

/**
 * Bounds the client's own retries. Ten, its default, took longer than three minutes in total and hid failed logins and
 * dead networks behind silence; three end within half a minute.
 */
const maxRetries = '3'

const quietEnv: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  CLAUDE_CODE_MAX_RETRIES: maxRetries,
}

export const claudeAdapter = promptAdapter({
  card: cards.claude,
  quietEnv,
  flags,
  speaks: { reader: claudeReader, judge: judgeClaude },
})

/** The flags of one call, in order. `-p` takes no value: the order comes on standard input. */
export function flags(settings: AgentSettings, work: WorkOrder): readonly Flag[] {
  const rootOutsideSandbox = work.asRoot && settings.env['IS_SANDBOX'] !== '1'
  return [
    required('-p'),
    required('--output-format', 'stream-json'),
    required('--verbose'), // stream-json is refused without it
    ...(settings.model === null ? [] : [required('--model', settings.model)]),
    ...permissionFlags(settings.permissions, rootOutsideSandbox),
    ...resumeFlags(work),
    ...(settings.budgetUsd === undefined
      ? []
      : [optional('--max-budget-usd', String(settings.budgetUsd))]),
    optional('--mcp-config', claudeMcpConfig),
    optional('--name', sessionName(work)), // since 2.1.76; older builds refuse it
  ]
}

/** Tools that ask before they act, and may act unasked: in the folder for `edit`, everywhere for `full` as root. */
const editTools = `Bash,Edit,Write,NotebookEdit,${ownToolsAllowed}`
const allTools = `${editTools},Read,Glob,Grep,Task,WebFetch,WebSearch`

/**
 * Permissions as the client's flags. Without a terminal every question is a denial, so `edit` allows the shell by name.
 * As root the client refuses to bypass its checks (exit 1) unless IS_SANDBOX=1 says that the machine is one; only the
 * operator can say that, so `full` as root names all tools instead, which the client accepts.
 */
function permissionFlags(permissions: Permissions, rootOutsideSandbox: boolean): readonly Flag[] {
  switch (permissions) {
    case 'plan':
      return [required('--permission-mode', 'plan')]
    case 'edit':
      return [required('--permission-mode', 'acceptEdits'), required('--allowedTools', editTools)]
    case 'full':
      return rootOutsideSandbox
        ? [required('--permission-mode', 'acceptEdits'), required('--allowedTools', allTools)]
        : [required('--permission-mode', 'bypassPermissions')]
  }
}
