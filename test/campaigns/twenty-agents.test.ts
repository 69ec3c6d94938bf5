// The campaign of twenty agents in short: `node test/campaigns/twenty-agents.ts` is the whole one. Incidents 23 and 44.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

import { runTwenty } from './kill/twenty.ts'

let dir = ''
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('twenty agents whose daemon is killed again and again keep the cap, start nothing twice and leave nobody behind', async () => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-twenty-'))
  const outcome = await runTwenty({ dir, agents: 20, everyMs: 1_500, forMs: 7_500, leastKills: 4 })
  expect(outcome.broken).toEqual([])
  expect(outcome.kills).toBeGreaterThanOrEqual(4)
  expect(outcome.mostAtOnce).toBeGreaterThan(5)
  expect(outcome.looks).toBeGreaterThan(10)
}, 120_000)
