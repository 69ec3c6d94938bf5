// The world from its seed: the same seed is the same world, another seed another one, and no seed breaks a law.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

import { type Options, planOf } from '../../sim/plan.ts'
import { runPlan } from '../../sim/run.ts'
import { broken } from './broken.ts'

const short = (seed: string): Options => ({
  seed,
  days: 0.5,
  hosts: 2,
  agents: 6,
  tasks: 25,
  faults: 'storm',
})

test('the same seed is the same world, fifty times', async () => {
  const hashes = new Set<string>()
  for (let i = 0; i < 50; i++) {
    const options = { ...short(`twice ${i}`), days: 0.05, tasks: 4, hosts: 1 + (i % 2) }
    const [first, second] = [await runPlan(planOf(options)), await runPlan(planOf(options))]
    expect(second.hash, `seed ${options.seed}`).toBe(first.hash)
    hashes.add(first.hash)
  }
  expect(hashes.size).toBe(50)
}, 120_000)

test.each(['elsewhere', 'far away', 'ünï'])(
  'the seed %s is the same world in another process',
  async (seed) => {
    const sizes = { days: 0.05, hosts: 2, agents: 6, tasks: 5, faults: 'heavy' as const }
    const { hash } = await runPlan(planOf({ seed, ...sizes }))
    const words = Object.entries({ seed, ...sizes }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ])
    const main = fileURLToPath(new URL('../../sim/main.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...words])
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`trace ${hash}`)
  },
  60_000,
)

describe('no law is broken', () => {
  test.each(['1', '2', '3', '4', '5', '6'])(
    'in the world of seed %s',
    async (seed) => {
      expect(broken(await runPlan(planOf(short(seed))))).toEqual([])
    },
    60_000,
  )

  test('without any fault, and everything is done', async () => {
    const report = await runPlan(planOf({ ...short('calm'), faults: 'none' }))
    expect(broken(report)).toEqual([])
    expect(report.rows.tasks.every((task) => task.state === 'settled')).toBe(true)
    expect(report.counts.get('daemon died')).toBeUndefined()
  })
})
