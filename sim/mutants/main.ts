// `npm run mutants`: takes each guard of the list out of a scratch copy of the project and sees that its test notices, or one of
// its worlds, which has to break no law while the guard is there. Ends with 0 when every mutation is caught; names those that
// survive. `--only TEXT` tries those whose name contains it.

import { fileURLToPath } from 'node:url'

import { given } from '../arguments.ts'
import { runTests } from './catch.ts'
import { mutations } from './list.ts'
import type { Mutation } from './mutation.ts'
import { makeScratch, type Scratch } from './scratch.ts'
import { createTrial } from './trial.ts'

const values = given('npm run mutants --', {
  only: { type: 'string', default: '', means: 'those whose name contains it' },
})
const chosen = mutations.filter((mutation) => mutation.name.includes(values.only))
const scratch = makeScratch(fileURLToPath(new URL('../..', import.meta.url)))
try {
  await testsPass(scratch, chosen)
  const trial = createTrial(scratch)
  const survivors: string[] = []
  for (const mutation of chosen) {
    const { isCaught, told } = await trial.of(mutation)
    console.log(told)
    if (!isCaught) survivors.push(mutation.name)
  }
  console.log(`${chosen.length - survivors.length} of ${chosen.length} mutations caught`)
  for (const name of survivors) console.log(`SURVIVED: ${name}`)
  for (const world of trial.broken()) console.log(`BROKEN WITHOUT ANY MUTATION: ${world}`)
  if (survivors.length + trial.broken().length > 0 || chosen.length === 0) process.exitCode = 1
} finally {
  scratch.remove()
}

/** A test that fails without any mutation catches nothing. */
async function testsPass({ dir }: Scratch, all: readonly Mutation[]): Promise<void> {
  const tests = all.flatMap(({ caughtBy }) => ('test' in caughtBy ? [caughtBy] : []))
  if (tests.length === 0) return
  const { failed, names } = await runTests(dir, tests)
  if (failed > 0) throw new Error(`without any mutation these fail: ${names.join('; ')}`)
}
