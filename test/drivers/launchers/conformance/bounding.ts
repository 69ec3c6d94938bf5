// What bounds a session from outside ends it, and is named as the cause. Every launcher that bounds keeps to it; of the
// others the cases say that they bound nothing.

import { describe, expect, it } from 'vitest'
import { exitOf, sighting } from './sightings.ts'
import { isAlive, type Stage } from './stage.ts'

/** Doubles a text until some 128 MB are used; one process, so that nobody else's exit hides its end. */
const eater = 'x=aaaaaaaaaaaaaaaa; i=0; while [ $i -lt 23 ]; do x=$x$x; i=$((i+1)); done; echo fed'

/** The cases, run on `stage`. */
export function boundingCases(stage: Stage): void {
  const { small, brief } = stage.tested.bounding ?? {}
  const noTime = 'it has no time limit of its own'
  const why = (bound: unknown, lack = 'it bounds no memory') =>
    bound === undefined ? ` (skipped: ${lack})` : ''

  describe('bounds', () => {
    it.skipIf(small === undefined)(
      `memory that is used up is told as such${why(small)}`,
      async () => {
        const { ref, exit } = await stage.run(eater, {
          program: '/bin/bash',
          args: ['-c', eater],
          ...(small && { ...(small && { bounds: small }) }),
        })
        expect(exit).toMatchObject({ signal: 'SIGKILL', cause: 'oom', neverExecuted: false })
        expect(await stage.text(ref)).toBe('')
      },
    )

    it.skipIf(small === undefined)(
      `the same program lives where it may use more${why(small)}`,
      async () => {
        const { ref, exit } = await stage.run(eater, { program: '/bin/bash', args: ['-c', eater] })
        expect(exit).toMatchObject({ exitCode: 0, signal: null })
        expect(exit.cause).toBeUndefined()
        expect(await stage.text(ref)).toBe('fed\n')
      },
    )

    it.skipIf(brief === undefined)(
      `the launcher’s own time limit acts when nobody else does, and is told${why(brief, noTime)}`,
      async () => {
        const order = stage.orderOf(
          'touch ran; while :; do sleep 1; done',
          brief && { bounds: brief },
        )
        const ref = await stage.start(order)
        await stage.waitForFile('ran')
        const exit = await exitOf(stage.launcher, ref)
        expect(exit).toMatchObject({ cause: 'timeout' })
        expect(exit.evidence).toMatch(/timeout|time/)
        expect(await stage.launcher.living(ref)).toEqual([])
      },
    )

    it.skipIf(brief === undefined)(
      `what is deaf to the launcher’s SIGTERM is killed by it, wrapper and all${why(brief, noTime)}`,
      async () => {
        const script = `trap '' TERM; echo $$ >pid; while :; do sleep 1; done`
        const ref = await stage.start(stage.orderOf(script, brief && { bounds: brief }))
        await stage.waitForFile('pid')
        const over = ['exited', 'vanished']
        const seen = await sighting(stage.launcher, ref, (s) => over.includes(s.seen))
        expect(seen).toMatchObject({ seen: 'exited', exit: { cause: 'timeout' } })
        expect(await stage.launcher.living(ref)).toEqual([])
        if (stage.tested.endsWhole === undefined)
          expect(isAlive(Number(stage.file('pid')))).toBe(false)
      },
    )
  })
}
