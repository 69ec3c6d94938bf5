// A pass goes on past what it cannot do; acting that helps nothing backs off and is one incident; an invariant that stays
// broken is one incident; what is sound again ends both.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { tryAgain } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { TroubleChanges } from '../../../src/drivers/store/contract/troubles.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { createFutileDetector, futileAfter } from '../../../src/loops/reconcile/futile.ts'
import type { Finding, Invariant, Rule } from '../../../src/loops/reconcile/law.ts'
import { invariants, rules } from '../../../src/loops/reconcile/list.ts'
import { type Laws, pass } from '../../../src/loops/reconcile/pass.ts'
import { troubleKey, troubleOfIncident } from '../../../src/model/incident.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import { rowLawNames } from '../../../src/model/row-law.ts'

let store: Store
let now = 1_800_000_000_000
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const world = () => ({
  store,
  clock: { ...systemClock, now: () => now },
  now,
  rows: { tasks: [], attempts: [] },
  limits: defaultLimits,
  by: 'test',
})
const ruleOf = (name: string, find: () => readonly Finding[]): Rule => ({
  name,
  law: `${name} is so`,
  find: async () => find(),
})
const finding = (subject: string, mend: () => Promise<string | null>): Finding => ({
  subject,
  what: 'it is broken',
  mend,
})
const laws = (its: readonly Rule[], more: readonly Invariant[] = []): Laws => ({
  rules: its,
  invariants: more,
})
const open = async () =>
  (await store.incidents({ openOnly: true, limit: 50 })).map((one) => one.key)
const incidents = () => store.incidents({ openOnly: false, limit: 50 })

test('a rule that cannot look and a row that cannot be mended keep nobody from the others', async () => {
  const mended: string[] = []
  const broken = ruleOf('blind', () => {
    throw new Error('no such table')
  })
  const rows = ruleOf('rows', () =>
    ['task 1', 'task 2', 'task 3'].map((subject) =>
      finding(subject, async () => {
        if (subject === 'task 2') throw new Error('bad row')
        mended.push(subject)
        return 'done'
      }),
    ),
  )
  const report = await pass(world(), createFutileDetector(), { laws: laws([broken, rows]) })
  expect(mended).toEqual(['task 1', 'task 3'])
  expect(report.failed).toEqual([{ law: 'blind', error: 'no such table' }])
  expect(report.findings.map(({ did, error }) => did ?? error)).toEqual(['done', 'bad row', 'done'])
})

test('a store that does not answer ends the pass; no law is blamed for it', async () => {
  const away = tryAgain('store.busy', 'the database is busy', 'try again')
  const rule = ruleOf('r', () => {
    throw away
  })
  await expect(pass(world(), createFutileDetector(), { laws: laws([rule]) })).rejects.toBe(away)
})

test('a dry run acts on nothing and tells nobody', async () => {
  let acts = 0
  const rule = ruleOf('r', () => [finding('task 1', async () => `act ${++acts}`)])
  for (let i = 0; i < futileAfter * 2; i++)
    await pass(world(), createFutileDetector(), { dryRun: true, laws: laws([rule]) })
  expect(acts).toBe(0)
  expect(await incidents()).toEqual([])
})

test('twelve hours of acting without effect are few acts and one incident, which ends when it is sound', async () => {
  let acts = 0
  let isBroken = true
  const rule = ruleOf('r', () => (isBroken ? [finding('task 1', async () => `act ${++acts}`)] : []))
  const detector = createFutileDetector()
  for (let i = 0; i < (12 * 3_600) / 15; i++) {
    await pass(world(), detector, { laws: laws([rule]) })
    now += 15_000
  }
  expect(acts).toBeGreaterThan(futileAfter)
  expect(acts).toBeLessThanOrEqual(25) // 2,880 passes
  expect(await incidents()).toMatchObject([{ key: 'law:r:task-1', count: 1, resolvedAt: null }])
  isBroken = false
  await pass(world(), detector, { laws: laws([rule]) })
  expect(await open()).toEqual([])
  expect(await incidents()).toHaveLength(1)
})

