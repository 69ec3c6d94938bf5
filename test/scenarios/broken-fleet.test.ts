// S4: the guard prevents future wounds; the sweep mends those that are there. A fleet broken on purpose in every way that
// is listed is shown by a dry run, mended by a sweep, recorded, and clean at the next look.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openFleet } from '../../src/app.ts'
import { rules } from '../../src/loops/reconcile/list.ts'
import { breakFleet, type Damage } from '../fixtures/broken/break.ts'
import { Binary, plainYaml } from '../surface/cli/binary.ts'

let binary: Binary
let dir = ''
let damage: Damage
beforeAll(async () => {
  binary = await Binary.build()
  dir = mkdtempSync(join(tmpdir(), 'midwatch-broken-'))
  writeFileSync(join(dir, 'midwatch.yaml'), plainYaml)
  const fleet = await openFleet({ dir, env: process.env })
  damage = await breakFleet(fleet)
  await fleet.close()
})
afterAll(async () => {
  await binary.end()
  rmSync(dir, { recursive: true, force: true })
})

interface Report {
  readonly findings: readonly {
    law: string
    subject: string
    did: string | null
    error: string | null
  }[]
  readonly broken: readonly unknown[]
  readonly failed: readonly { law: string; error: string }[]
}
const sweep = async (more: readonly string[], code: number): Promise<Report> =>
  await binary.json(['sweep', ...more], { cwd: dir }, code)

test('the fixture has a wound for every rule there is', () => {
  expect([...new Set(damage.map(([law]) => law))].sort()).toEqual(
    rules.map((rule) => rule.name).sort(),
  )
})

test('a dry run finds every wound and touches none; a sweep mends and records each; the next one finds nothing', async () => {
  const wounds = damage.map(([law, subject]) => `${law}: ${subject}`).sort()
  const named = ({ findings }: Report) =>
    findings.map(({ law, subject }) => `${law}: ${subject}`).sort()
  const dry = await sweep(['--dry-run'], 1)
  // One row that cannot be read keeps this law from looking; the sweep mends the row first, and then it looks.
  const blinded = 'ended-when-gone'
  expect(dry.failed.map((one) => one.law)).toEqual([
    blinded,
    'lease-is-kept',
    'one-attempt-per-task',
  ])
  expect(named(dry)).toEqual(wounds.filter((one) => !one.startsWith(blinded)))
  expect(dry.findings.every((one) => one.did === null)).toBe(true)
  expect(await sweep(['--dry-run'], 1)).toEqual(dry)
  expect(existsSync(join(dir, '.midwatch/attempts/987000'))).toBe(true)

  const wet = await binary.run(['sweep', '--json'], { cwd: dir })
  const report = JSON.parse(wet.out) as Report
  expect(named(report)).toEqual(wounds)
  expect(report.findings.filter((one) => one.did === null || one.error !== null)).toEqual([])
  expect(report.failed).toEqual([])
  expect(existsSync(join(dir, '.midwatch/attempts/987000'))).toBe(false)
  const raw = new DatabaseSync(join(dir, '.midwatch/fleet.db'), { readOnly: true })
  const kinds = raw
    .prepare('SELECT DISTINCT kind FROM facts')
    .all()
    .map((row) => row['kind'])
  raw.close()
  expect(existsSync(join(dir, '.midwatch/worktrees/task-987001'))).toBe(false)
  // What holds work is nobody's to sweep away.
  expect(existsSync(join(dir, '.midwatch/worktrees/task-987002/half.txt'))).toBe(true)
  for (const kind of [
    'row.mended',
    'row.quarantined',
    'hold.released',
    'effect.uncertain',
    'lock.freed',
    'attempt.ended',
  ])
    expect(kinds).toContain(kind)

  // The one that was asked to stop is stopped by its dispatcher; nothing else is left.
  const after = await binary.run(['sweep', '--json'], { cwd: dir })
  expect((JSON.parse(after.out) as Report).findings).toEqual([])
  expect((await binary.json(['show', '1'], { cwd: dir })).task).toMatchObject({
    state: 'settled',
    outcome: 'done',
    reason: 'sent',
  })
  const { effects } = await binary.json(['effect', 'list'], { cwd: dir })
  expect(effects.map((one: { key: string; state: string }) => [one.key, one.state])).toEqual([
    ['unsure', 'uncertain'],
    ['sent', 'uncertain'],
  ])
})

test('the dispatcher that comes next gets on with what is left: nothing is done twice', async () => {
  const ended = await binary.run(['up', '--until-idle'], { cwd: dir })
  expect(ended.err).not.toContain('fault of Midwatch')
  const { effect } = await binary.json(['effect', 'show', 'sent'], { cwd: dir })
  expect(effect).toMatchObject({ state: 'performed', by: 'its check' })
  const { task, attempts } = await binary.json(['show', '1'], { cwd: dir })
  expect([task.state, attempts]).toEqual(['settled', []])
  expect((await binary.json(['show', '2'], { cwd: dir })).task).toMatchObject({ outcome: 'done' })
})
