// An attempt starts once at most, and never after we took its ticket. Every launcher keeps to it.

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf, isAlive, sighting, until, type Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function ticketCases(stage: Stage): void {
  describe('ticket', () => {
    it('a ticket that we took first keeps the session from ever starting', async () => {
      const order = stage.orderOf('touch ran')
      const ref = { ...order, launch: null }
      expect(await stage.launcher.takeTicket(ref)).toBe(true)
      const started = await stage.start(order)
      await until(
        async () => ((await stage.launcher.living(ref)).length === 0 ? true : null),
        'none lives',
      )
      expect(await stage.launcher.look(started)).toMatchObject({ seen: 'refused' })
      expect(existsSync(join(stage.dir, 'ran'))).toBe(false)
    })

    it('a ticket can’t be taken from a session that has it', async () => {
      const ref = await stage.start(stage.orderOf('sleep 60'))
      await sighting(stage.launcher, ref, (s) => s.seen === 'running')
      expect(await stage.launcher.takeTicket(ref)).toBe(false)
      expect(await stage.launcher.look(ref)).toMatchObject({ seen: 'running' })
    })

    it('a start that comes too late is refused, and nothing ran', async () => {
      const ref = await stage.start(stage.orderOf('touch ran', { startWithinMs: 0 }))
      const seen = await sighting(stage.launcher, ref, (s) => s.seen === 'refused')
      expect(seen).toMatchObject({ reason: expect.stringContaining('too late') })
      expect(existsSync(join(stage.dir, 'ran'))).toBe(false)
      expect(await stage.launcher.living(ref)).toEqual([])
    })

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

    it('a start under another nonce finds the ticket taken', async () => {
      const order = stage.orderOf('touch ran; sleep 60')
      const ref = await stage.start(order)
      await stage.waitForFile('ran')
      const other = { attemptId: ref.attemptId, nonce: 'other', launch: null }
      expect(await stage.launcher.look(other)).toMatchObject({ seen: 'refused' })
      expect(await stage.launcher.living(other)).toEqual([])
      expect(await stage.launcher.look(ref)).toMatchObject({ seen: 'running' })
    })
  })
}
