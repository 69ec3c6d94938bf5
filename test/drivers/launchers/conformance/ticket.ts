// An attempt starts once at most, and never after we took its ticket. Every launcher keeps to it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf } from './sightings.ts'
import { isAlive, until, type Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function ticketCases(stage: Stage): void {
  describe('ticket', () => {
    it('two starts of one attempt run one program', async () => {
      const order = stage.orderOf('echo $$ >>ran; while [ ! -e go ]; do sleep 0.01; done; exit 3')
      const [first, second] = await Promise.all([stage.start(order), stage.start(order)])
      await stage.waitForFile('ran')
      await until(async () => {
        const wrappers = new Set([first, second].map((ref) => ref.launch?.pid ?? 0).filter(isAlive))
        return wrappers.size === 1 ? true : null
      }, 'one wrapper is left')
      writeFileSync(join(stage.dir, 'go'), '')
      expect((await exitOf(stage.launcher, first)).exitCode).toBe(3)
      expect((await exitOf(stage.launcher, second)).exitCode).toBe(3)
      expect(stage.file('ran').trim().split('\n')).toHaveLength(1)
    })
  })
}
