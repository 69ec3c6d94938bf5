// Who waits for a session is woken. Every launcher keeps to it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf, sighting } from './sightings.ts'
import type { Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function changeCases(stage: Stage): void {
  describe('changes', () => {
    it('an exit wakes who waits for it at once', async () => {
      const ref = await stage.start(
        stage.orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done'),
      )
      await stage.waitForFile('ran')
      await sighting(stage.launcher, ref, (s) => s.seen === 'running' && s.executed)
      const exited = exitOf(stage.launcher, ref)
      writeFileSync(join(stage.dir, 'go'), '')
      await expect(exited).resolves.toMatchObject({ exitCode: 0 })
    })

    it('waiting ends on abort and at its limit', async () => {
      const ref = await stage.start(stage.orderOf('sleep 60'))
      await sighting(stage.launcher, ref, (s) => s.seen === 'running' && s.executed)
      const abort = new AbortController()
      const waiting = stage.launcher.changed(ref, 60_000, abort.signal)
      abort.abort()
      await waiting
      await stage.launcher.changed(ref, 5, new AbortController().signal)
      expect(await stage.launcher.look(ref)).toMatchObject({ seen: 'running' })
    })
  })
}
