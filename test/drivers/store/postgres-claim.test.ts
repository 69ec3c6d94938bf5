// The claim as it mostly is on PostgreSQL: one trip, and the same attempts as ever. Where one of its fences stands in the way, or
// something cannot be read, it does nothing at all, and the whole claim judges.

import pg from 'pg'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { ClaimInput, ClaimResult } from '../../../src/drivers/store/contract/shapes.ts'
import { claimOf } from '../../../src/drivers/store/assemble-claim.ts'
import { postgresExecutor } from '../../../src/drivers/store/postgres/executor.ts'
import type { Executor, Told } from '../../../src/drivers/store/script.ts'
import { claimPlainly } from '../../../src/drivers/store/verbs/claim-plainly.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { claimInput, claimOne, demand, enqueue, seeds, t0 } from './conformance/wants.ts'
import { scene } from './postgres-scene.ts'

const found = await usePostgres()
if ('postgres' in found) claims(found.postgres)
else it.skip(found.skip, () => {})

it('where something stands in the way, the next claims are whole at once, for a while that grows', async () => {
  const tried: string[] = []
  let isFree = false
  const write = (async (script) => {
    const { statement } = (script().next().value as Told).told
    const isPlain = statement.name.startsWith('lockBest')
    tried.push(isPlain ? 'plain' : 'whole')
    return isPlain && !isFree ? null : { claimed: [], refused: null }
  }) as Executor['write']
  const claim = claimOf({ write, inOneTrip: write as never })
  const input = { lanes: [], demandIds: [1], seeds: seeds(1) } as unknown as ClaimInput
  for (let i = 0; i < 6; i += 1) await claim(input)
  const [miss, whole] = [['plain', 'whole'], 'whole']
  expect(tried.splice(0)).toEqual([...miss, whole, ...miss, whole, whole, whole])
  isFree = true
  for (let i = 0; i < 2; i += 1) await claim(input)
  expect(tried.splice(0)).toEqual(['plain', 'plain'])
  await claim({ ...input, demandIds: [1, 2] })
  expect(tried).toEqual(['whole'])
})

/** What stands in the way: how it is made, in a database in which three lanes pass and `taskId` is the best task. */
interface Obstacle {
  readonly sql?: (taskId: number) => string
  readonly of?: (input: ClaimInput) => Partial<ClaimInput>
}

const obstacles: Readonly<Record<string, Obstacle>> = {
  'a lane that is shut': {
    sql: () => `UPDATE gates SET state = 'shut', until = 1 WHERE lane = 'fleet'`,
  },
  'a lane that is probing': {
    sql: () => `UPDATE gates SET state = 'probing' WHERE lane = 'host:h1'`,
  },
  'a lane that comes back slowly': {
    sql: () => `UPDATE gates SET ramp = 4 WHERE lane = 'agent:shell'`,
  },
  'a lane in a state that nobody knows': {
    sql: () => `UPDATE gates SET state = 'ajar' WHERE lane = 'agent:shell'`,
  },
  'a lane whose memory is none': {
    sql: () => `UPDATE gates SET memory_json = '{"streak": 4}' WHERE lane = 'fleet'`,
  },
  'a lane without a row': { of: () => ({ lanes: ['agent:new', 'fleet', 'host:h1'] }) },
  'an ending that nobody has folded': { sql: () => 'INSERT INTO unfolded VALUES (1)' },
  'a demand that more than its agent binds': { sql: () => 'UPDATE demands SET bound = 1' },
  'an answer that somebody gave': {
    sql: (
      id,
    ) => `INSERT INTO holds (task_id, kind, since, release_json, state_json, released_at, released_by, answer)
      VALUES (${id}, 'person', 1, '{}', '{}', 2, 'ann', 'yes')`,
  },
  'an agent with less room than is wished for': { of: () => ({ agentSlots: 2 }) },
  'a host with less room than is wished for': { of: () => ({ hostSlots: 2 }) },
  'a lane with a cap': { of: () => ({ caps: { lanes: { fleet: 9 }, labels: {} } }) },
  'two demands': { of: ({ demandIds }) => ({ demandIds: [...demandIds, 99] }) },
  'a wish for more than a round begins': { of: () => ({ seeds: seeds(9) }) },
}

/** What PostgreSQL itself stumbles over. */
const unreadable: Readonly<Record<string, (taskId: number) => string>> = {
  'an order that is no JSON': (id) =>
    `UPDATE tasks SET order_json = '{"run": "make' WHERE id = ${id}`,
  'a demand that is no JSON': () => `UPDATE demands SET demand_json = 'any'`,
  'a memory that is no JSON': () => `UPDATE gates SET memory_json = '{' WHERE lane = 'fleet'`,
}

