// The story that the facts of a run tell, for people: what each day brought, how long tasks waited and incidents lasted,
// what was spent. Hosts whose clocks were off date their facts wrongly; no span is told as less than nothing.

import type { Store } from '../src/drivers/store/contract.ts'
import type { Fact } from '../src/model/fact.ts'
import type { SimDay } from '../src/surface/cli/sim/report.ts'

export interface LongIncident {
  readonly key: string
  readonly title: string
  readonly openedAt: string
  readonly tookMs: number
}

type Day = Omit<SimDay, 'day' | 'faults'>

const dayMs = 86_400_000
const nothing: Day = { done: 0, failed: 0, attempts: 0, costUsd: 0 }

/** What happened, gathered fact by fact. */
export class Story {
  readonly waitsMs: number[] = []
  readonly settlingMs: number[] = []
  readonly incidents: LongIncident[] = []
  costUsd = 0
  readonly #startMs: number
  readonly #days = new Map<number, Day>()
  readonly #readyAt = new Map<number, number>()
  readonly #wantedAt = new Map<number, number>()

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  take({ at, taskId, body }: Fact): void {
    const id = taskId ?? 0
    switch (body.kind) {
      case 'task.enqueued':
        this.#wantedAt.set(id, at)
        if (body.state === 'ready') this.#readyAt.set(id, at)
        return
      case 'task.ready':
        this.#readyAt.set(id, at)
        return
      case 'attempt.claimed':
        this.waitsMs.push(Math.max(0, at - (this.#readyAt.get(id) ?? at)))
        this.#count(at, { attempts: 1 })
        return
      case 'task.settled': {
        this.settlingMs.push(Math.max(0, at - (this.#wantedAt.get(id) ?? at)))
        if (body.outcome !== 'cancelled') this.#count(at, { [body.outcome]: 1 })
        return
      }
      default:
        return
    }
  }

  spent(at: number, costUsd: number): void {
    this.costUsd += costUsd
    this.#count(at, { costUsd })
  }

  daily(days: number): Omit<SimDay, 'faults'>[] {
    const last = Math.max(days, ...this.#days.keys())
    return Array.from({ length: last }, (_, i) => ({
      day: i + 1,
      ...(this.#days.get(i + 1) ?? nothing),
    }))
  }

  #count(at: number, more: Partial<Day>): void {
    const day = Math.max(1, Math.floor((at - this.#startMs) / dayMs) + 1)
    const before = this.#days.get(day) ?? nothing
    this.#days.set(day, {
      done: before.done + (more.done ?? 0),
      failed: before.failed + (more.failed ?? 0),
      attempts: before.attempts + (more.attempts ?? 0),
      costUsd: before.costUsd + (more.costUsd ?? 0),
    })
  }
}

/** Reads the whole story of a store. */
export async function storyOf(store: Store, startMs: number): Promise<Story> {
  const story = new Story(startMs)
  for (let after = 0; ; ) {
    const page = await store.facts({ after, limit: 1_000 })
    for (const fact of page) story.take(fact)
    if (page.length < 1_000) break
    after = page.at(-1)?.id ?? after
  }
  const { tasks } = await store.tasks({ limit: 1_000_000 })
  for (const { id } of tasks)
    for (const { usage, endedAt } of await store.attemptsOf(id))
      if (usage?.costUsd) story.spent(endedAt ?? startMs, usage.costUsd)
  for (const { key, title, openedAt, resolvedAt } of await store.incidents({
    openOnly: false,
    limit: 100_000,
  }))
    story.incidents.push({
      key,
      title,
      openedAt: new Date(openedAt).toISOString(),
      tookMs: Math.max(0, (resolvedAt ?? openedAt) - openedAt),
    })
  return story
}
