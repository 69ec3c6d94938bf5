// Incidents 23 and 25: a dispatcher dies before or after each commit of an attempt's life, on both stores, and the next one
// goes on: the work is done once, nobody pays, and nothing is left behind. Real sessions; a dead dispatcher's calls are
// never answered again, and none of its `catch` or `finally` runs.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Life, mortal } from '../../sim/mortal.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { usePostgres } from '../support/postgres.ts'
import { setStage, type Stage, until } from './stage.ts'

const commits = ['claim', 'launched', 'confirm', 'note', 'end', 'giveBack', 'settle'] as const
type Commit = (typeof commits)[number]

/** Every write of an attempt's way, in their order; `note` is the check's. */
interface Death {
  readonly at: Commit
  readonly when: 'before' | 'after'
}
const deaths: readonly Death[] = commits.flatMap((at) => [
  { at, when: 'before' as const },
  { at, when: 'after' as const },
])

/** The store as a dispatcher sees it that dies at this commit. */
function doomed(store: Store, life: Life, { at, when }: Death): Store {
  const verb = store[at] as (input: never) => Promise<unknown>
  const dies = async (input: never) => {
    if (when === 'before') {
      life.end()
      return
    }
    const answer = await verb(input)
    const took = at !== 'claim' || (answer as { claimed: unknown[] }).claimed.length > 0
    if (took) life.end()
    return answer
  }
  return mortal({ ...store, [at]: dies }, life)
}

/** The methods of an object as values of their own, for whoever wraps them one by one. */
function bound<T extends object>(whole: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(whole))
  const parts = whole as Record<string, unknown>
  const methods = names.flatMap((name) => {
    const value = parts[name]
    return typeof value === 'function' ? [[name, value.bind(whole)]] : []
  })
  return { ...whole, ...Object.fromEntries(methods) }
}

async function playDeath(stage: Stage, death: Death): Promise<void> {
  const name = `${death.when}-${death.at}`
  // What is given back has failed once by its own fault, and is tried again.
  const fails = death.at === 'giveBack'
  const first = fails ? `[ -e ${name}-tried ] || { touch ${name}-tried; exit 3; }; ` : ''
  const id = await stage.add(`${first}echo ran >>${name}`, {
    verify: `sleep 0.3; test -e ${name}`,
  })
  const life = new Life(() => {})
  const parts = {
    ...stage.fleet,
    store: doomed(stage.fleet.store, life, death),
    launcher: async () => mortal(bound(await stage.fleet.launcher()), life),
  }
  void stage.begin(parts) // it may never come back from its start
  // A start that is proven at once passes through `launched` in one commit with its proof: then nobody dies there.
  await until(`the dispatcher dies ${name}`, async () => {
    if (life.alive && (await stage.task(id)).state === 'settled') life.end()
    return !life.alive
  })
  const next = await stage.begin(stage.fleet)
  await until(
    `${name}: the task is settled`,
    async () => (await stage.task(id)).state === 'settled',
  )
  await until(`${name}: every attempt has ended`, async () =>
    (await stage.attempts(id)).every((attempt) => attempt.state === 'ended'),
  )
  await next.stop()
  expect(await stage.task(id), name).toMatchObject({ outcome: 'done', verified: true })
  expect(readFileSync(join(stage.dir, name), 'utf8'), name).toBe('ran\n')
  const attempts = await stage.attempts(id)
  const earlier = fails ? { class: 'task_failed' } : { neverStarted: true }
  for (const { verdict } of attempts.slice(0, -1)) expect(verdict, name).toMatchObject(earlier)
  expect(attempts.length, name).toBeLessThanOrEqual(2)
  const returned = await stage.fleet.store.facts({ taskId: id, kinds: ['task.returned'], limit: 9 })
  for (const { body } of returned) expect(body, name).toMatchObject({ charged: fails })
  if (fails) expect([attempts.length, returned.length], name).toEqual([2, 1])
  expect(await stage.count(id, 'task.settled'), name).toBe(1)
}

const limits = 'backoff: [50ms]\nlimits:\n  poll: 100ms\n'
const postgres = await usePostgres()

/** One fleet through all deaths, in their order. */
function dies(store: string, begin: () => Promise<Stage>): void {
  describe(`the next dispatcher goes on, on ${store}, where one dies`, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await begin()
    })
    afterAll(() => stage.strike())

    it.each(deaths)('$when `$at`', (death) => playDeath(stage, death))
  })
}

dies('SQLite', () => setStage(limits))
if ('postgres' in postgres)
  dies('PostgreSQL', async () => {
    const database = await postgres.postgres.create()
    const stage = await setStage(`${limits}store: ${database.url}\n`)
    return {
      ...stage,
      async strike() {
        await stage.strike()
        await database.drop()
      },
    }
  })
else it.skip(postgres.skip, () => {})
