// What moves by itself, what was done to the world, and what a task changed.

import { resolveEffect } from '../../../lifecycle/effects/resolve.ts'
import { isoTime } from '../../../base/when.ts'
import { isStuck } from '../../../model/mechanism.ts'
import { rowOfMechanism } from '../../../model/mechanism-rows.ts'
import { effectShape } from '../../cli/effects/shape.ts'
import { worktreeOf } from '../../cli/worktree-of.ts'
import { checkOwn } from '../access/guards.ts'
import { pageOf } from '../../paging.ts'
import type { ledgerRoutes } from '../contract/ledger.ts'
import { lookEveryMs } from '../facts/looks.ts'
import { refusalOf, refuse } from '../problem.ts'
import type { Handlers } from './call.ts'

const diffMax = 500_000

export const ledgerHandlers: Handlers<keyof typeof ledgerRoutes> = {
  async listMechanisms({ house }) {
    const now = house.clock.now()
    const time = (ms: number | null) => (ms === null ? null : isoTime(ms))
    const mechanisms = (await house.store.mechanisms()).map((one) => {
      const row = rowOfMechanism(one.name)
      return {
        name: one.name,
        host: one.host,
        does: row?.does ?? null,
        fired: one.fired,
        had: one.had,
        moved: one.moved,
        waiting: one.waiting,
        lastFiredAt: time(one.lastFiredAt),
        lastHadAt: time(one.lastHadAt),
        lastMovedAt: time(one.lastMovedAt),
        stuckSince: time(one.stuckSince),
        stuck: row !== null && isStuck(one, row, now),
        note: one.note,
      }
    })
    return { mechanisms }
  },
  async mechanismSteps({ house, hub }) {
    const mechanisms = hub.looks.steps(await house.store.mechanisms())
    return { stepMs: lookEveryMs, mechanisms }
  },
  async listEffects({ house, who, query }) {
    const { state, kind, before, limit } = query
    if (query.task !== undefined) checkOwn(who, query.task)
    const task = who.attempt?.taskId ?? query.task
    const filter = {
      ...(state !== undefined && { states: [state] }),
      ...(kind !== undefined && { kind }),
      ...(task !== undefined && { taskId: task }),
      ...(before !== undefined && { before }),
    }
    const find = (limit: number) => house.store.effects({ ...filter, limit })
    const { rows, next } = await pageOf(limit, find, ({ id }) => id)
    return { effects: rows.map(effectShape), next }
  },
  async showEffect({ house, query }) {
    const { key } = query
    const effect = await house.store.effect(key)
    if (effect === null)
      throw refuse(
        404,
        'effect.missing',
        `there is no effect ${key}`,
        'GET /api/effects lists them',
      )
    return { effect: effectShape(effect) }
  },
  async resolveEffect({ house, who, body, signal }) {
    const { by } = who
    const { reason = `${by} says so`, ...rest } = body
    const told = await resolveEffect(await house.effects(), { ...rest, reason, by }, signal)
    if (!told.ok) throw refusalOf(told.refusal)
    house.store.poke()
    return { effect: effectShape(told.effect) }
  },
  async diffTask({ house, who, params }) {
    checkOwn(who, params.id)
    const { store, workspaces, hostName } = house
    const fleet = { store, workspaces, host: { name: hostName } }
    const { worktree } = await worktreeOf(fleet, params.id)
    const text = await (await workspaces()).diff(worktree, false)
    const { branch, path } = worktree
    return { branch, path, diff: text.slice(0, diffMax), cut: text.length > diffMax }
  },
}