test('a dispatcher that is started again before every look acts no more often, and tells no second time', async () => {
  let acts = 0
  const rule = ruleOf('r', () => [finding('task 1', async () => `act ${++acts}`)])
  const keep = (changes: TroubleChanges) => store.keepTroubles(changes)
  for (let i = 0; i < 240; i++) {
    const detector = createFutileDetector()
    detector.load(await store.troubles())
    await pass(world(), detector, { laws: laws([rule]), keep })
    now += 15_000
  }
  expect(acts).toBeGreaterThan(futileAfter)
  expect(acts).toBeLessThanOrEqual(10) // 240 passes in an hour
  expect(await incidents()).toMatchObject([{ count: 1, resolvedAt: null }])
  const last = createFutileDetector()
  last.load(await store.troubles())
  await pass(world(), last, { laws: laws([ruleOf('r', () => [])]), keep })
  expect(await open()).toEqual([])
  expect(await store.troubles()).toEqual([])
})

test('a repair of which the dispatcher dies was tried: what is known is kept before it is acted on', async () => {
  const rule = ruleOf('r', () => [
    finding('task 1', () => Promise.reject(tryAgain('store.gone', 'we died here', ''))),
  ])
  const keep = (changes: TroubleChanges) => store.keepTroubles(changes)
  const dies = pass(world(), createFutileDetector(), { laws: laws([rule]), keep })
  await expect(dies).rejects.toThrow('we died here')
  expect(await store.troubles()).toMatchObject([{ law: 'r', subject: 'task 1', acts: 1 }])
})

test('a rule that finds what its own repair finds sound is found out as well', async () => {
  const rule = ruleOf('r', () => [finding('task 1', async () => null)])
  const detector = createFutileDetector()
  for (let i = 0; i < futileAfter; i++) await pass(world(), detector, { laws: laws([rule]) })
  expect(await open()).toEqual(['law:r:task-1'])
})

test('a repair that helps is no incident, however many subjects there are', async () => {
  let left = 500
  const rule = ruleOf('r', () => {
    const found = Array.from({ length: left }, (_, i) => finding(`task ${i}`, async () => 'done'))
    left = 0
    return found
  })
  const detector = createFutileDetector()
  const report = await pass(world(), detector, { laws: laws([rule]) })
  expect(report.findings.filter((one) => one.did !== null)).toHaveLength(200) // the flood is cut
  await pass(world(), detector, { laws: laws([rule]) })
  expect(await incidents()).toEqual([])
})

test('an invariant that stays broken is one incident with its repair, and ends by itself', async () => {
  let isBroken = true
  const invariant: Invariant = {
    name: 'i',
    law: 'i is so',
    repair: 'a person with a spoon',
    accuse: async () => (isBroken ? [{ subject: 'fleet', what: 'it is not so' }] : []),
  }
  const detector = createFutileDetector()
  for (let i = 0; i < 700; i++) {
    const report = await pass(world(), detector, { laws: laws([], [invariant]) })
    expect(report.broken).toMatchObject([{ invariant: 'i', repair: 'a person with a spoon' }])
    now += 15_000
  }
  expect(await incidents()).toMatchObject([
    { count: 1, title: 'fleet: it is not so, although i is so' },
  ])
  isBroken = false
  await pass(world(), detector, { laws: laws([], [invariant]) })
  expect(await open()).toEqual([])
})

test('a restarted reconciler remembers what is in trouble and ends its incident', async () => {
  const key = `law:${troubleKey('r', 'task 7')}`
  await store.openIncident({ key, title: 't', now })
  expect(troubleOfIncident(key)).toEqual({ law: 'r', subject: 'task 7' })
  expect(troubleOfIncident('gate:fleet')).toBe(null)
  const detector = createFutileDetector()
  detector.remember('r', 'task 7', now)
  expect(detector.watched()).toMatchObject([{ law: 'r', subject: 'task 7' }])
  await pass(world(), detector, { laws: laws([ruleOf('r', () => [])]) })
  expect(await open()).toEqual([])
})

test('every law about rows has its rule, and no two laws share a name', () => {
  const names = [...rules, ...invariants].map((one) => one.name)
  expect(new Set(names).size).toBe(names.length)
  expect(rules.filter((rule) => rule.rows !== undefined).map((rule) => rule.name)).toEqual([
    ...rowLawNames,
  ])
  for (const { repair } of invariants) expect(repair).not.toBe('')
})
