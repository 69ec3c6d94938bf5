// What the morning report tells: what was done while nobody looked, what failed and why, what waits for a person with the
// command to run, and what it cost. Sixty failures alike are one line.

import { isoTime } from '../../base/when.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { gateRelease } from '../../model/gate.ts'
import { releaseSentence } from '../../model/hold.ts'
import { localTime } from '../../base/when.ts'

export interface Report {
  readonly fleet: string
  readonly since: string
  readonly until: string
  readonly totals: {
    readonly enqueued: number
    readonly attempts: number
    readonly done: number
    readonly verified: number
    readonly failed: number
    readonly cancelled: number
    readonly costUsd: number
    readonly tokens: number
    /** What endings cost that settled nothing. */
    readonly wastedUsd: number
    readonly usdPerVerified: number | null
  }
  readonly done: readonly {
    readonly task: number
    readonly title: string
    readonly verified: boolean
  }[]
  /** Failures by their signature, the most frequent first. */
  readonly failures: readonly {
    readonly signature: string
    readonly count: number
    readonly tasks: readonly number[]
    readonly example: string
  }[]
  readonly incidents: readonly {
    readonly key: string
    readonly title: string
    readonly count: number
    readonly openedAt: string
    readonly resolvedAt: string | null
  }[]
  readonly waiting: readonly { readonly what: string; readonly command: string }[]
  /** What agents consumed, the dearest first. */
  readonly spend: readonly {
    readonly agent: string
    readonly attempts: number
    readonly costUsd: number
    readonly tokens: number
    readonly wastedUsd: number
  }[]
  /** Settlements by span of time, oldest first. */
  readonly course: readonly {
    readonly at: string
    readonly done: number
    readonly failed: number
  }[]
}

const listed = 40
const factsMax = 20_000
const bars = 24

export async function gatherReport(
  store: Store,
  fleet: string,
  since: number,
  now: number,
): Promise<Report> {
  const activity = await store.activity({ since })
  const settled = await settledSince(store, since)
  const { waiting, incidents } = await troubles(store, since)
  const verified = activity.done - activity.unverified
  return {
    fleet,
    since: isoTime(since),
    until: isoTime(now),
    totals: {
      enqueued: activity.enqueued,
      attempts: activity.claimed,
      done: activity.done,
      verified,
      failed: activity.failed,
      cancelled: activity.cancelled,
      costUsd: activity.costUsd,
      tokens: activity.tokens,
      wastedUsd: activity.wastedUsd,
      usdPerVerified: verified === 0 ? null : activity.costUsd / verified,
    },
    done: await doneTasks(store, settled),
    failures: grouped(settled),
    incidents,
    waiting,
    spend: await spendOf(store, since, now),
    course: courseOf(settled, since, now),
  }
}

interface Settled {
  readonly at: number
  readonly task: number
  readonly outcome: string
  readonly verified: boolean
  readonly reason: string
}

async function settledSince(store: Store, since: number): Promise<readonly Settled[]> {
  const facts = await store.facts({ kinds: ['task.settled'], newestFirst: true, limit: factsMax })
  return facts.flatMap(({ at, taskId, body }) =>
    at < since || taskId === null || body.kind !== 'task.settled'
      ? []
      : [
          {
            at,
            task: taskId,
            outcome: body.outcome,
            verified: body.verified === true,
            reason: body.reason,
          },
        ],
  )
}

async function doneTasks(store: Store, settled: readonly Settled[]): Promise<Report['done']> {
  const done = settled.filter(({ outcome }) => outcome === 'done').slice(0, listed)
  const { tasks } = await store.briefs({ ids: done.map(({ task }) => task), limit: listed })
  const titles = new Map(tasks.map(({ id, title }) => [id, title]))
  return done.map(({ task, verified }) => ({ task, title: titles.get(task) ?? '', verified }))
}

/** What failures have in common once numbers, names in quotes and paths are left out. */
export const signatureOf = (reason: string): string =>
  reason
    .replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, '…')
    .replaceAll(/(\/[\w.-]+)+/g, '…')
    .replaceAll(/\b[0-9a-f]{7,}\b/gi, '#')
    .replaceAll(/\d+/g, '#')
    .trim()

function grouped(settled: readonly Settled[]): Report['failures'] {
  const groups = Map.groupBy(
    settled.filter(({ outcome }) => outcome === 'failed'),
    ({ reason }) => signatureOf(reason),
  )
  return [...groups]
    .map(([signature, all]) => ({
      signature,
      count: all.length,
      tasks: all.map(({ task }) => task).slice(0, listed),
      example: all[0]?.reason ?? '',
    }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, listed)
}

async function spendOf(store: Store, since: number, now: number): Promise<Report['spend']> {
  const lines = await store.spendOf({ since, until: now + 1, by: 'agent', limit: listed })
  return lines
    .map(({ name, attempts, costUsd, inputTokens, outputTokens, wastedUsd }) => ({
      ...{ agent: name, attempts, costUsd, tokens: inputTokens + outputTokens, wastedUsd },
    }))
    .filter(({ costUsd, tokens }) => costUsd > 0 || tokens > 0)
}

async function troubles(
  store: Store,
  since: number,
): Promise<Pick<Report, 'waiting' | 'incidents'>> {
  const [gates, holds, incidents] = await Promise.all([
    store.gates(),
    store.waitingForPersons({ after: 0, limit: listed }),
    store.incidents({ openOnly: false, limit: 200 }),
  ])
  const pinned = gates
    .filter(({ state }) => state === 'pinned')
    .map((gate) => ({
      what: `gate ${gate.lane}: ${gateRelease(gate, localTime)}`,
      command: `midwatch gate reset ${gate.lane}`,
    }))
  const asked = holds.map(({ taskId, release }) => ({
    what: `task ${taskId}: ${releaseSentence(release, localTime)}`,
    command: `midwatch release ${taskId}`,
  }))
  const told = incidents
    .filter(({ openedAt, resolvedAt }) => openedAt >= since || (resolvedAt ?? since) >= since)
    .map(({ key, title, count, openedAt, resolvedAt }) => ({
      ...{ key, title, count, openedAt: isoTime(openedAt) },
      resolvedAt: resolvedAt === null ? null : isoTime(resolvedAt),
    }))
  return { waiting: [...asked, ...pinned], incidents: told }
}

function courseOf(settled: readonly Settled[], since: number, now: number): Report['course'] {
  const width = Math.max(1, (now - since) / bars)
  return Array.from({ length: bars }, (_, i) => {
    const [from, to] = [since + i * width, since + (i + 1) * width]
    const within = settled.filter(({ at }) => at >= from && (at < to || i === bars - 1))
    const n = (outcome: string) => within.filter((one) => one.outcome === outcome).length
    return { at: isoTime(Math.round(from)), done: n('done'), failed: n('failed') }
  })
}
