// What waits, what stands together, and what was spent: each looked at within a bound, which the answer names.

import { isoTime } from '../../../base/when.ts'
import { tallyOf } from '../../../model/convoy.ts'
import { gateRelease } from '../../../model/gate.ts'
import type { Hold } from '../../../model/hold.ts'
import { mechanismServing } from '../../../model/mechanism-rows.ts'
import { holdShape } from '../../cli/shapes.ts'
import type { waitingRoutes } from '../contract/waiting.ts'
import type { House } from '../house.ts'
import { refusalOf } from '../problem.ts'
import type { Handlers } from './call.ts'

const heldMax = 300
const convoysMax = 50
const attemptsMax = 200

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

export const waitingHandlers: Handlers<keyof typeof waitingRoutes> = {
  async listHolds({ house }) {
    const { holds, whole } = await liveHolds(house, heldMax)
    const mechanisms = await house.store.mechanisms()
    const kinds = [...new Set(holds.map(({ hold }) => hold.kind))]
    const classes = kinds.map((kind) => {
      const mine = holds.filter(({ hold }) => hold.kind === kind).map(({ hold }) => hold)
      const mechanism = mechanismServing(kind)
      const told = mechanisms.filter(({ name }) => name === mechanism?.name)
      return {
        kind,
        waiting: mine.length,
        oldest: time(Math.min(...mine.map(({ since }) => since))),
        needPerson: mine.filter((hold) => holdShape(hold).needsPerson).length,
        releasedBy: mechanism?.does ?? null,
        lastFiredAt: newest(told.map(({ lastFiredAt }) => lastFiredAt)),
        lastMovedAt: newest(told.map(({ lastMovedAt }) => lastMovedAt)),
      }
    })
    const lines = holds.map(({ hold, title }) => ({ ...holdShape(hold), title }))
    return { classes, holds: lines, whole }
  },
  async listConvoys({ house: { store } }) {
    const found = await store.convoys({ limit: convoysMax })
    const convoys = await Promise.all(
      found.map(async (one) => {
        const members = (await store.convoy(one.id))?.members ?? []
        return {
          ...one,
          createdAt: isoTime(one.createdAt),
          landedAt: time(one.landedAt),
          ...tallyOf(members),
          members: members.map(({ taskId, ...member }) => ({ task: taskId, ...member })),
        }
      }),
    )
    return { convoys }
  },
  async listReviews({ house, params }) {
    const reviews = (await house.store.reviewsOf(params.id)).map(({ taskId, ...one }) => ({
      ...one,
      task: taskId,
      offeredAt: isoTime(one.offeredAt),
      decidedAt: time(one.decidedAt),
    }))
    return { reviews }
  },
  async decideReview({ house, who, params, body }) {
    const answer = await house.store.decideReview({
      reviewTask: params.id,
      attemptId: null,
      ...body,
      by: who.by,
      now: house.clock.now(),
    })
    if (!answer.ok) throw refusalOf(answer.refusal)
    house.store.poke()
    return { judged: answer.judged, askedPerson: answer.askedPerson }
  },
  spend: ({ house }) => spendOf(house),
}

/** Live holds of the newest held tasks, with their titles. */
export async function liveHolds(
  { store }: House,
  most: number,
): Promise<{ holds: readonly { hold: Hold; title: string }[]; whole: boolean }> {
  const { tasks, next } = await store.briefs({ states: ['held'], limit: most })
  const holds = await Promise.all(
    tasks.map(async ({ id, title }) =>
      (await store.holdsOf(id, true)).map((hold) => ({ hold, title })),
    ),
  )
  return { holds: holds.flat(), whole: next === null }
}

function newest(times: readonly (number | null)[]): string | null {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : isoTime(Math.max(...known))
}

async function spendOf({ store, current }: House) {
  const days = new Map<string, { costUsd: number; tokens: number }>()
  const agents = await Promise.all(
    current().config.agents.map(async ({ name }) => {
      const attempts = await store.lately({ agent: name, limit: attemptsMax })
      const sum = {
        agent: name,
        attempts: attempts.length,
        costUsd: 0,
        inputTokens: 0,
        outputTokens: 0,
      }
      for (const { usage, endedAt } of attempts) {
        if (usage === null || endedAt === null) continue
        sum.costUsd += usage.costUsd ?? 0
        sum.inputTokens += usage.inputTokens
        sum.outputTokens += usage.outputTokens
        const key = isoTime(endedAt).slice(0, 10)
        const day = days.get(key) ?? { costUsd: 0, tokens: 0 }
        day.costUsd += usage.costUsd ?? 0
        day.tokens += usage.inputTokens + usage.outputTokens
        days.set(key, day)
      }
      return sum
    }),
  )
  const limits = (await store.gates())
    .filter((gate) => gate.state !== 'passing' && /^(account|budget|calm|model):/.test(gate.lane))
    .map((gate) => ({
      lane: gate.lane,
      until: gate.state === 'shut' || gate.state === 'pinned' ? time(gate.until) : null,
      reason: `${gate.state === 'passing' ? '' : gate.reason}; ${gateRelease(gate, isoTime)}`,
    }))
  const byDay = [...days].map(([day, sum]) => ({ day, ...sum }))
  return {
    lookedAt: attemptsMax,
    agents,
    days: byDay.toSorted((a, b) => a.day.localeCompare(b.day)),
    limits,
  }
}
