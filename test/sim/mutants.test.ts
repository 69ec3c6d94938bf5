// The list of mutations is alive: every text still stands in the source once and every catcher is there; and the runner can
// tell a guard that is missed from one that is not. That all are caught is `npm run mutants`.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { present } from '../../src/base/assert.ts'
import { tryCatcher } from '../../sim/mutants/catch.ts'
import { mutations } from '../../sim/mutants/list.ts'
import type { Mutation } from '../../sim/mutants/mutation.ts'
import { makeScratch, mutated, type Scratch } from '../../sim/mutants/scratch.ts'
import { createTrial } from '../../sim/mutants/trial.ts'
import { checkers } from '../../sim/checkers/all.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(root, 'test', path), 'utf8'))

test('every mutation has a name of its own and changes something', () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
  for (const { edits, name } of mutations) expect(edits.length, name).toBeGreaterThan(0)
})

test.each(mutations)('the text of “$name” stands in the source once', ({ edits }) => {
  for (const edit of edits) {
    const source = readFileSync(join(root, edit.file), 'utf8')
    expect(mutated(source, edit)).not.toBe(source)
  }
})

test.each(mutations)('the catcher of “$name” is there', ({ caughtBy }) => {
  if ('sim' in caughtBy) expect(checkers.map(({ law }) => law)).toContain(caughtBy.law)
  else expect(tests.some((text) => text.includes(caughtBy.title))).toBe(true)
})

test('every law of the simulated world is broken there by a mutation', () => {
  const broken = new Set(
    mutations.flatMap(({ caughtBy }) => ('sim' in caughtBy ? [caughtBy.law] : [])),
  )
  for (const { law } of checkers) expect(broken, law).toContain(law)
})

describe('the runner', () => {
  let scratch: Scratch
  const named = (part: string): Mutation =>
    present(
      mutations.find(({ name }) => name.includes(part)),
      `the list has “${part}”`,
    )

  beforeAll(() => {
    scratch = makeScratch(root)
  })
  afterAll(() => scratch.remove())

  test('a guard that is taken out is noticed, one that stands is not', async () => {
    const { caughtBy } = named('without the lease’s grace')
    expect(await tryCatcher(scratch.dir, caughtBy)).toBe('survived')
    const restore = scratch.apply(named('without the lease’s grace'))
    expect(await tryCatcher(scratch.dir, caughtBy)).toBe('caught')
    restore()
    expect(await tryCatcher(scratch.dir, { ...caughtBy, title: 'no such title' } as never)).toBe(
      'not run',
    )
  })

  test('a broken tree is no catch', async () => {
    const { caughtBy } = named('without the lease’s grace')
    const restore = scratch.apply({
      name: 'broken',
      edits: [{ file: 'src/loops/dispatch/losses.ts', text: 'const spanMs =', becomes: 'const =' }],
      caughtBy,
    })
    expect(await tryCatcher(scratch.dir, caughtBy)).toBe('not run')
    restore()
  })

  test('a world in which a mutation breaks its law is looked at without it, and one broken by itself catches nothing', async () => {
    const mutation = named('a claim takes tasks that are not ready, in the simulated world')
    expect(await createTrial(scratch, 1).of(mutation)).toMatchObject({ isCaught: true })
    const restore = scratch.apply(mutation)
    const unchanged = mutation.edits.map(({ file, becomes }) => ({ file, text: becomes, becomes }))
    const trial = createTrial(scratch, 1)
    expect(await trial.of({ ...mutation, edits: unchanged })).toMatchObject({
      isCaught: false,
      told: expect.stringContaining('broken without it'),
    })
    expect(trial.broken()).toEqual(['sim' in mutation.caughtBy && mutation.caughtBy.sim.join(' ')])
    restore()
  })

  test('a text that is not there fails loudly', () => {
    const edit = { file: 'src/model/task.ts', text: 'no such text', becomes: '' }
    expect(() => scratch.apply({ ...named('grace'), edits: [edit] })).toThrow(/0 times, not once/)
  })
})
