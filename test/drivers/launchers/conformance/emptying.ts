// Everything of a session is found and ended, and nothing of another. Every launcher keeps to it.

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAlive, skipped, type Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function emptyingCases(stage: Stage): void {
  describe('emptying', () => {
    it('a tree deaf to SIGTERM, with grandchildren in sessions of their own, is emptied by SIGKILL', async () => {
      const script = `trap '' TERM; (setsid sh -c "trap '' TERM; touch deep; while :; do sleep 1; done" &) ;
      sh -c "trap '' TERM; while :; do sleep 1; done" & touch ran; while :; do sleep 1; done`
      const ref = await stage.start(stage.orderOf(script))
      await stage.waitForFile('deep')
      await stage.waitForFile('ran')
      expect((await stage.launcher.living(ref)).length).toBeGreaterThanOrEqual(3)
      const emptied = await stage.launcher.empty(ref, 300)
      expect(emptied).toEqual({ signals: ['SIGTERM', 'SIGKILL'], survivors: [] })
      expect(await stage.launcher.living(ref)).toEqual([])
      const seen = await stage.launcher.look(ref)
      expect(seen).toMatchObject({ seen: 'exited', exit: { exitCode: null, signal: 'SIGKILL' } })
    })

    it('a session that forks without end is emptied', async () => {
      const forker = `f() { : >>forked; (f &) ; exit; }; f`
      const ref = await stage.start(stage.orderOf(`trap '' TERM; ${forker}`))
      await stage.waitForFile('forked')
      const emptied = await stage.launcher.empty(ref, 50)
      expect(emptied.survivors).toEqual([])
      rmSync(join(stage.dir, 'forked'))
      await stage.run('exit 0')
      expect(existsSync(join(stage.dir, 'forked'))).toBe(false)
    })

    it.skipIf(stage.tested.whyNoContainment !== null)(
      `a daemon that scrubbed its environment and left its session is caught${skipped(stage.tested)}`,
      async () => {
        const script = `env -i /usr/bin/setsid sh -c 'echo $$ >daemon; exec sleep 60' & wait $!`
        const { ref } = await stage.run(
          `(${script} &) ; while [ ! -s daemon ]; do sleep 0.01; done`,
        )
        const pid = Number(stage.file('daemon'))
        const left = await stage.launcher.living(ref)
        if (stage.tested.endsWhole) expect(left).toEqual([])
        else expect(left).toEqual([pid])
        expect((await stage.launcher.empty(ref, 2_000)).survivors).toEqual([])
        if (!stage.tested.endsWhole) expect(isAlive(pid)).toBe(false)
      },
    )
  })
}
