// The short form of the campaign on the children of `midwatch up`.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary } from '../surface/cli/binary.ts'
import { runOutside } from './outside/campaign.ts'

let binary: Binary
const fleets: string[] = []
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end(fleets))

test('both children killed at random, again and again: every task is done once', async () => {
  const dir = binary.folder('children')
  fleets.push(dir)
  const midwatch = binary.path
  const outcome = await runOutside({ dir, midwatch, kills: 8, tasks: 12, stopEvery: 0 })
  expect(outcome.broken).toEqual([])
  expect(outcome.killed.daemon + outcome.killed.sentinel).toBe(8)
}, 90_000)