function claims(postgres: Postgres): void {
  const { newDatabase, open, session, after } = scene(postgres)

  /** A fleet of which one task runs, so that its lanes have rows, and two more are ready. */
  async function stage() {
    const { url } = await newDatabase()
    const store = await open(url)
    const raw = await session(url)
    await enqueue(store)
    await claimOne(store)
    const [best, next] = [await enqueue(store, { priority: 2 }), await enqueue(store)]
    const types = { getTypeParser: ((oid: number) => (oid === 20 ? Number : String)) as never }
    const pool = new pg.Pool({ connectionString: url, max: 1, types })
    pool.on('error', () => {})
    after(() => pool.end())
    const executor = postgresExecutor({
      pool,
      where: 'here',
      clock: systemClock,
      random: systemRandom,
    })
    const plainly = (input: ClaimInput): Promise<ClaimResult | null> =>
      executor.write(() => claimPlainly(input), 'brisk')
    const rows = async () =>
      (
        await raw.query(`SELECT (SELECT count(*) FROM attempts)::int AS attempts, (SELECT count(*) FROM facts)::int AS facts,
          (SELECT string_agg(state, ' ' ORDER BY id) FROM tasks) AS tasks`)
      ).rows[0]
    const input = (over: Partial<ClaimInput> = {}) =>
      claimInput(store, { seeds: seeds(2), ...over })
    return { store, raw, plainly, rows, input, best, next }
  }

  const asRead = async (store: Store, { claimed }: ClaimResult) =>
    await Promise.all(
      claimed.map(async ({ task, attempt }) => ({
        task: await store.task(task.id),
        attempt: await store.attempt(attempt.id),
        answers: [],
      })),
    )

  describe('a claim that nothing stands in the way of', () => {
    it('takes the best tasks by their seeds, and answers what stands in the database', async () => {
      const { store, plainly, input, best, next } = await stage()
      const result = await plainly(await input({ now: t0 + 5 }))
      expect(result?.claimed.map(({ task }) => task.id)).toEqual([best.id, next.id])
      expect(result?.claimed.map(({ attempt }) => attempt.nonce)).toEqual(['nonce-0', 'nonce-1'])
      expect(result?.claimed).toEqual(await asRead(store, result as ClaimResult))
      for (const { attempt } of result?.claimed ?? [])
        expect([
          await store.tokenFits(attempt.id, 'token-0'),
          await store.tokenFits(attempt.id, 'token-1'),
        ]).toEqual([attempt.nonce === 'nonce-0', attempt.nonce === 'nonce-1'])
      const facts = await store.facts({ kinds: ['attempt.claimed'], newestFirst: true, limit: 2 })
      expect(facts.map(({ taskId, at, body }) => ({ taskId, at, body }))).toEqual(
        [next.id, best.id].map((taskId) => ({
          taskId,
          at: t0 + 5,
          body: {
            kind: 'attempt.claimed',
            agent: 'shell',
            host: 'h1',
            lanes: ['agent:shell', 'fleet', 'host:h1'],
          },
        })),
      )
    })

    it('leaves alone what others are about to take, and what is of another demand', async () => {
      const { store, raw, plainly, input, best, next } = await stage()
      const mine = await input()
      await enqueue(store, { priority: 9, demand: { ...demand, agent: 'other' } })
      await raw.query(`BEGIN; SELECT 1 FROM tasks WHERE id = ${best.id} FOR UPDATE`)
      const result = await plainly(mine)
      await raw.query('ROLLBACK')
      expect(result?.claimed.map(({ task }) => task.id)).toEqual([next.id])
      expect((await store.task(best.id))?.state).toBe('ready')
    })
  })

  describe('a claim does nothing plainly', () => {
    for (const [what, { sql, of }] of Object.entries(obstacles))
      it(`before ${what}`, async () => {
        const { raw, plainly, rows, input, best } = await stage()
        const plain = await input()
        if (sql !== undefined) await raw.query(sql(best.id))
        const before = await rows()
        expect(await plainly({ ...plain, ...of?.(plain) })).toBeNull()
        expect(await rows()).toEqual(before)
      })

    for (const [what, sql] of Object.entries(unreadable))
      it(`before ${what}, and the whole claim says so`, async () => {
        const { store, raw, plainly, rows, input, best } = await stage()
        const plain = await input()
        await raw.query(sql(best.id))
        const before = await rows()
        await expect(plainly(plain)).rejects.toMatchObject({ code: '22P02' })
        const whole = await store.claim(plain).catch((error: unknown) => error)
        expect(whole instanceof SyntaxError || (whole as ClaimResult).refused !== null).toBe(true)
        expect(await rows()).toEqual(before)
      })
  })
}
