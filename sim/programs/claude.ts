// The client claude as sessions run it: it does what the task's nature and the state of the services make of it, and prints
// what the real one prints.

import type { Session } from '../session.ts'
import { toldOf, turnsOf, turnUsd } from '../spending.ts'
import type { Cause } from '../truth.ts'
import type { Services } from '../world.ts'
import * as claude from './claude-lines.ts'
import { fails, finish, speakAlong } from './work.ts'

/** What `--version` says just now. */
export const clientVersionOf = ({ clientVersion }: Services): string => `2.1.${clientVersion}`

/** Begins the client. */
export function runClaude(session: Session, last: () => void = () => {}) {
  const { task, world } = session
  const { services } = world
  session.after(400, () => {
    if (services.flagsGone) {
      session.err(`error: unknown option '--verbose'\n`)
      return session.exit(1, null, 'cli')
    }
    if (services.nameGone && session.started.order.args.includes('--name')) {
      session.err(`error: unknown option '--name'\n`)
      return session.exit(1, null, 'cli')
    }
    if (services.sessionClash && session.chance.happens(0.5)) {
      session.err('Error: Session ID 00000000-0000-4000-8000-000000000001 is already in use.\n')
      return session.exit(1, null, 'cli')
    }
    session.out(claude.init(session.sessionId, clientVersionOf(services)))
    speakAlong(session)
    askModel(session, 0, turnsOf(task), last)
  })
}

/** One turn after the other; each asks the services anew, so that a credential can expire in the middle. */
function askModel(session: Session, turn: number, turns: number, last: () => void) {
  const { task, machine, world } = session
  const { services } = world
  session.after(1_000, () => {
    if (machine.ails.networkDown)
      return retries(
        session,
        'unknown',
        null,
        'API Error: Unable to connect to API (ConnectionRefused)',
        'unknown',
        'network',
      )
    if (services.tokenExpired)
      return retries(
        session,
        'authentication_failed',
        401,
        'Not logged in · Please run /login',
        'authentication_failed',
        'account',
      )
    if (services.overloaded)
      return retries(
        session,
        'overloaded',
        529,
        'API Error: 529 Overloaded. This is a server-side issue.',
        'server_error',
        'provider',
      )
    if (services.creditGone)
      return apiError(session, 'Credit balance is too low', 'billing_error', 400, 'account')
    if (services.quota !== null) return outOfQuota(session, services.quota)
    if (services.modelGone)
      return apiError(
        session,
        "There's an issue with the selected model (claude-sonnet). It may not exist or you may not have access to it.",
        'model_not_found',
        404,
        'agent',
      )
    if (services.newWords) {
      session.err(`${session.inItsWords('the frobnicator declined to frobnicate')}\n`)
      return session.exit(9, null, 'provider')
    }
    session.out(claude.assistant(session.sessionId, session.inItsWords(`turn ${turn}`)))
    if (services.silent) {
      session.truth.cause = 'hang'
      session.idle()
      return
    }
    if (services.toolsDenied) return deniedTool(session)
    if (task.nature === 'endless') return
    if (turn > 0 && turn * turnUsd >= capOf(session)) return tooDear(session, turn)
    const restMs = task.workMs / turns
    session.after(restMs, () =>
      turn + 1 < turns ? askModel(session, turn + 1, turns, last) : endClaude(session, turns, last),
    )
  })
}

/** The client's own retries, then its sentence. */
function retries(
  session: Session,
  error: string,
  status: number | null,
  text: string,
  typed: string,
  cause: Cause,
) {
  for (let i = 1; i <= 3; i++)
    session.after(i * 2_000, () => session.out(claude.retry(session.sessionId, i, error, status)))
  session.after(8_000, () => apiError(session, text, typed, status, cause))
}

function apiError(
  session: Session,
  text: string,
  error: string,
  status: number | null,
  cause: Cause,
) {
  session.out(claude.ownError(session.sessionId, text, error))
  tellResult(session, {
    is_error: true,
    result: text,
    num_turns: 1,
    outputTokens: 0,
    api_error_status: status,
    stop_reason: 'stop_sequence',
    terminal_reason: 'api_error',
  })
  session.after(50, () => session.exit(1, null, cause))
}

function outOfQuota(session: Session, quota: { resetAtMs: number; stated: boolean }) {
  if (quota.stated) {
    session.out(claude.limitRejected(session.sessionId, quota.resetAtMs))
    return apiError(session, "You've hit your 5-hour limit", 'rate_limit', 429, 'account')
  }
  apiError(
    session,
    "API Error: Request rejected (429) · This request would exceed your account's rate limit. Please try again later.",
    'rate_limit',
    429,
    'account',
  )
}

/** What it may cost, as it was started; no bound where it was told none. */
function capOf({ started }: Session): number {
  const { args } = started.order
  const at = args.indexOf('--max-budget-usd')
  return at < 0 ? Number.POSITIVE_INFINITY : Number(args[at + 1])
}

function tooDear(session: Session, turns: number) {
  session.world.truth.count('session at its cap')
  tellResult(session, {
    is_error: true,
    result: 'Error: Exceeded USD budget',
    subtype: 'error_max_budget_usd',
    num_turns: turns,
    outputTokens: 20 * turns,
  })
  session.after(50, () => session.exit(1, null, 'task'))
}

/** Its last line, with what it cost. A full disk takes none. */
function tellResult(session: Session, fields: claude.ResultFields) {
  const { world, machine, truth } = session
  if (!machine.ails.diskFull)
    toldOf(world).set(truth.attemptId, claude.costUsd(fields.outputTokens))
  session.out(claude.result(session.sessionId, fields))
}

function deniedTool(session: Session) {
  session.out(claude.denied(session.sessionId))
  tellResult(session, {
    is_error: false,
    result: 'done',
    num_turns: 2,
    outputTokens: 40,
    stop_reason: 'end_turn',
    permission_denials: [{ tool_name: 'Bash' }],
  })
  session.after(50, () => session.exit(0, null, 'agent'))
}

function endClaude(session: Session, turns: number, last: () => void) {
  const { task } = session
  last()
  if (task.leavesChildren) session.leaveChild()
  if (!fails(session)) {
    return finish(session, () => {
      tellResult(session, {
        is_error: false,
        result: 'done',
        num_turns: turns,
        outputTokens: 20 * turns,
        stop_reason: 'end_turn',
        terminal_reason: 'completed',
      })
      session.exit(0, null, 'good')
    })
  }
  failClaude(session)
}

/** The task's own failures, as the client tells them. */
function failClaude(session: Session) {
  const failing = (text: string, more: Partial<claude.ResultFields>) => {
    tellResult(session, {
      is_error: true,
      result: text,
      num_turns: 2,
      outputTokens: 40,
      ...more,
    })
    session.exit(1, null, 'task')
  }
  switch (session.task.nature) {
    case 'hollow':
      return session.exit(0, null, 'task')
    case 'too_large':
      return failing('Prompt is too long', {
        api_error_status: 400,
        terminal_reason: 'prompt_too_long',
      })
    case 'refused':
      return failing("API Error: Sonnet can't help with this.", { stop_reason: 'refusal' })
    case 'max_turns':
      return failing('Reached maximum number of turns (3)', { subtype: 'error_max_turns' })
    case 'crashes':
      return session.exit(null, 'SIGSEGV', 'task')
    default:
      return failing(session.inItsWords('a tool failed and nothing could be done'), {
        subtype: 'error_during_execution',
      })
  }
}
