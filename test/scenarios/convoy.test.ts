// Incident 12: a failed blocker counted as resolved, and a convoy landed with no code in it. Here a failed member holds
// the landing for a person, and only what is done lands.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { tallyOf } from '../../src/model/convoy.ts'
import { setStage, type Stage, until } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.strike())

const at = (name: string) => join(stage.dir, name)
const settled = (id: number) =>
  until(`task ${id} is settled`, async () => (await stage.task(id)).state === 'settled')
const tally = async (id: number) => tallyOf((await stage.fleet.store.convoy(id))?.members ?? [])

it('a convoy with a failed member does not land, its landing does not run, and one person is asked (incident 12)', async () => {
  const { store } = stage.fleet
  const good = await stage.add('touch good')
  const bad = await stage.add('test -e mended', { attempts: 1 })
  const now = Date.now()
  const shell = await stage.task(good)
  const order = { ...shell.order, run: 'touch landed' }
  const { demand } = shell
  const landing = { title: 'land', priority: 0, demand, order, attemptsMax: 3, by: 'ann', now }
  const made = await store.createConvoy({
    title: 'both',
    taskIds: [good, bad],
    landing,
    by: 'ann',
    now,
  })
  await stage.up()
  await settled(good)
  await settled(bad)
  expect((await stage.task(bad)).state === 'settled' && (await stage.task(bad))).toMatchObject({
    outcome: 'failed',
  })
  expect(await tally(made.id)).toEqual({ done: 1, failed: 1, skipped: 0, open: 0 })
  const land = made.landingTask ?? 0
  expect((await stage.task(land)).state).toBe('held')
  expect((await store.holdsOf(land, true)).map((hold) => hold.release)).toMatchObject([
    { kind: 'after', taskId: bad, needsPerson: true },
  ])
  expect(existsSync(at('landed'))).toBe(false)
  expect((await store.convoy(made.id))?.convoy.landedAt).toBeNull()

  const again = await stage.add('true', { againOf: bad }) // the way back
  await settled(again)
  await settled(land)
  expect(existsSync(at('landed'))).toBe(true)
  await until('it has landed', async () => (await store.convoy(made.id))?.convoy.landedAt)
  expect(await tally(made.id)).toEqual({ done: 2, failed: 0, skipped: 0, open: 0 })
  expect(await stage.attempts(land)).toHaveLength(1)
})
