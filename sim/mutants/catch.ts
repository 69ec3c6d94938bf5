// Runs what must catch a mutation: one test by its title, or one simulated world. Told apart are a test that failed, a test
// that passed, and a test that never ran; only the first is a catch. A world in which another law broke first shows nothing
// of its own, and so has not run either.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Catcher } from './mutation.ts'

export type Caught = 'caught' | 'survived' | 'not run'

const limitMs = 180_000

/** So many worlds from the seed of `sim` on: which of them meets what a guard is for is a matter of luck. */
export function worldsFrom(sim: readonly string[], count: number): readonly (readonly string[])[] {
  const at = sim.indexOf('--seed') + 1
  const first = Number(sim[at])
  return Array.from({ length: count }, (_, i) => sim.with(at, String(first + i)))
}

/** Runs one catcher in the tree `dir`; of worlds the one named. */
export async function tryCatcher(dir: string, catcher: Catcher): Promise<Caught> {
  if ('sim' in catcher) return await trySim(dir, catcher.sim, catcher.law)
  const { failed, passed } = await runTests(dir, [catcher])
  return failed > 0 ? 'caught' : passed > 0 ? 'survived' : 'not run'
}

/** Runs tests by their files and titles; answers how many failed and passed. */
export async function runTests(
  dir: string,
  tests: readonly { readonly test: string; readonly title: string }[],
): Promise<{ failed: number; passed: number; names: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-caught-'))
  const report = join(folder, 'report.json')
  const files = [...new Set(tests.map((one) => one.test))]
  const titles = tests.map((one) => one.title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const vitest = join(dir, 'node_modules', 'vitest', 'vitest.mjs')
  try {
    await run(dir, [
      vitest,
      'run',
      ...files,
      '-t',
      titles,
      '--reporter=json',
      `--outputFile=${report}`,
      '--bail=1',
    ])
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    const all = testResults.flatMap((file) => file.assertionResults)
    const names = all.filter((one) => one.status === 'failed').map((one) => one.fullName)
    return {
      failed: names.length,
      passed: all.filter((one) => one.status === 'passed').length,
      names,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

async function trySim(dir: string, options: readonly string[], law: string): Promise<Caught> {
  const { code, out } = await run(dir, ['sim/main.ts', '--no-shrink', ...options])
  if (out.includes(`BROKEN: ${law}`)) return 'caught'
  return code === 0 && /\ntrace [0-9a-f]+\n$/.test(out) ? 'survived' : 'not run'
}

function run(dir: string, args: readonly string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const options = { cwd: dir, timeout: limitMs, maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, [...args], options, (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: String(out) })
    })
  })
}
