// Two processes at one database: claiming, renewing, giving back and settling at once. Nothing is claimed twice, nothing
// is lost, no cap is passed, and every task is settled exactly once, by exactly the one who was told so.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { Fact } from '../../../src/model/fact.ts'
import { usePostgres } from '../../support/postgres.ts'
import { enqueue } from './conformance/wants.ts'
import { openAt } from './processes/address.ts'
import { start } from './processes/run.ts'

const total = 80
const agentSlots = 4
const found = await usePostgres()

describe('two processes at one database', () => {
  it('settle every task once on SQLite', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-two-'))
    try {
      await judge(join(folder, 'fleet.db'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  if ('postgres' in found)
    it('settle every task once on PostgreSQL', { timeout: 60_000 }, async () => {
      const database = await found.postgres.create()
      try {
        await judge(database.url)
      } finally {
        await database.drop()
      }
    })
  else it.skip(found.skip, () => {})
})

async function judge(address: string): Promise<void> {
  const store = await openAt(address)
  try {
    for (let i = 0; i < total; i += 1) await enqueue(store, { priority: i % 5 })
    let over = false
    const followed = follow(store, () => over)
    const told = await work(address).finally(() => {
      over = true
    })
    const facts = await allFacts(store)
    expect(await followed).toEqual(facts.map((fact) => fact.id))
    expect(await store.counts()).toMatchObject({ held: 0, ready: 0, taken: 0 })
    expect(await store.unended(null)).toEqual([])
    everyTaskSettledOnce(facts, told)
    nothingClaimedTwice(facts, told)
    capsHeld(facts)
  } finally {
    await store.close()
  }
}

interface Told {
  readonly claimed?: number
  readonly attempt?: number
  readonly settled?: number
  readonly by?: number | string
  readonly broken?: string
}

/** Both processes at once, to their end; what they were told. */
async function work(address: string): Promise<Told[]> {
  const hosts = ['h1', 'h2'].map((host) =>
    start('work.ts', [address, host, host, String(total), String(agentSlots)]),
  )
  for (const one of hosts) await one.line(/here/)
  for (const one of hosts) one.child.stdin?.end()
  const ends = await Promise.all(hosts.map((one) => one.ended))
  expect(ends.map((end) => [end.code, end.errors])).toEqual([
    [0, ''],
    [0, ''],
  ])
  const told = ends.map((end) => end.lines.slice(1).map((line) => JSON.parse(line) as Told))
  // Both took part, or nothing was proven.
  for (const own of told)
    expect(own.filter((one) => one.claimed !== undefined).length).toBeGreaterThan(5)
  return told.flat()
}

async function allFacts(store: Store): Promise<readonly Fact[]> {
  const facts = await store.facts({ limit: 100_000 })
  expect(facts.length).toBeGreaterThan(total * 3)
  return facts
}

/** Reads on from fact to fact while others write them; the ids it saw. */
async function follow(store: Store, over: () => boolean): Promise<number[]> {
  const seen: number[] = []
  for (let last = false; ; ) {
    const news = await store.facts({ after: seen.at(-1) ?? 0, limit: 50 })
    seen.push(...news.map((fact) => fact.id))
    if (news.length > 0) continue
    if (last) return seen
    last = over()
    await systemClock.sleep(2)
  }
}

function everyTaskSettledOnce(facts: readonly Fact[], told: readonly Told[]): void {
  const recorded = facts
    .filter((fact) => fact.body.kind === 'task.settled')
    .map((fact) => fact.taskId)
  const answered = told.flatMap((one) => one.settled ?? [])
  const tasks = Array.from({ length: total }, (_, i) => i + 1)
  expect(recorded.toSorted(byNumber)).toEqual(tasks)
  expect(answered.toSorted(byNumber)).toEqual(tasks)
  expect(told.filter((one) => one.broken !== undefined)).toEqual([])
}

/** The facts of one task follow each other: taken only while nobody has it, given back or settled only by who has it. */
function nothingClaimedTwice(facts: readonly Fact[], told: readonly Told[]): void {
  const holder = new Map<number | null, number | null>()
  for (const { body, taskId, attemptId } of facts) {
    if (body.kind === 'attempt.claimed') {
      expect([taskId, holder.get(taskId) ?? null]).toEqual([taskId, null])
      holder.set(taskId, attemptId)
    }
    if (body.kind === 'task.returned') {
      expect([taskId, holder.get(taskId)]).toEqual([taskId, attemptId])
      holder.set(taskId, null)
    }
    if (body.kind === 'task.settled') {
      expect([taskId, attemptId]).toEqual([taskId, holder.get(taskId) ?? null])
      holder.set(taskId, -1)
    }
  }
  const attempts = told.flatMap((one) => one.attempt ?? [])
  expect(new Set(attempts).size).toBe(attempts.length)
  expect(facts.filter((fact) => fact.body.kind === 'attempt.claimed').length).toBe(attempts.length)
}

/** At every claim, who was open by then: an end is told before it frees its slot, so this counts too few, never too many. */
function capsHeld(facts: readonly Fact[]): void {
  const open = new Map<number | null, string>()
  let most = 0
  for (const { body, attemptId } of facts) {
    if (body.kind === 'attempt.claimed') open.set(attemptId, body.host)
    if (body.kind === 'attempt.ended') open.delete(attemptId)
    most = Math.max(most, open.size)
    for (const host of ['h1', 'h2'])
      expect([...open.values()].filter((one) => one === host).length).toBeLessThanOrEqual(3)
  }
  expect(most).toBeLessThanOrEqual(agentSlots)
  expect(most).toBeGreaterThan(1)
}

const byNumber = (a: number | null, b: number | null) => Number(a) - Number(b)
