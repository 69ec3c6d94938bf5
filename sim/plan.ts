// A run, planned whole from its seed: what is wanted, what people do, what goes wrong. A plan is data, so that it can be
// printed, and shrunk by leaving parts of it out.

import type { BudgetConfig } from '../src/model/budget.ts'
import type { FleetConfig } from '../src/model/config.ts'
import { withAdding } from './adding.ts'
import type { ReportConfig } from '../src/model/report.ts'
import { type Chance, chanceOf } from './chance.ts'
import type { ConfigShape } from './config.ts'
import type { Fault } from './faults/contract.ts'
import { type Intensity, planFaults } from './faults/plan.ts'
import type { Act } from './deeds/contract.ts'
import { pageDeeds } from './deeds/of-pages.ts'
import { planActs } from './deeds/plan.ts'
import type { PlannedTask } from './planned.ts'
import { drawReport } from './reporting.ts'
import { drawBudget } from './spending.ts'
import { planWorkload } from './workload.ts'

export interface Options {
  readonly seed: string
  readonly days: number
  readonly hosts: number
  readonly agents: number
  readonly tasks: number
  readonly faults: Intensity
  /** Slots of a host, slots of an agent, and the limits in force; null for the simulation's own. */
  readonly config?: Partial<ConfigShape>
  readonly meanWorkMs?: number
  /** A whole configuration, in the place of the simulation's own. */
  readonly fleet?: FleetConfig
  /** How much of the work is a shell's; else 0.3. */
  readonly commandShare?: number
  /** Whether its schedules are left out. */
  readonly unscheduled?: boolean
  /** Whether it has a calm window; else that is the seed's chance, for judging one every ten seconds takes its time. */
  readonly calm?: boolean
  /** Whether it may spend so much and no more; else that is the seed's chance. */
  readonly budget?: boolean
  /** Whether its agents have accounts with secrets; else that is the seed's chance. */
  readonly accounts?: boolean
  /** Whether some of its sessions add tasks of their own; else that is the seed's chance. */
  readonly adding?: boolean
  /** Whether it wants a report by the clock; else that is the seed's chance. */
  readonly report?: boolean
  /** Whether its tasks work in worktrees of their own; else that is the seed's chance. */
  readonly worktrees?: boolean
  /** Whether sessions of it print without end; else that is the seed's chance in a short one, for that is looked at every 2 s. */
  readonly prints?: boolean
  /** Whether it has sensors; else that is the seed's chance. */
  readonly sensing?: boolean
  /** Whether each host has its supervisor and its sentinel, as in earnest; else an init system starts its daemon. */
  readonly supervised?: boolean
  /** Whether its hosts serve API and page, and people use it; else that is the seed's chance, where it lasts a day at most. */
  readonly pages?: boolean
}

export interface Plan {
  readonly options: Options
  readonly config: ConfigShape
  readonly startMs: number
  /** From here on nothing goes wrong any more, and nobody wants anything new. */
  readonly calmMs: number
  readonly tasks: readonly PlannedTask[]
  readonly acts: readonly Act[]
  readonly faults: readonly Fault[]
}

const worldBegins = Date.UTC(2026, 0, 5)

/** The plan of a seed. */
export function planOf(options: Options): Plan {
  const chance = chanceOf(options.seed)
  const startMs = worldBegins
  const spanMs = options.days * 86_400_000
  const calmMs = startMs + Math.floor(spanMs * (0.85 + 0.1 * chance.split('calm').next()))
  const during = { fromMs: startMs, untilMs: calmMs }
  const { faults: intensity, hosts, tasks } = options
  const planned = planWorkload(chance.split('workload'), {
    ...during,
    tasks,
    meanWorkMs: options.meanWorkMs ?? 6 * 60_000,
    commandShare: options.commandShare ?? 0.3,
  })
  const wanted = addingOf(options, planned)
  const config: ConfigShape = {
    agents: options.agents,
    hostSlots:
      options.fleet?.slots ?? Math.max(2, Math.ceil((1.5 * options.agents) / options.hosts)),
    agentSlots: 2,
    scheduled: options.unscheduled !== true,
    calm: options.calm ?? chance.split('windows').happens(0.1),
    supervised: options.supervised === true,
    sensing: options.fleet === undefined && isDrawn(options.sensing, chance.split('sensing')),
    budget: budgetOf(options, wanted, calmMs),
    report: reportOf(options),
    accounts: isDrawn(options.accounts, chance.split('accounts')),
    outputBytes: outputBytesOf(options),
    worktrees: isDrawn(options.worktrees, chance.split('worktrees')),
    pages: hasPages(options),
    ...options.config,
    limits: {
      attemptMs: 30 * 60_000,
      leaseMs: 900_000,
      leaseGraceMs: 60_000,
      pollMs: 300_000,
      checkMs: 120_000,
      ...options.config?.limits,
    },
  }
  const actsPerDay = { none: 0, light: 4, heavy: 24, storm: 150 }[intensity]
  const visitsPerDay =
    config.pages === true ? { none: 24, light: 24, heavy: 48, storm: 144 }[intensity] : 0
  const acted = { ...during, tasks: wanted, hosts }
  return {
    options,
    config,
    startMs,
    calmMs,
    tasks: wanted,
    acts: [
      ...planActs(chance.split('people'), { ...acted, actsPerDay }),
      ...planActs(chance.split('pages'), { ...acted, actsPerDay: visitsPerDay }, pageDeeds),
    ],
    faults: planFaults(chance.split('faults'), {
      ...during,
      intensity,
      hosts,
      hostSlots: config.hostSlots,
      supervised: options.supervised === true,
      sensing: config.sensing === true,
    }),
  }
}

/** What a world may have besides is had where it was asked for, and else by one in seven. */
const isDrawn = (asked: boolean | undefined, chance: Chance): boolean =>
  asked ?? chance.happens(0.15)

/** A person's own configuration has its own. */
function budgetOf(
  { seed, days, fleet, budget }: Options,
  tasks: readonly PlannedTask[],
  calmMs: number,
): BudgetConfig | null {
  const chance = chanceOf(seed).split('budget')
  if (fleet !== undefined || !isDrawn(budget, chance)) return null
  return drawBudget(chance, tasks, { days, calmMs })
}

/** A person's own configuration is played with what people want. */
function addingOf(
  { seed, fleet, adding }: Options,
  tasks: readonly PlannedTask[],
): readonly PlannedTask[] {
  const chance = chanceOf(seed).split('adding')
  const isAdding = fleet === undefined && isDrawn(adding, chance)
  return isAdding ? withAdding(chance, tasks) : tasks
}

function reportOf({ seed, report }: Options): ReportConfig | null {
  const chance = chanceOf(seed).split('report')
  return isDrawn(report, chance) ? drawReport(chance) : null
}

function outputBytesOf({ seed, prints, days, fleet }: Options): number | null {
  const chance = chanceOf(seed).split('prints')
  const isPrinting = prints ?? (days <= printedDays && isDrawn(undefined, chance))
  return isPrinting && fleet === undefined ? chance.pick([16_384, 65_536]) : null
}

/** Longer worlds do not print without end. */
const printedDays = 0.25

/** What only the page wants is read whenever anything happens: days in seconds would be seconds more. */
const hasPages = ({ seed, days, fleet, pages }: Options): boolean =>
  pages ?? (fleet === undefined && days <= 1 && isDrawn(undefined, chanceOf(seed).split('page')))
