// What the adapters of prompt clients share: the refusal of what they cannot serve, the time zone in
// which a client on this host names clock times, and the plan made of rows.

import { usage } from '../../base/errors.ts'
import type { AgentAdapter, AgentSettings, Flag, Plan, WorkOrder } from './contract.ts'
import { culprits, nameOf, optional, spell } from './flags.ts'

/** What one call is made of, besides what all calls share. */
export interface CallParts {
  readonly program: string
  /** Words before the flags: a subcommand. */
  readonly subcommand?: readonly string[]
  readonly flags: readonly Flag[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
  readonly files?: Readonly<Record<string, string>>
}

/** The plan of these parts. The agent's own environment outranks the adapter's. */
export function planOf(
  settings: AgentSettings,
  parts: CallParts,
  lacks: ReadonlySet<string>,
): Plan {
  const { args, leftOut } = spell(parts.flags, lacks)
  return {
    program: settings.program ?? parts.program,
    args: [...(parts.subcommand ?? []), ...args],
    env: { ...parts.env, ...settings.env },
    stdin: parts.stdin,
    files: parts.files ?? {},
    receipt: 'first_event',
    leftOut,
  }
}

/** The pinning of refused calls on these flags, by what stands on standard error. */
export function refusedBy(
  flags: (settings: AgentSettings, work: WorkOrder) => readonly Flag[],
): AgentAdapter['refusedFlags'] {
  return (settings, work, { errHead, errTail }, unsent) => {
    const rows = flags(settings, work)
    const sent = rows.map(nameOf).filter((name) => !unsent.has(name))
    return culprits(`${errHead}\n${errTail}`, rows, new Set(sent))
  }
}

/** Refuses a task that has no prompt. Throws `agent.no_prompt`. */
export function requirePrompt(settings: AgentSettings, work: WorkOrder): void {
  if (work.order.prompt === null)
    throw usage(
      'agent.no_prompt',
      `Task ${work.taskId} has a shell command, but agent ${settings.name} takes prompts.`,
      'Give the task a --prompt, or name an agent that runs commands.',
    )
}

const nameMaxChars = 80

/**
 * A name for the session, its task and attempt first, for people who list the client's own sessions. Never begins
 * with a dash.
 */
export function sessionName(work: WorkOrder): string {
  const title = work.title.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return `task ${work.taskId}.${work.attemptId}: ${title}`.slice(0, nameMaxChars).trimEnd()
}

/** Goes on with the session of the attempt before, where there is one to go on with and the build can. */
export const resumeFlags = ({ resume }: WorkOrder): readonly Flag[] =>
  resume === undefined ? [] : [optional('--resume', resume.session)]

export const nothingLacks: ReadonlySet<string> = new Set()
