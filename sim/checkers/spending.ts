// Law: what may be spent is not passed. Nothing is claimed through a lane of a budget once what its sessions truly told of their
// cost has passed the cap of a day, and a look at it had its time; it is shut for no other reason and until that day ends. What the
// ledger adds up is what was told. (That no task pays for what a budget stopped, blame.ts judges.)

import { accountIn } from '../../src/model/account.ts'
import {
  type BudgetConfig,
  budgetLane,
  budgetName,
  isBudgetLane,
  reserveOf,
  type Span,
  spansAround,
} from '../../src/model/budget.ts'
import { dutyTtlMs } from '../../src/model/duty.ts'
import type { Fact, FactBody } from '../../src/model/fact.ts'
import type { ConfigFile } from '../config.ts'
import { partOf } from '../part.ts'
import { learnsWithinMs, offsetMs } from '../server.ts'
import { toldOf } from '../spending.ts'
import { wantedAs } from '../wanting.ts'
import type { World } from '../world.ts'
import type { Bench, Checker } from './contract.ts'

interface Cost {
  readonly attemptId: number
  readonly account: string
  /** Both as the house dates them: its day is that of its claim. */
  readonly claimedAt: number
  knownAt: number | null
}

interface Seen {
  readonly costs: Cost[]
  /** Sessions of which nobody need ever learn what they cost. */
  readonly lost: Set<number>
  /** When a person let a lane go; it is shut again by the next look. */
  readonly letGoAt: Map<string, number>
  readonly asked: Map<number, number>
  offsetMs: number
  steppedMs: number
}

const seenIn = partOf<World, Seen>(() => ({
  costs: [],
  lost: new Set(),
  letGoAt: new Map(),
  asked: new Map(),
  offsetMs: 0,
  steppedMs: Number.NEGATIVE_INFINITY,
}))

/** Sums of cents in another order. */
const little = 1e-9
const dayMs = 86_400_000

export const spending: Checker = {
  law: 'what may be spent is not passed',
  invariants: [37],
  fact(bench, fact) {
    const { body } = fact
    switch (body.kind) {
      case 'attempt.ended':
        return ended(seenIn(bench.world), fact)
      case 'attempt.claimed':
        return claimed(bench, fact, body)
      case 'attempt.stop_asked':
        if (body.by === budgetName) bench.world.truth.count('budget stopped a session')
        return
      case 'gate.pinned':
        if (body.by === budgetName) judgeShut(bench, fact, body)
        return
      case 'gate.reset':
        if (isBudgetLane(body.lane)) reset(bench, fact, body)
        return
      case 'task.held':
        return judgeAsked(bench, fact, body)
      default:
        return
    }
  },
  look({ world }) {
    const seen = seenIn(world)
    const now = offsetMs(world)
    if (Math.abs(now - seen.offsetMs) > 60_000) seen.steppedMs = world.time.nowMs
    seen.offsetMs = now
  },
  end({ accuse, world, config }, { spentUsd, gates }) {
    const seen = seenIn(world)
    const told = toldOf(world)
    const all = [...told.values()].reduce((sum, usd) => sum + usd, 0)
    const known = [...told].reduce((sum, [id, usd]) => sum + (seen.lost.has(id) ? 0 : usd), 0)
    if (spentUsd > all + little || spentUsd < known - little)
      accuse(`the ledger has $${spentUsd} spent, sessions told of $${all}, $${known} of it surely`)
    for (const gate of gates)
      if (gate.state === 'pinned' && gate.by === budgetName)
        if ((gate.until ?? 0) < world.time.nowMs - Math.abs(offsetMs(world)) - patienceMs(config))
          accuse(`${gate.lane} is shut, and its time was over at ${gate.until}`)
  },
}

/** Those of every version that was ever valid; most share one. */
const budgetsOf = ({ known }: ConfigFile): readonly BudgetConfig[] => [
  ...new Set([...known.values()].flatMap(({ budget }) => budget ?? [])),
]

/** A host that went is replaced as the one that looks, and looks in its turn; what it was asked is written then. */
const patienceMs = ({ lastGood: { limits } }: ConfigFile): number =>
  3 * dutyTtlMs(limits.pollMs) + 120_000

function ended({ costs, lost }: Seen, { at, attemptId, body }: Fact): void {
  if (body.kind !== 'attempt.ended' || attemptId === null) return
  if (body.class === 'lost') return void lost.add(attemptId)
  const cost = costs.findLast((one) => one.attemptId === attemptId)
  if (cost !== undefined) cost.knownAt = at
}

/** Whether all dates since then are of one clock. */
const datesAgree = ({ time }: World, { steppedMs }: Seen, config: ConfigFile): boolean =>
  time.nowMs - steppedMs > learnsWithinMs + patienceMs(config) + 2 * lookEveryMs
const lookEveryMs = 10 * 60_000

function claimed(bench: Bench, fact: Fact, body: FactBody & { kind: 'attempt.claimed' }): void {
  const budgets = budgetsOf(bench.config)
  const account = accountIn(body.lanes)
  if (budgets.length === 0 || account === null) return
  judgeClaim(bench, budgets, fact, body)
  const { costs } = seenIn(bench.world)
  costs.push({ attemptId: fact.attemptId ?? 0, account, claimedAt: fact.at, knownAt: null })
}

