// Keeps what is spent within what may be: a period whose cap is reached shuts its lane until the period is over, a session that
// goes beyond its own cap is stopped, and a task that cost too much waits for a person. What is charted and not enforced is
// no budget (incident 57).

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import {
  type BudgetConfig,
  budgetName,
  type Exhausted,
  exhaustedQuota,
  exhaustedSpan,
  isBudgetLane,
  longestOf,
  reserveOf,
  spansAround,
} from '../../model/budget.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import { cutShort, notWanted, type TellFiring } from '../../model/mechanism.ts'

export interface BudgetDeps {
  readonly store: Store
  readonly clock: Clock
  /** Null while the configuration names no budget. */
  readonly budget: () => BudgetConfig | null
  readonly fired: TellFiring
  /** Who polls slowly wants nobody to look oftener. */
  readonly limits: () => Pick<Limits, 'pollMs'>
  /** Whether this host is the one that keeps it; absent where there is no other. */
  readonly onDuty?: () => boolean
  readonly onError: (where: string, error: unknown) => void
}

const everyMs = 5_000
const taskLookbackMs = 30 * 86_400_000
const dearAtOnce = 50

/** Starts keeping. */
export function startBudget(deps: BudgetDeps): Service {
  return startService('budget', async (signal) => {
    while (!signal.aborted) {
      try {
        const budget = deps.budget()
        if (budget === null) deps.fired(notWanted('budget'))
        else if (deps.onDuty?.() !== false) await keepWithin(deps, budget)
      } catch (error) {
        deps.onError('budget', error)
        deps.fired(cutShort('budget', error))
      }
      await deps.clock.sleep(paceMs(everyMs, deps.limits()), signal)
    }
  })
}

/** One look at all caps. */
export async function keepWithin(deps: BudgetDeps, budget: BudgetConfig): Promise<void> {
  const moved = (await shutLanes(deps, budget)) + (await stopDear(deps, budget))
  const held = await holdDear(deps, budget)
  deps.fired({ name: 'budget', had: moved + held, moved: moved + held })
}

async function shutLanes({ store, clock }: BudgetDeps, budget: BudgetConfig): Promise<number> {
  const now = clock.now()
  const shut = longestOf(await exhaustedNow(store, budget, now))
  const pinned = (await store.gates()).filter(
    (gate) => isBudgetLane(gate.lane) && gate.state === 'pinned' && gate.by === budgetName,
  )
  let moved = 0
  for (const [lane, { reason, endsAt }] of shut) {
    const known = pinned.find((gate) => gate.lane === lane)
    if (known?.state === 'pinned' && known.until === endsAt) continue
    await store.pin({ lane, by: budgetName, reason, until: endsAt, now })
    moved += 1
  }
  for (const { lane } of pinned) {
    if (shut.has(lane)) continue
    await store.resetGate({ lane, by: budgetName, reason: 'there is budget again', now })
    moved += 1
  }
  return moved
}

/** Everything of which no more may be used now: caps of the configuration, and periods of providers. */
async function exhaustedNow(
  store: Store,
  budget: BudgetConfig,
  now: number,
): Promise<readonly Exhausted[]> {
  const found: (Exhausted | null)[] = []
  for (const span of spansAround(budget, now)) {
    const { usd } = await store.spent({ since: span.since, account: span.account })
    found.push(exhaustedSpan(span, usd, reserveOf(budget, span.account)))
  }
  for (const quota of await store.quotas())
    found.push(exhaustedQuota(quota, reserveOf(budget, quota.account), now))
  return found.filter((one) => one !== null)
}

/** Sessions that tell their cost while they run are stopped at their cap. */
async function stopDear({ store, clock }: BudgetDeps, budget: BudgetConfig): Promise<number> {
  const { attemptUsd } = budget
  if (attemptUsd === null) return 0
  const dear = (await store.unended(null)).filter(
    ({ usage, stop }) => stop === null && (usage?.costUsd ?? 0) >= attemptUsd,
  )
  if (dear.length === 0) return 0
  const reason = `it has spent $${attemptUsd.toFixed(2)}, its budget`
  const attemptIds = dear.map(({ id }) => id)
  return (await store.askStop({ attemptIds, reason, by: budgetName, now: clock.now() })).asked
}

async function holdDear({ store, clock }: BudgetDeps, budget: BudgetConfig): Promise<number> {
  const { taskUsd } = budget
  if (taskUsd === null) return 0
  const now = clock.now()
  const since = now - taskLookbackMs
  const dear = await store.dearTasks({ atLeastUsd: taskUsd, since, limit: dearAtOnce })
  let held = 0
  for (const { taskId, usd } of dear) {
    // A person who released it has seen what it cost: it is asked once.
    const asked = (await store.holdsOf(taskId, false)).some(
      ({ release }) => release.kind === 'person' && release.question.startsWith(question),
    )
    if (asked) continue
    const told = `${question} $${usd.toFixed(2)} of $${taskUsd.toFixed(2)}; go on?`
    const release = { kind: 'person' as const, question: told, told: budgetName }
    if ((await store.hold({ taskId, release, now })).ok) held += 1
  }
  return held
}

const question = 'it has spent'
