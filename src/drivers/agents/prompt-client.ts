// What a client that takes prompts is made of: a row tells how its calls and its words differ from those of the others, and
// becomes its adapter here. Calls are plans, made of flags that a build may lack.

import { usage } from '../../base/errors.ts'
import { hostZone } from '../../base/zone.ts'
import type { Verdict } from '../../model/failure.ts'
import type {
  AgentAdapter,
  AgentCard,
  AgentSettings,
  Ending,
  Flag,
  Plan,
  StreamReader,
  WorkOrder,
} from './contract.ts'
import { type Dialect, eventReader } from './event-stream.ts'
import { type EndingKnowledge, judgeByEvents } from './event-verdict.ts'
import { culprits, nameOf, optional, spell } from './flags.ts'
import { workOrderText } from './work-order.ts'

/** A client that takes prompts, as far as it differs from the others. */
export interface PromptClient {
  readonly card: AgentCard & { readonly program: string }
  /** Its word for a session without a person. */
  readonly subcommand?: string
  /** What keeps it quiet; for calls as for the questions about its build. */
  readonly quietEnv: Readonly<Record<string, string>>
  /** What a call needs in its environment besides. */
  env?(
    settings: AgentSettings,
    work: WorkOrder,
    lacks: ReadonlySet<string>,
  ): Readonly<Record<string, string>>
  /** The flags of one call, in order. Pure. */
  flags(settings: AgentSettings, work: WorkOrder): readonly Flag[]
  /** How the order is handed over; on standard input unless told. */
  order?(work: WorkOrder): Pick<Plan, 'stdin' | 'files'>
  readonly speaks: Speech
}

/** How a client's output is read, and its end judged where a clock time names no zone. */
export interface Speech {
  reader(): StreamReader
  judge(ending: Ending, timeZone: string): Verdict
}

/** The speech of a client whose events are lines of JSON, or plain text. */
export const eventSpeech = (dialect: Dialect, endings: EndingKnowledge): Speech => ({
  reader: () => eventReader(dialect),
  judge: (ending, timeZone) => judgeByEvents(endings, ending, timeZone),
})

/** The adapter of this client. */
export function promptAdapter(client: PromptClient): AgentAdapter {
  const { card, quietEnv, speaks, subcommand } = client
  const words = subcommand === undefined ? [] : [subcommand]
  const flags = (settings: AgentSettings, work: WorkOrder) => client.flags(settings, work)
  return {
    ...card,
    asks: { version: ['--version'], help: [...words, '--help'], env: quietEnv },
    flags,
    refusedFlags: refusedBy(flags),
    plan(settings, work, lacks = nothingLacks) {
      requirePrompt(settings, work)
      const { args, leftOut } = spell(flags(settings, work), lacks)
      const mayAct = settings.permissions !== 'plan'
      return {
        program: settings.program ?? card.program,
        args: [...words, ...args],
        // The agent's own environment outranks the adapter's.
        env: { ...quietEnv, ...client.env?.(settings, work, lacks), ...settings.env },
        ...(client.order?.(work) ?? { stdin: workOrderText(work, mayAct), files: {} }),
        receipt: 'first_event',
        leftOut,
      }
    },
    reader: speaks.reader,
    judge: (ending) => speaks.judge(ending, hostZone()),
  }
}

const nothingLacks: ReadonlySet<string> = new Set()

/** The pinning of refused calls on these flags, by what stands on standard error. */
function refusedBy(flags: PromptClient['flags']): AgentAdapter['refusedFlags'] {
  return (settings, work, { errHead, errTail }, unsent) => {
    const rows = flags(settings, work)
    const sent = rows.map(nameOf).filter((name) => !unsent.has(name))
    return culprits(`${errHead}\n${errTail}`, rows, new Set(sent))
  }
}

/** Refuses a task that has no prompt. Throws `agent.no_prompt`. */
function requirePrompt(settings: AgentSettings, work: WorkOrder): void {
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