function judgeClaim(
  { world, config, accuse }: Bench,
  budgets: readonly BudgetConfig[],
  { at, taskId }: Fact,
  body: FactBody & { kind: 'attempt.claimed' },
): void {
  const seen = seenIn(world)
  const lanes = body.lanes.filter(isBudgetLane)
  if (lanes.length === 0) judgeExempt({ world, accuse }, budgets, taskId)
  for (const lane of lanes) {
    const from = at - patienceMs(config)
    if (!datesAgree(world, seen, config) || (seen.letGoAt.get(lane) ?? 0) > from) continue
    for (const spans of byName(spansOf(budgets, lane, at))) {
      const [span] = spans
      if (span === undefined) continue
      world.truth.count('claim within a budget')
      const most = Math.max(...spans.map(({ usd }) => usd))
      const usd = spentIn(world, span, (cost) => (cost.knownAt ?? at) <= from)
      if (usd >= most + little)
        accuse(`task ${taskId} was claimed with $${usd} of $${most} spent in ${lane}`, taskId)
    }
  }
}

/** A day or month around then, and what may be spent of it before the lane is shut. */
interface Part extends Span {
  readonly usd: number
}

/** The periods of that lane, as every version that was ever valid has them. */
function spansOf(budgets: readonly BudgetConfig[], lane: string, at: number): readonly Part[] {
  const of = lane.slice(budgetLane('').length)
  return budgets.flatMap((budget) =>
    spansAround(budget, at)
      .filter(({ account }) => (account ?? 'fleet') === of)
      .map((span) => ({ ...span, usd: span.capUsd * (1 - reserveOf(budget, span.account)) })),
  )
}

const byName = (spans: readonly Part[]) =>
  (['day', 'month'] as const).map((name) => spans.filter((span) => span.name === name))

/** What sessions told that were claimed since its begin. */
function spentIn(world: World, { account, since }: Span, counts: (cost: Cost) => boolean): number {
  const told = toldOf(world)
  let usd = 0
  const { costs } = seenIn(world)
  for (let i = costs.length - 1; i >= 0; i--) {
    const cost = costs[i]
    if (cost === undefined || cost.claimedAt < since - dayMs) break
    if (cost.claimedAt >= since && (account === null || cost.account === account) && counts(cost))
      usd += told.get(cost.attemptId) ?? 0
  }
  return usd
}

/** Who passes no budget's lane is a task of such a priority. */
function judgeExempt(
  { world, accuse }: Pick<Bench, 'world' | 'accuse'>,
  budgets: readonly BudgetConfig[],
  taskId: number | null,
): void {
  const priority = wantedAs(world).get(taskId ?? 0)?.priority ?? Number.NEGATIVE_INFINITY
  world.truth.count('claim past a budget')
  if (!budgets.some(({ exemptFrom }) => exemptFrom != null && priority >= exemptFrom))
    accuse(`task ${taskId} was claimed past the budgets, its priority is ${priority}`, taskId)
}

/** Money is the reason where it says so; else a provider's own period is used up. */
const isMoney = (reason: string): boolean => reason.startsWith('$')

function judgeShut(
  { world, config, accuse }: Bench,
  { at }: Fact,
  { lane, reason, until }: FactBody & { kind: 'gate.pinned' },
): void {
  world.truth.count(isMoney(reason) ? 'budget shut' : 'budget shut by a quota')
  if (!isMoney(reason) || !datesAgree(world, seenIn(world), config)) return
  const spans = spansOf(budgetsOf(config), lane, at).filter(({ endsAt }) => endsAt === until)
  if (spans.length === 0) accuse(`${lane} is shut until ${until}, and no period ends then`)
  else if (spans.every((span) => spentIn(world, span, () => true) < span.usd - little))
    accuse(`${lane} was shut, and sessions told of less: ${reason}`)
}

function reset(
  { world }: Bench,
  { at }: Fact,
  { lane, by }: FactBody & { kind: 'gate.reset' },
): void {
  if (by === 'time' || by === budgetName) world.truth.count('budget is back')
  else seenIn(world).letGoAt.set(lane, at)
}

/** A task is asked about once, and only when it truly cost so much. */
function judgeAsked(
  { world, config, journal, accuse }: Bench,
  { taskId }: Fact,
  { release }: FactBody & { kind: 'task.held' },
): void {
  if (release.kind !== 'person' || release.told !== budgetName || taskId === null) return
  world.truth.count('budget asked about a task')
  const { asked } = seenIn(world)
  const times = (asked.get(taskId) ?? 0) + 1
  asked.set(taskId, times)
  const told = toldOf(world)
  const attempts = journal.tasks.get(taskId)?.attempts ?? []
  const usd = attempts.reduce((sum, id) => sum + (told.get(id) ?? 0), 0)
  const least = Math.min(
    ...budgetsOf(config).map(({ taskUsd }) => taskUsd ?? Number.POSITIVE_INFINITY),
  )
  if (usd < least - little) accuse(`task ${taskId} was held for $${usd} of $${least}`, taskId)
  if (times > 1) accuse(`task ${taskId} was held for its cost ${times} times`, taskId)
}
