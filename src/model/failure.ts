// The closed table of endings: what an attempt's end means, whose fault it is, and who pays for it. ARCHITECTURE §4.
// `unknown` is a class of its own, never a default that hides.

export const blames = [
  'task',
  'agent',
  'cli',
  'account',
  'provider',
  'host',
  'launcher',
  'operator',
  'nobody',
] as const
export type Blame = (typeof blames)[number]

/** Who pays: `task` counts against the task's budget; a lane's streak is charged; `free` costs nobody. */
export type Payer = 'task' | 'task-all' | 'lane' | 'free'

export interface FailureRow {
  readonly blame: Blame
  readonly pays: Payer
  /** What the reader can do or expect. */
  readonly advice: string
}

export const failureTable = {
  success: row('nobody', 'free', 'Nothing to do.'),
  task_failed: row(
    'task',
    'task',
    'Read the end of its output with `midwatch logs`; the next attempt is told what was tried.',
  ),
  max_turns: row('task', 'task', 'Split the task or raise the turn limit.'),
  timeout: row('task', 'task', 'Split the task or raise its --timeout.'),
  hollow: row(
    'task',
    'task',
    'The client ended without doing anything; check its configuration with `midwatch doctor`.',
  ),
  context_too_large: row(
    'task',
    'task',
    'Split the task or give it to a model with a larger context.',
  ),
  content_refused: row('task', 'task-all', 'The model declined; reword the task.'),
  tool_permission: row(
    'operator',
    'lane',
    'Allow the tool: change the agent’s permissions in midwatch.yaml.',
  ),
  rate_limited: row('account', 'lane', 'Waits for the reset by itself.'),
  credits_depleted: row('account', 'lane', 'Add credit, then `midwatch gate reset` the account.'),
  auth_error: row(
    'account',
    'lane',
    'Log the client in again, then `midwatch gate reset` the account.',
  ),
  overloaded: row('provider', 'lane', 'Waits by itself until the provider answers again.'),
  network: row('provider', 'lane', 'Waits by itself until the network answers again.'),
  model_unavailable: row('operator', 'lane', 'Name another model in midwatch.yaml.'),
  argument_error: row(
    'cli',
    'lane',
    'The client refused its arguments; compare `midwatch doctor` with its --help.',
  ),
  session_conflict: row('cli', 'free', 'Starts again with a new session id by itself.'),
  launch_failed: row('host', 'lane', 'The program never ran; the launcher’s message says why.'),
  resource_exhausted: row('host', 'lane', 'The host ran out of memory, disk or processes.'),
  lost: row('host', 'lane', 'The session vanished with its host or process; it is tried again.'),
  interrupted: row(
    'operator',
    'free',
    'It was stopped from outside; it is tried again unless the task was settled.',
  ),
  unknown: row(
    'nobody',
    'lane',
    'Nothing explains this ending; head and tail of its output are kept.',
  ),
} as const satisfies Record<string, FailureRow>

export type FailureClass = keyof typeof failureTable
export const failureClasses = Object.keys(failureTable) as FailureClass[]

function row(blame: Blame, pays: Payer, advice: string): FailureRow {
  return { blame, pays, advice }
}

/**
 * An argument error that is nobody's fault: the build lacks an optional flag, which is left out from now on. It charges no
 * lane and no task, and the task goes on at once.
 */
export const isDroppedFlag = ({ class: name, blame }: Pick<Verdict, 'class' | 'blame'>): boolean =>
  name === 'argument_error' && blame === 'nobody'

/** What an ended attempt means. */
export interface Verdict {
  readonly class: FailureClass
  readonly blame: Blame
  readonly exitCode: number | null
  readonly signal: string | null
  /** One sentence for people: what was seen that led to the class. */
  readonly evidence: string
  /** When a stated limit resets, ms since the epoch. */
  readonly resetAt: number | null
  /** True when the program provably never ran. */
  readonly neverStarted: boolean
  /**
   * True for a limit that no waiting ends: the plan or the billing, not the pace. Absent means a throttle, which passes
   * by itself. Read for `rate_limited` without a reset.
   */
  readonly needsPerson?: boolean
}
