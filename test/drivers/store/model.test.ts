// Random sequences of verbs against a tiny model of what a task and an attempt are: every answer of the store and every
// state it is in are the model's, on both drivers.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { chanceSeed } from '../../support/chance.ts'
import { usePostgres } from '../../support/postgres.ts'
import {
  checked,
  claimInput,
  enqueue,
  failure,
  forPerson,
  giveBackArgs,
  order,
  settleArgs,
  t0,
} from './conformance/wants.ts'
import { openAt } from './processes/address.ts'

interface ModelTask {
  state: 'held' | 'ready' | 'taken' | 'settled'
  readonly checked: boolean
  /** Live holds, by id. */
  holds: number[]
  holder: number | null
}

interface ModelAttempt {
  readonly task: number
  ended: boolean
}

/** What the store should be: tasks and attempts by id, which begin at 1. */
interface Model {
  readonly tasks: Map<number, ModelTask>
  readonly attempts: Map<number, ModelAttempt>
}

/** One verb; `pick` chooses whom it is about, among all there ever were. */
type Step = (store: Store, model: Model, pick: number) => Promise<void>

const steps: Readonly<Record<string, Step>> = {
  async enqueue(store, { tasks }, pick) {
    const held = pick % 3 === 0
    const hasCheck = pick % 2 === 0
    const { id } = await enqueue(store, {
      holds: held ? [forPerson] : [],
      order: hasCheck ? checked : order,
    })
    const holds = (await store.holdsOf(id, true)).map((hold) => hold.id)
    tasks.set(id, { state: held ? 'held' : 'ready', checked: hasCheck, holds, holder: null })
  },

  async hold(store, model, pick) {
    const [id, task] = picked(model.tasks, pick)
    const result = await store.hold({ taskId: id, release: forPerson, now: t0 })
    expect(result.ok).toBe(task?.state === 'held' || task?.state === 'ready')
    if (!result.ok || task === undefined) return
    task.state = 'held'
    task.holds.push(result.hold.id)
  },

  async release(store, model, pick) {
    const waiting = [...model.tasks.values()].filter((task) => task.holds.length > 0)
    const task = waiting[pick % (waiting.length || 1)]
    const holdId = task?.holds.shift() ?? 999_999
    const result = await store.release({ holdId, by: 'ann', now: t0 })
    expect(result).toMatchObject(
      task === undefined ? { ok: false } : { ok: true, ready: task.holds.length === 0 },
    )
    if (task?.holds.length === 0) task.state = 'ready'
  },

  async claim(store, model) {
    const ready = [...model.tasks].filter(([, task]) => task.state === 'ready').map(([id]) => id)
    const { claimed, refused } = await store.claim(await claimInput(store))
    expect([claimed.length, refused]).toEqual([Math.min(1, ready.length), null])
    for (const { attempt, task } of claimed) {
      expect(ready).toContain(task.id)
      model.attempts.set(attempt.id, { task: task.id, ended: false })
      Object.assign(model.tasks.get(task.id) ?? {}, { state: 'taken', holder: attempt.id })
    }
  },

  async settle(store, model, pick) {
    const { claimed, task, fenced } = claim(model, pick)
    const result = await store.settle(settleArgs(claimed))
    expect(result.ok).toBe(fenced)
    if (fenced && task !== undefined) settle(task)
  },

  async giveBack(store, model, pick) {
    const { claimed, task, fenced } = claim(model, pick)
    const holds = pick % 2 === 0 ? [] : [forPerson]
    const result = await store.giveBack(giveBackArgs(claimed, holds))
    expect(result.ok).toBe(fenced)
    if (!fenced || task === undefined) return
    task.holder = null
    task.state = holds.length > 0 ? 'held' : 'ready'
    task.holds = (await store.holdsOf(claimed.task.id, true)).map((hold) => hold.id)
    expect(task.holds).toHaveLength(holds.length)
  },

  async say(store, model, pick) {
    const { claimed, task, attempt, fenced } = claim(model, pick)
    const result = await store.say({
      attemptId: claimed.attempt.id,
      word: 'done',
      text: '',
      now: t0,
    })
    const passes = fenced && attempt?.ended === false
    expect(result).toMatchObject(passes ? { ok: true, settled: !task?.checked } : { ok: false })
    if (passes && task?.checked === false) settle(task)
  },

  async end(store, model, pick) {
    const [id, attempt] = picked(model.attempts, pick)
    const result = await store.end({ attemptId: id, verdict: failure, now: t0 })
    expect(result.ok).toBe(attempt?.ended === false)
    if (attempt !== undefined) attempt.ended = true
  },

  async settleByHand(store, model, pick) {
    const [id, task] = picked(model.tasks, pick)
    const result = await store.settleByHand({
      taskId: id,
      outcome: 'cancelled',
      by: 'ann',
      reason: '',
      now: t0,
    })
    const passes = task !== undefined && task.state !== 'settled'
    expect(result).toMatchObject(
      passes ? { ok: true, stopping: task.state === 'taken' ? task.holder : null } : { ok: false },
    )
    if (passes) settle(task)
  },
}

