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

    it('a session that obeys SIGTERM is asked only, and its own exit is recorded', async () => {
      const ref = await stage.start(
        stage.orderOf(`trap 'exit 143' TERM; touch ran; while :; do sleep 0.05; done`),
      )
      await stage.waitForFile('ran')
      expect(await stage.launcher.empty(ref, 5_000)).toEqual({
        signals: ['SIGTERM'],
        survivors: [],
      })
      const seen = await stage.launcher.look(ref)
      expect(seen).toMatchObject({ seen: 'exited', exit: { exitCode: 143, signal: null } })
    })

    it('what a session left behind after a normal exit lives, and is emptied', async () => {
      const { ref, exit } = await stage.run('setsid sleep 60 & exit 0')
      expect(exit.exitCode).toBe(0)
      const left = await stage.launcher.living(ref)
      expect(left).toHaveLength(stage.tested.endsWhole ? 0 : 1)
      expect((await stage.launcher.empty(ref, 2_000)).survivors).toEqual([])
      expect(await stage.launcher.living(ref)).toEqual([])
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

    it('two sessions do not see each other', async () => {
      const first = await stage.start(stage.orderOf('touch one; sleep 60'))
      const second = await stage.start(stage.orderOf('touch two; sleep 60'))
      await stage.waitForFile('one')
      await stage.waitForFile('two')
      const ofFirst = await stage.launcher.living(first)
      const ofSecond = await stage.launcher.living(second)
      expect(ofFirst.filter((pid) => ofSecond.includes(pid))).toEqual([])
      await stage.launcher.empty(first, 2_000)
      expect(await stage.launcher.living(second)).toEqual(ofSecond)
      expect(await stage.launcher.look(second)).toMatchObject({ seen: 'running', executed: true })
    })
  })
}
