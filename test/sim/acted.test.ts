// No empty check: over the fixed seeds everything that the rooms know has acted, every fault, deed, class, arrow, gate state
// and refusal; and no law is broken meanwhile. The seeds are run in their order until all has been seen, and must suffice.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { addActed, mustAct, neverMet } from '../../sim/acted.ts'
import { type Options, planOf } from '../../sim/plan.ts'
import { runPlan } from '../../sim/run.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Those whose hosts serve no page. */
const pageless = [2, 4, 3, 5, 9, 6].map((i) => `crowded ${i}`)

/** A small fleet with too much to do: tasks wait, hosts race for them, and people meddle with what is taken. */
const crowded = (seed: string): Options => ({
  seed,
  days: 0.5,
  hosts: 3,
  agents: 6,
  tasks: 60,
  faults: 'storm',
  meanWorkMs: 10 * 60_000,
  config: { hostSlots: 2, agentSlots: 1 },
  // Judging windows takes time, so only one seed has any.
  calm: seed === 'crowded 2',
  // Three may not spend what they like.
  budget: ['crowded 4', 'crowded 5', 'crowded 9'].includes(seed),
  // In one sessions add tasks, some of them without end, and sensors bring some.
  adding: seed === 'crowded 6',
  // Some are reported on.
  report: ['crowded 3', 'crowded 5', 'crowded 9'].includes(seed),
  // In one they have accounts, and some say back what they were given.
  accounts: seed === 'crowded 4',
  // One prints without end.
  prints: seed === 'crowded 6',
  // One works in worktrees.
  worktrees: seed === 'crowded 4',
  // What only the page wants takes time as well.
  pages: !pageless.includes(seed),
  // In three sensors look.
  sensing: ['crowded 4', 'crowded 6', 'crowded 9'].includes(seed),
  // So does watching over them.
  supervised: seed === 'crowded 3',
})

/** Those first in which what is rare was seen, so that the others are seldom needed. */
const first = [2, 4, 3, 5, 9, 6, 11, 1, 8]
const others = Array.from({ length: 20 }, (_, i) => i + 1).filter((i) => !first.includes(i))
const seeds = [...first, ...others].map((i) => `crowded ${i}`)

/** The codes of every refusal that store and tick know, from the source. */
function refusalCodes(): string[] {
  const verbs = join(root, 'src/drivers/store/verbs')
  const texts = [
    ...readdirSync(verbs, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(verbs, name), 'utf8')),
    readFileSync(join(root, 'src/loops/dispatch/tick.ts'), 'utf8'),
    readFileSync(join(root, 'src/model/task-refusals.ts'), 'utf8'),
  ]
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/\brefusal\(\s*['`]([^'`]+)['`]/g)].flatMap(([, code = '']) => spelled(code)),
  )
  return [...new Set(codes)].sort()
}

/** `task.${task.state}` and `gate.${…}` are told of the states in which they are refused. */
function spelled(code: string): string[] {
  if (!code.includes('$')) return [code]
  const noun = code.split('.')[0]
  if (noun === 'task') return ['task.taken', 'task.settled']
  if (noun === 'gate') return ['gate.shut', 'gate.probing', 'gate.pinned']
  throw new Error(`nobody knows what ${code} may say`)
}

test('what is excepted is known, and has a reason', () => {
  const codes = refusalCodes()
  expect(codes.length).toBeGreaterThan(15)
  for (const [code, reason] of Object.entries(neverMet)) {
    expect(codes).toContain(code)
    expect(reason).not.toBe('')
  }
})

test('everything that the rooms know acts over the fixed seeds, and no law is broken', async () => {
  const acted = new Map<string, number>()
  const must = mustAct(refusalCodes())
  const missing = () => must.filter((what) => !acted.has(what))
  for (const seed of seeds) {
    const report = await runPlan(planOf(crowded(seed)))
    const told = report.violations.map(({ law, sentence }) => `${seed} broke "${law}": ${sentence}`)
    expect(told).toEqual([])
    addActed(acted, report)
    await report.store.close()
    if (missing().length === 0) break
  }
  expect(missing(), 'never acted over all seeds').toEqual([])
}, 240_000)
