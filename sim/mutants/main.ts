// `npm run mutants`: takes each guard of the list out of a scratch copy of the project and sees that its test notices. Ends
// with 0 when every mutation is caught; names those that survive. `--only TEXT` tries those whose name contains it.

import { fileURLToPath } from 'node:url'

import { given } from '../arguments.ts'
import { runTests, tryCatcher } from './catch.ts'
import { mutations } from './list.ts'
import type { Mutation } from './mutation.ts'
import { makeScratch, type Scratch } from './scratch.ts'

const values = given('npm run mutants --', {
  only: { type: 'string', default: '', means: 'those whose name contains it' },
})
const chosen = mutations.filter((mutation) => mutation.name.includes(values.only))
const scratch = makeScratch(fileURLToPath(new URL('../..', import.meta.url)))
try {
  await catchersPass(scratch, chosen)
  const survivors: string[] = []
  for (const mutation of chosen)
    if (!(await isCaught(scratch, mutation))) survivors.push(mutation.name)
  console.log(`${chosen.length - survivors.length} of ${chosen.length} mutations caught`)
  for (const name of survivors) console.log(`SURVIVED: ${name}`)
  if (survivors.length > 0 || chosen.length === 0) process.exitCode = 1
} finally {
  scratch.remove()
}

/** A test that fails without any mutation catches nothing. */
async function catchersPass({ dir }: Scratch, all: readonly Mutation[]): Promise<void> {
  const tests = all.flatMap(({ caughtBy }) => ('test' in caughtBy ? [caughtBy] : []))
  if (tests.length > 0) {
    const { failed, names } = await runTests(dir, tests)
    if (failed > 0) throw new Error(`without any mutation these fail: ${names.join('; ')}`)
  }
  for (const { caughtBy } of all)
    if ('sim' in caughtBy && (await tryCatcher(dir, caughtBy)) !== 'survived')
      throw new Error(`without any mutation this world breaks a law: ${caughtBy.sim.join(' ')}`)
}

async function isCaught({ dir, apply }: Scratch, mutation: Mutation): Promise<boolean> {
  const startedMs = performance.now()
  const restore = apply(mutation)
  try {
    const seen = await tryCatcher(dir, mutation.caughtBy)
    const by = 'sim' in mutation.caughtBy ? mutation.caughtBy.law : mutation.caughtBy.title
    const took = `${Math.round((performance.now() - startedMs) / 100) / 10} s`
    console.log(
      `${seen === 'caught' ? 'caught  ' : seen.toUpperCase()} ${mutation.name} ← ${by} (${took})`,
    )
    return seen === 'caught'
  } finally {
    restore()
  }
}
