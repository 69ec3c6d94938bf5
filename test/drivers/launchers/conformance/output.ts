// What a session writes: its streams and its outbox. Every launcher keeps to it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf } from './sightings.ts'
import { attemptsFolder, truncateOutput, type Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function outputCases(stage: Stage): void {
  describe('output', () => {
    it('both streams are read from any offset, at most as much as asked for', async () => {
      const { ref } = await stage.run('printf 0123456789; printf oops >&2')
      expect(await stage.launcher.size(ref, 'out')).toBe(10)
      expect((await stage.launcher.read(ref, 'out', 3, 4)).toString()).toBe('3456')
      expect((await stage.launcher.read(ref, 'out', 8, 100)).toString()).toBe('89')
      expect(await stage.launcher.read(ref, 'out', 10, 100)).toHaveLength(0)
      expect(await stage.text(ref, 'err')).toBe('oops')
    })

    it('output cut under the writer goes on at the cut, without a hole', async () => {
      const script = 'echo before; touch wrote; while [ ! -e cut ]; do sleep 0.01; done; echo after'
      const ref = await stage.start(stage.orderOf(script))
      await stage.waitForFile('wrote')
      await truncateOutput(stage.dir, ref)
      writeFileSync(join(stage.dir, 'cut'), '')
      await exitOf(stage.launcher, ref)
      expect(await stage.text(ref)).toBe('after\n')
    })

    it('megabytes of output are read whole', async () => {
      const { ref } = await stage.run('head -c 3000000 /dev/zero')
      expect(await stage.launcher.read(ref, 'out', 0, 4_000_000)).toHaveLength(3_000_000)
    })

    it.skipIf(stage.tested.large === undefined)(
      `more than a gigabyte of output is kept, and read at its end${
        stage.tested.large === undefined ? ' (skipped: once for each kind is enough)' : ''
      }`,
      async () => {
        const { ref, exit } = await stage.run(
          'head -c 1100000000 /dev/zero && printf the-end && head -c 1000 /dev/zero >&2',
        )
        expect(exit).toMatchObject({ exitCode: 0, signal: null })
        expect(await stage.launcher.size(ref, 'out')).toBe(1_100_000_007)
        expect((await stage.launcher.read(ref, 'out', 1_100_000_000, 100)).toString()).toBe(
          'the-end',
        )
        expect(await stage.launcher.size(ref, 'err')).toBe(1_000)
      },
      60_000,
    )

    it('letters in the outbox are read by name until each is dropped, and drafts are none', async () => {
      const script =
        'cd */outbox && echo 2 >b && echo 1 >a && echo draft >.c && mkdir d && mkfifo e'
      const { ref } = await stage.run(script, { cwd: attemptsFolder(stage.dir) })
      const both = [
        { name: 'a', text: '1\n' },
        { name: 'b', text: '2\n' },
      ]
      expect(await stage.launcher.readOutbox(ref)).toEqual(both)
      expect(await stage.launcher.readOutbox(ref)).toEqual(both)
      await stage.launcher.dropLetter(ref, 'a')
      await stage.launcher.dropLetter(ref, 'a')
      expect(await stage.launcher.readOutbox(ref)).toEqual(both.slice(1))
      await stage.launcher.dropLetter(ref, 'b')
      expect(await stage.launcher.readOutbox(ref)).toEqual([])
    })
  })
}
