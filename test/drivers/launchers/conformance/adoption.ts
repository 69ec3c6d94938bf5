// A launcher after a restart finds what the one before it started. Every launcher keeps to it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf, sighting } from './sightings.ts'
import type { Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function adoptionCases(stage: Stage): void {
  describe('adoption', () => {
    it('a running session is adopted by a launcher that did not start it', async () => {
      const ref = await stage.start(
        stage.orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done; exit 5'),
      )
      await stage.waitForFile('ran')
      stage.launcher.forget(ref)
      stage.reopen()
      const stored = { ...ref, launch: ref.launch && { ...ref.launch } }
      const seen = await sighting(stage.launcher, stored, (s) => s.seen === 'running' && s.executed)
      expect(seen).toMatchObject({ proof: ref.launch })
      writeFileSync(join(stage.dir, 'go'), '')
      expect((await exitOf(stage.launcher, stored)).exitCode).toBe(5)
    })

    it('a session outlives a daemon that is killed, and is adopted whole', async () => {
      const order = stage.orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done; exit 6')
      const ref = { attemptId: order.attemptId, nonce: order.nonce, launch: null }
      const keeper = await stage.startInAnotherProcess(order)
      await stage.waitForFile('ran')
      await keeper.kill()
      const seen = await sighting(stage.launcher, ref, (s) => s.seen === 'running' && s.executed)
      expect(seen).toMatchObject({ proof: { launcher: stage.launcher.name } })
      expect((await stage.launcher.living(ref)).length).toBeGreaterThan(0)
      writeFileSync(join(stage.dir, 'go'), '')
      expect((await exitOf(stage.launcher, ref)).exitCode).toBe(6)
    })

    it('a session that ended meanwhile is read', async () => {
      const { ref } = await stage.run('echo done; exit 4')
      stage.reopen()
      const stored = { ...ref, launch: null }
      expect(await stage.launcher.look(stored)).toMatchObject({
        seen: 'exited',
        exit: { exitCode: 4 },
      })
      expect(await stage.text(stored)).toBe('done\n')
      expect(await stage.launcher.living(stored)).toEqual([])
    })
  })
}