const story = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(1_000)), {
  minLength: 5,
  maxLength: 45,
})
const found = await usePostgres()

describe('a store is its model', () => {
  it('after any story on SQLite', async () => {
    const open = async () =>
      openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
    await check(60, async (judge) => judge(await open()))
  })

  if ('postgres' in found)
    it('after any story on PostgreSQL', async () => {
      await check(12, async (judge) => {
        const database = await found.postgres.create()
        try {
          await judge(await openAt(database.url))
        } finally {
          await database.drop()
        }
      })
    })
  else it.skip(found.skip, () => {})
})

async function check(
  numRuns: number,
  withStore: (judge: (store: Store) => Promise<void>) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(story, (told) => withStore((store) => live(store, told)))
  await fc.assert(property, { numRuns, seed: chanceSeed })
}

async function live(store: Store, told: readonly (readonly [string, number])[]): Promise<void> {
  const model: Model = { tasks: new Map(), attempts: new Map() }
  try {
    for (const [name, pick] of told) {
      await steps[name]?.(store, model, pick)
      await compare(store, model)
    }
  } finally {
    await store.close()
  }
}

async function compare(store: Store, model: Model): Promise<void> {
  const { tasks } = await store.tasks({ limit: 1_000 })
  const seen = tasks.map((task) => [
    task.id,
    task.state,
    task.state === 'taken' ? task.attemptId : null,
  ])
  const meant = [...model.tasks].map(([id, task]) => [
    id,
    task.state,
    task.state === 'taken' ? task.holder : null,
  ])
  expect(seen.toSorted(byId)).toEqual(meant.toSorted(byId))
  const open = (await store.unended(null)).map((attempt) => attempt.id)
  expect(open).toEqual(
    [...model.attempts].filter(([, attempt]) => !attempt.ended).map(([id]) => id),
  )
  const settledFacts = (await store.facts({ kinds: ['task.settled'], limit: 1_000 })).map(
    (fact) => fact.taskId,
  )
  const settledTasks = [...model.tasks]
    .filter(([, task]) => task.state === 'settled')
    .map(([id]) => id)
  expect(settledFacts.toSorted()).toEqual(settledTasks.toSorted())
}

const byId = (a: readonly unknown[], b: readonly unknown[]) => Number(a[0]) - Number(b[0])

/** Whom a step is about: one of those there are, or nobody. */
function picked<T>(among: ReadonlyMap<number, T>, pick: number): [number, T | undefined] {
  const entries = [...among]
  return entries[pick % (entries.length + 1)] ?? [999_999, undefined]
}

/** An attempt and its task, as whoever holds its token would name them. */
function claim(model: Model, pick: number) {
  const [id, attempt] = picked(model.attempts, pick)
  const taskId = attempt?.task ?? 999_999
  const task = model.tasks.get(taskId)
  const claimed = { attempt: { id }, task: { id: taskId } } as Parameters<typeof settleArgs>[0]
  return { claimed, task, attempt, fenced: task?.state === 'taken' && task.holder === id }
}

function settle(task: ModelTask): void {
  task.state = 'settled'
  task.holds = []
  task.holder = null
}
