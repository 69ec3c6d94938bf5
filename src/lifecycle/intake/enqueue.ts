// Before me: a person, a script, an agent or a schedule wants something. After me: a task, held or ready, durable.
// I promise: no want is half-taken, none is accepted that no configured agent could ever serve (unless it is held for a
// person), and the same key makes one task.

import { refused, usage } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import { didYouMean } from '../../base/nearest.ts'
import type { FleetConfig } from '../../model/config.ts'
import { type Demand, lackingOf, type Offer, withExemption } from '../../model/demand.ts'
import type { Release } from '../../model/hold.ts'
import { isLockName } from '../../model/lock.ts'
import type { KeyScope, Order, Task } from '../../model/task.ts'
import type { WorkspaceKind } from '../../model/workspace.ts'
import { whyUnreviewable } from './reviewable.ts'
import type { FolderState } from '../../drivers/hosts/contract.ts'
import type { EnqueueInput } from '../../drivers/store/contract/shapes.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Origin } from '../../model/provenance.ts'
import { windowFor } from '../../model/window.ts'
import { checkRelease } from './holds.ts'

export interface Want {
  readonly title: string
  readonly run: string | null
  readonly prompt: string | null
  readonly agent: string | null
  readonly tier: string | null
  readonly role: string | null
  readonly labels: readonly string[]
  readonly priority: number
  readonly notBefore: number | null
  readonly after: readonly number[]
  /** Like `after`, but any ending of that task will do. */
  readonly afterAny: readonly number[]
  /** What else it waits for. */
  readonly holds?: readonly Release[]
  readonly key: ({ readonly key: string } & KeyScope) | null
  readonly verify: string | null
  readonly cwd: string
  readonly timeoutMs: number | null
  readonly attempts: number | null
  readonly once: boolean
  /** A second agent judges the work before it counts as done. */
  readonly review?: boolean
  /** Where sessions work; null or absent for the agent's own way. */
  readonly workspace?: WorkspaceKind | null
  /** The calm window it waits for, by name. */
  readonly calm?: string | null
  /** Locks that its claim takes along. */
  readonly locks?: readonly string[]
  /** Hosts it may run on, by name or label. */
  readonly hosts?: readonly string[]
  /** Accept it although no agent serves it now; it is held for a person. */
  readonly anyway: boolean
  readonly againOf: number | null
  /** The task from whose work it comes, where somebody saw that. */
  readonly fromTask?: number | null
  /** What wants it; absent for a person. */
  readonly origin?: Origin
  readonly by: string
}

export interface IntakeDeps {
  readonly store: Store
  readonly clock: Clock
  readonly config: FleetConfig
  readonly offers: readonly Offer[]
  readonly folder: (path: string) => Promise<FolderState>
}

/** Clients take at most some 10 MB on standard input; more is a mistake, and would weigh on every read. */
const promptBytesMax = 10_000_000

/** Makes the want a task. Throws OperatingError `intake.*` when it is refused; then nothing was written. */
export async function enqueue(
  deps: IntakeDeps,
  want: Want,
): Promise<{ task: Task; deduped: boolean }> {
  return await deps.store.enqueue(await inputOf(deps, want))
}

/** The want as the store takes it, judged and worded; nothing is written. Throws as `enqueue` does. */
export async function inputOf(deps: IntakeDeps, want: Want): Promise<EnqueueInput> {
  checkWording(want)
  checkFolder(want.cwd, await deps.folder(want.cwd))
  const demand = demandOf(deps, want)
  const unserved = checkServed(deps, want, demand)
  if (want.review === true) checkReviewable(deps, demand)
  const now = deps.clock.now()
  return {
    title: want.title,
    priority: want.priority,
    demand,
    order: orderOf(want),
    attemptsMax: want.attempts ?? deps.config.attempts,
    key: want.key,
    holds: [...holdsOf(want, now), ...unserved],
    againOf: want.againOf,
    ...(want.origin && { origin: want.origin }),
    by: want.by,
    now,
  }
}

function demandOf({ config }: Pick<IntakeDeps, 'config'>, want: Want): Demand {
  const { agent, tier, role, labels } = want
  const kind = want.run !== null ? 'command' : 'prompt'
  const calm = calmOf(config, want)
  const locks = namesIn(want.locks, 'lock')
  const hosts = [...new Set(want.hosts ?? [])].sort()
  const demand: Demand = {
    kind,
    agent,
    tier,
    role,
    labels: [...new Set(labels)].sort(),
    ...(calm !== null && { calm }),
    ...(locks.length > 0 && { locks }),
    ...(hosts.length > 0 && { hosts }),
  }
  return withExemption(demand, want.priority, config.budget?.exemptFrom ?? null)
}

