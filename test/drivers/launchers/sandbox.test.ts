// The launcher `local` with a bubblewrap sandbox: the common suite, and what is open and what is shut in it.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src/base/assert.ts'
import { newNonce } from '../../../src/base/ids.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Bounds, Launcher } from '../../../src/drivers/launchers/contract.ts'
import { findCgroupRoot } from '../../../src/drivers/launchers/local/cgroup.ts'
import { launcherConformance } from './conformance.ts'
import { exitOf } from './conformance/sightings.ts'
import { attemptsFolder } from './conformance/stage.ts'
import { openers, sandboxBounds } from './kinds.ts'

const trial = spawnSync('bwrap', [
  '--ro-bind',
  '/',
  '/',
  '--proc',
  '/proc',
  '--unshare-pid',
  '/bin/true',
])
const whyNot =
  trial.error === undefined
    ? trial.status === 0
      ? null
      : `bubblewrap cannot make a sandbox here: ${trial.stderr.toString().trim()}`
    : 'bubblewrap is not installed'
if (whyNot !== null && process.env['CI'] === 'true') throw new Error(whyNot)

describe.skipIf(whyNot !== null)(
  `bubblewrap${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
  () => {
    launcherConformance('local in a sandbox', {
      whyNoContainment: findCgroupRoot() === null ? 'no cgroup can be made here' : null,
      endsWhole: true,
      bounds: sandboxBounds(),
    })

    describe('a sandbox', () => {
      let dir: string
      let launcher: Launcher
      beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), 'midwatch-sandbox-'))
        launcher = present(openers['local in a sandbox'], 'it is a kind')(dir, process.pid)
      })
      afterEach(() => rmSync(dir, { recursive: true, force: true }))

      async function run(
        script: string,
        bounds: Bounds = sandboxBounds(),
        cwd = dir,
        program = '/bin/sh',
      ) {
        const order = {
          attemptId: 1,
          nonce: newNonce(systemRandom),
          program,
          args: ['-c', script],
          cwd,
          env: { PATH: '/usr/bin:/bin', HOME: '/root' },
          stdin: '',
          files: {},
          startWithinMs: 25_000,
          bounds,
        }
        const ref = { ...order, launch: await launcher.start(order) }
        const exit = await exitOf(launcher, ref)
        launcher.forget(ref)
        const text = (stream: 'out' | 'err') =>
          readFileSync(join(attemptsFolder(dir), '1', stream), 'utf8')
        return { exit, out: text('out'), err: text('err') }
      }

      it('leaves its own folder writable and nothing else', async () => {
        const ran = await run(
          'touch here; touch /etc/no /usr/no /var/no; touch /tmp/mine && ls -A /tmp /root /home',
        )
        expect(existsSync(join(dir, 'here'))).toBe(true)
        expect(ran.err.match(/Read-only file system/g)).toHaveLength(3)
        for (const path of ['/etc/no', '/usr/no', '/var/no', '/tmp/mine'])
          expect(existsSync(path)).toBe(false)
        expect(ran.out).not.toMatch(/\.bashrc|\.npmrc|\.ssh/)
      })

      it('sees the further folders that it was given, to read or to write', async () => {
        const [read, write] = ['read', 'write'].map((name) => join(dir, name)) as [string, string]
        mkdirSync(read)
        mkdirSync(write)
        mkdirSync(join(dir, 'work'))
        writeFileSync(join(read, 'book'), 'words')
        const bounds = sandboxBounds({ readable: [read], writable: [write] })
        const ran = await run(
          `cat ${read}/book; touch ${read}/no; touch ${write}/yes`,
          bounds,
          join(dir, 'work'),
        )
        expect(ran.out).toBe('words')
        expect(existsSync(join(read, 'no'))).toBe(false)
        expect(existsSync(join(write, 'yes'))).toBe(true)
      })

      it('keeps what its client keeps, and a missing folder of it is no trouble', async () => {
        mkdirSync(join(dir, 'work'))
        mkdirSync(join(dir, 'client'))
        const bounds = {
          ...sandboxBounds(),
          writes: [join(dir, 'client'), join(dir, 'never-made')],
        }
        const ran = await run(`touch ${dir}/client/kept; ls ${dir}`, bounds, join(dir, 'work'))
        expect(existsSync(join(dir, 'client/kept'))).toBe(true)
        expect(ran.exit.exitCode).toBe(0)
        expect(ran.out.split('\n').sort()).toEqual(['', 'attempts', 'client', 'work'])
      })

      it('sees no process but its own, and can end none of another', async () => {
        const ran = await run(`ls /proc | grep -c '^[0-9]'; kill -9 ${process.pid}; echo $?`)
        expect(Number(ran.out.split('\n')[0])).toBeLessThan(8)
        expect(ran.out.split('\n')[1]).toBe('1')
      })

      it('reaches the network or does not, as it was told', async () => {
        const server = createServer((socket) => socket.end('hello'))
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        const { port } = server.address() as { port: number }
        const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`
        const open = await run(script, sandboxBounds(), dir, '/bin/bash')
        expect(open.out).toBe('hello')
        rmSync(attemptsFolder(dir), { recursive: true })
        const shut = await run(script, sandboxBounds({ network: false }), dir, '/bin/bash')
        expect(shut).toMatchObject({ out: '', exit: { exitCode: 1 } })
        server.close()
      })

      it('has no rights of root beyond its folder, even where root runs it', async () => {
        const ran = await run(
          'grep CapEff /proc/self/status; mount -o remount,rw / 2>/dev/null && echo broken',
        )
        expect(ran.out).toMatch(/CapEff:\s0+\n/)
        expect(ran.out).not.toContain('broken')
      })

      it('commits in a git worktree, whose repository lies elsewhere', async () => {
        const git = (...args: string[]) =>
          execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
            stdio: 'pipe',
          })
        git('init', '-q', join(dir, 'repo'))
        git('-C', join(dir, 'repo'), 'commit', '-q', '--allow-empty', '-m', 'first')
        git('-C', join(dir, 'repo'), 'worktree', 'add', '-q', join(dir, 'tree'))
        const ran = await run(
          'git -c user.name=t -c user.email=t@t commit -q --allow-empty -m second && git log --oneline | wc -l; ls ../repo',
          sandboxBounds(),
          join(dir, 'tree'),
        )
        expect(ran.out).toBe('2\n')
        expect(ran.exit.exitCode).toBe(0)
      })

      it('that cannot be made is told, and its program was never executed', async () => {
        const ran = await run('touch ran', sandboxBounds({ writable: [join(dir, 'nowhere')] }))
        expect(ran.exit).toMatchObject({
          neverExecuted: true,
          message: expect.stringContaining('nowhere'),
        })
        expect(existsSync(join(dir, 'ran'))).toBe(false)
      })
    })
  },
)
