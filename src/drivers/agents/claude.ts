// Adapter `claude`: Claude Code without a terminal (`claude -p`), its order on standard input, its events as JSON lines.
// Promises that the client's own retries end before our limits, and that its flags are one list with a row each.

import { usage } from '../../base/errors.ts'
import type { Permissions } from '../../model/agent.ts'
import { judgeClaude } from './claude-verdict.ts'
import { claudeReader } from './claude-stream.ts'
import type { AgentAdapter, AgentSettings, Plan, WorkOrder } from './contract.ts'
import { workOrderText } from './work-order.ts'

export const claudeAdapter: AgentAdapter = {
  name: 'claude',
  program: 'claude',
  client: { cli: 'claude', provider: 'anthropic' },
  takes: () => ['prompt'],
  plan,
  reader: claudeReader,
  judge: (ending) => judgeClaude(ending, hostTimeZone()),
}

/** One flag of the client. An optional one may be left out when the build lacks it; a required one may not. */
export interface Flag {
  readonly flag: string
  readonly values: readonly string[]
  readonly need: 'required' | 'optional'
}

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

function plan(settings: AgentSettings, work: WorkOrder): Plan {
  if (work.order.prompt === null)
    throw usage(
      'agent.no_prompt',
      `Task ${work.taskId} has a shell command, but agent ${settings.name} takes prompts.`,
      'Give the task a --prompt, or name an agent that runs commands.',
    )
  return {
    program: settings.program ?? 'claude',
    args: flags(settings, work.asRoot).flatMap(({ flag, values }) => [flag, ...values]),
    env: { ...quietEnv, ...settings.env },
    stdin: workOrderText(work, settings.permissions !== 'plan'),
    files: {},
    receipt: 'first_event',
  }
}

/** The flags of one call, in order. `-p` takes no value: the order comes on standard input. */
export function flags(settings: AgentSettings, asRoot: boolean): readonly Flag[] {
  return [
    required('-p'),
    required('--output-format', 'stream-json'),
    required('--verbose'), // stream-json is refused without it
    ...(settings.model === null ? [] : [required('--model', settings.model)]),
    ...permissionFlags(settings.permissions, asRoot && settings.env['IS_SANDBOX'] !== '1'),
  ]
}

/** Tools that ask before they act, and may act unasked: in the folder for `edit`, everywhere for `full` as root. */
const editTools = 'Bash,Edit,Write,NotebookEdit'
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

function required(flag: string, ...values: string[]): Flag {
  return { flag, values, need: 'required' }
}

function hostTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
