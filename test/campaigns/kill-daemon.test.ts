// The kill campaign in short: few kills, few tasks, every promise. `node test/campaigns/kill-daemon.ts` is the whole one.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Outcome, runCampaign } from './kill/campaign.ts'
import { deathStates } from './kill/deaths.ts'

const tasks = 48

describe('a daemon that is killed again and again while it works', () => {
  let dir: string
  let outcome: Outcome

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-kill-'))
    outcome = await runCampaign({ dir, kills: 16, tasks })
  }, 240_000) // what it waits for has bounds of its own

  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('settles every accepted task once, starts no attempt twice, keeps its caps and leaves no process behind', () => {
    expect(outcome.broken).toEqual([])
  })

  it('was killed at each moment between two states', () => {
    expect(outcome.kills.filter(({ hit }) => !hit)).toEqual([])
  })

  it('was caught in every state between a claim and a settlement', () => {
    const caught = deathStates.filter((state) =>
      outcome.kills.some((kill) => kill.caught[state] > 0),
    )
    expect(caught).toEqual(deathStates)
  })

  it('goes on with what it finds: the killed daemons left attempts open, and none is open now', () => {
    expect(
      outcome.kills.filter(({ caught }) => deathStates.some((state) => caught[state] > 0)).length,
    ).toBeGreaterThan(8)
    expect(outcome.attempts).toBeGreaterThanOrEqual(tasks)
  })
})
