// Every numbered invariant is judged in the simulated world, or it is said why not.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { checkers } from '../../sim/checkers/all.ts'
import { notJudged } from '../../sim/checkers/invariants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/invariants.md'), 'utf8')
const numbered = [...page.matchAll(/^## (\d+)\. /gm)].map(([, n]) => Number(n))
const judged = new Set(checkers.flatMap(({ invariants }) => invariants))

test('every invariant has its checker, or the reason why it has none', () => {
  expect(numbered.length).toBeGreaterThan(20)
  for (const n of numbered)
    expect(
      judged.has(n) !== n in notJudged,
      `invariant ${n}: a checker or a reason, not both`,
    ).toBe(true)
})

test('every reason names a test that is there', () => {
  for (const [n, reason] of Object.entries(notJudged)) {
    const named = [...reason.matchAll(/test\/[\w/.-]*\w/g)].map(([path]) => path)
    expect(named.length, `invariant ${n}`).toBeGreaterThan(0)
    for (const path of named) expect(existsSync(join(root, path)), path).toBe(true)
  }
})

test('no checker judges an invariant that is not there, and no law has two checkers', () => {
  for (const n of [...judged, ...Object.keys(notJudged).map(Number)]) expect(numbered).toContain(n)
  expect(new Set(checkers.map(({ law }) => law)).size).toBe(checkers.length)
})
