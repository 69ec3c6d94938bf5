// What a session finds when it starts, and what keeps it from starting. Every launcher keeps to it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitOf } from './sightings.ts'
import { attemptsFolder, type Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function startCases(stage: Stage): void {
  describe('start', () => {
    it('the session runs in its folder, with exactly its environment', async () => {
      const env = {
        PATH: '/usr/bin:/bin',
        SPACES: ' two  words ',
        LINES: 'a\nb\n\nend\n',
        UMLAUT: 'äöü – 漢字 🌙',
        QUOTES: `'"\`$(touch broken)`,
        EMPTY: '',
        'with.dots': 'kept',
        'with-dash': 'x=y z',
      }
      const print = 'process.stdout.write(JSON.stringify([process.cwd(), process.env]))'
      const { ref, exit } = await stage.run('', {
        program: process.execPath,
        args: ['-e', print],
        env,
      })
      expect(exit.exitCode).toBe(0)
      const [cwd, seen] = JSON.parse(await stage.text(ref))
      expect(cwd).toBe(stage.dir)
      expect(seen).toMatchObject(env)
      expect(existsSync(join(stage.dir, 'broken'))).toBe(false)
      const added = Object.keys(seen).filter((key) => !(key in env))
      const known = ['PWD', 'OLDPWD', 'SHLVL', '_', ...(stage.tested.adds ?? [])]
      expect(added.filter((key) => !known.includes(key))).toEqual(['MIDWATCH_MARK'])
    })

    it('arguments arrive as they are, empty ones and leading dashes included', async () => {
      const args = ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--']
      const given = ['', ' ', '-x', '--', '$HOME', 'a\nb', '*', "it's", 'ü', 'x'.repeat(131_071)]
      const { ref } = await stage.run('', { program: process.execPath, args: [...args, ...given] })
      expect(JSON.parse(await stage.text(ref))).toEqual(given)
    })

    it('an order of five megabytes arrives whole by standard input', async () => {
      const stdin = 'äbc\n'.repeat(1_048_576)
      const { ref, exit } = await stage.run('wc -c', { stdin })
      expect(exit.exitCode).toBe(0)
      expect(Number(await stage.text(ref))).toBe(Buffer.byteLength(stdin))
    })

    it('without an order standard input is at its end, not an open pipe', async () => {
      const { ref, exit } = await stage.run('cat; echo ended')
      expect(exit.exitCode).toBe(0)
      expect(await stage.text(ref)).toBe('ended\n')
    })

    it('signals have their defaults in the session', async () => {
      const { ref } = await stage.run(
        'grep SigIgn /proc/self/status; grep SigBlk /proc/self/status',
      )
      expect((await stage.text(ref)).match(/[0-9a-f]{16}/g)).toEqual([
        '0'.repeat(16),
        '0'.repeat(16),
      ])
    })

    it('an argument of 131,072 bytes is refused with a sentence, and nothing runs', async () => {
      const order = stage.orderOf('touch ran', { args: ['-c', 'touch ran', 'x'.repeat(131_072)] })
      await expect(stage.start(order)).rejects.toMatchObject({ code: 'launch.too_large' })
      expect(await stage.launcher.look({ ...order, launch: null })).toEqual({ seen: 'absent' })
      expect(existsSync(join(stage.dir, 'ran'))).toBe(false)
    })

    it('files asked for lie in the attempt folder, with an outbox beside them', async () => {
      const order = stage.orderOf('', { files: { 'prompt.md': 'do it\n' } })
      const ref = await stage.start({ ...order, args: ['-c', 'exit 0'] })
      await exitOf(stage.launcher, ref)
      const script = `cat */prompt.md; ls -d */outbox`
      const reader = await stage.run(script, { cwd: attemptsFolder(stage.dir) })
      expect(await stage.text(reader.ref)).toBe(`do it\n1/outbox\n2/outbox\n`)
    })
  })
}
