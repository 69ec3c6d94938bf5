// The mail campaign in short. `node test/campaigns/kill-mail.ts` is the whole one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Binary } from '../surface/cli/binary.ts'
import { whyNoImap } from '../support/imap.ts'
import { deaths, type Outcome, runMailCampaign } from './mail/campaign.ts'

const missing = whyNoImap()
describe.skipIf(missing !== null)(
  `a sender of mail that is killed between sending and recording${missing === null ? '' : ` (${missing})`}`,
  () => {
    let binary: Binary
    let outcome: Outcome
    beforeAll(async () => {
      binary = await Binary.build()
      outcome = await runMailCampaign({ binary: binary.path, runs: 10, atOnce: 2 })
    }, 120_000)
    afterAll(() => binary.end())

    it('leaves exactly one mail in the mailbox, whoever comes after it', () => {
      expect(outcome.broken).toEqual([])
      expect(outcome.counted).toBe(10)
    })

    it('was killed before and after the mail was there, and left reservations behind', () => {
      const hit = outcome.runs.filter((run) => run.killed)
      expect(new Set(hit.map((run) => run.death)).size).toBeGreaterThanOrEqual(deaths.length - 1)
      expect(
        hit.filter((run) => run.before === 0 && run.left === 'reserved').length,
      ).toBeGreaterThan(0)
      expect(
        hit.filter((run) => run.before === 1 && run.left === 'reserved').length,
      ).toBeGreaterThan(0)
    })
  },
)