/** The window it asks for, or the one whose policy names one of its labels. */
function calmOf({ windows = [] }: FleetConfig, { calm, labels }: Want): string | null {
  if (calm === undefined || calm === null) return windowFor(windows, labels)
  const known = windows.map((window) => window.name)
  if (known.includes(calm)) return calm
  throw refused(
    'intake.window',
    `no calm window is called ${calm}${didYouMean(calm, known)}`,
    known.length === 0
      ? 'describe one under `windows:` in midwatch.yaml'
      : `one of ${known.join(', ')}`,
  )
}

function namesIn(names: readonly string[] | undefined, noun: string): string[] {
  for (const name of names ?? [])
    if (!isLockName(name))
      throw usage(`intake.${noun}`, `\`${name}\` names no ${noun}`, 'give a short plain name')
  return [...new Set(names ?? [])].sort()
}

function checkWording(want: Want): void {
  if (want.title.trim() === '')
    throw usage('intake.title', 'a task needs a title', 'give it a few words')
  if ((want.run === null) === (want.prompt === null))
    throw usage(
      'intake.order',
      'a task needs either a command or a prompt',
      'give --run CMD, --prompt TEXT or --prompt-file F',
    )
  if ((want.run ?? want.prompt ?? '').trim() === '')
    throw usage('intake.empty', 'the order is empty', 'say what is to be done')
  if ([want.run, want.prompt, want.verify].some((text) => text?.includes('\0') === true))
    throw usage(
      'intake.zero_byte',
      'the order has a byte of zero, which no program can be given',
      'give text, not a binary file',
    )
  if (Buffer.byteLength(want.run ?? want.prompt ?? '') > promptBytesMax)
    throw usage(
      'intake.too_large',
      `the order is larger than ${promptBytesMax / 1e6} MB`,
      'put it in a file of the workspace and name that file in the prompt',
    )
  if (!Number.isInteger(want.priority) || Math.abs(want.priority) > 1000)
    throw usage(
      'intake.priority',
      `priority ${want.priority} is not a whole number from -1000 to 1000`,
      'higher goes first; 0 is usual',
    )
  if (
    want.attempts !== null &&
    (!Number.isInteger(want.attempts) || want.attempts < 1 || want.attempts > 100)
  )
    throw usage(
      'intake.attempts',
      `attempts ${want.attempts} is not a whole number from 1 to 100`,
      'give --attempts 3',
    )
}

function checkFolder(cwd: string, state: FolderState): void {
  if (state === 'missing')
    throw usage(
      'intake.cwd_missing',
      `the working directory ${cwd} does not exist`,
      'make it, or name another with --cwd',
    )
  if (state === 'not_a_folder')
    throw usage('intake.cwd_not_folder', `${cwd} is not a directory`, 'name a directory with --cwd')
  if (state === 'no_access')
    throw usage(
      'intake.cwd_access',
      `the working directory ${cwd} cannot be entered`,
      'give this user access, or name another with --cwd',
    )
}

function checkReviewable({ offers, config }: IntakeDeps, demand: Demand): void {
  const why = whyUnreviewable(offers, demand, config.tiers)
  if (why !== null)
    throw refused(
      'intake.no_reviewer',
      `nobody could review it: ${why}`,
      'give a second agent `roles: [reviewer]` in midwatch.yaml, name another agent, or leave --review out',
    )
}

/** Refuses what no agent could take; with `anyway` it is held for a person instead. */
function checkServed(deps: IntakeDeps, want: Want, demand: Demand): Release[] {
  const lacking = lackingOf(deps.offers, demand, deps.config.tiers)
  if (lacking === null) return []
  if (!want.anyway)
    throw refused(
      'intake.unserved',
      `no configured agent could ever take this task: ${lacking}`,
      'change the demand, add such an agent to midwatch.yaml, or give --anyway to hold it for a person',
    )
  return [
    {
      kind: 'person',
      question: `no configured agent serves it: ${lacking}`,
      told: want.by,
      untilServed: true,
    },
  ]
}

function holdsOf(want: Want, now: number): Release[] {
  const holds: Release[] = [...(want.holds ?? [])]
  for (const release of holds) checkRelease(release)
  if (want.notBefore !== null && want.notBefore > now)
    holds.push({ kind: 'time', until: want.notBefore, why: 'not_before' })
  for (const taskId of want.after)
    holds.push({ kind: 'after', taskId, any: false, needsPerson: false })
  for (const taskId of want.afterAny)
    holds.push({ kind: 'after', taskId, any: true, needsPerson: false })
  return holds
}

const orderOf = ({
  run,
  prompt,
  cwd,
  timeoutMs,
  verify,
  once,
  workspace,
  review,
  fromTask,
}: Want): Order => ({
  run,
  prompt,
  cwd,
  timeoutMs,
  verify,
  once,
  ...(workspace && { workspace }),
  ...(review === true && { review }),
  ...(typeof fromTask === 'number' && { fromTask }),
})
