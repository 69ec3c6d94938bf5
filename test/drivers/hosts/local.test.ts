// The host `local`, on the machine the tests run on.

import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLocalHost } from '../../../src/drivers/hosts/local.ts'
import { HeadAndTail } from '../../../src/drivers/hosts/head-and-tail.ts'
import { until } from '../../support/until.ts'
import { isAlive } from '../launchers/conformance/stage.ts'

describe('host local', () => {
  const host = createLocalHost({
    env: { PATH: '/usr/bin:/bin', MIDWATCH_TOKEN: 'secret', MIDWATCH_FLEET: '/f', GONE: undefined },
  })
  const never = new AbortController().signal
  const env = { PATH: '/usr/bin:/bin' }
  let dir: string

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-host-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const pidIn = (file: string) => Number(readFileSync(join(dir, file), 'utf8'))
  const run = (command: string, timeoutMs = 10_000, signal: AbortSignal = never) =>
    host.runShell(command, dir, env, timeoutMs, signal)

  it('knows who it is, and tells the same boot twice', () => {
    expect(host.name).not.toBe('')
    expect(host.pid).toBe(process.pid)
    expect(createLocalHost({ env: {}, name: 'named' })).toMatchObject({
      name: 'named',
      bootId: host.bootId,
    })
  })

  it('sessions inherit nothing of ours', () => {
    expect(host.baseEnv).toEqual({ PATH: '/usr/bin:/bin' })
  })

  it('tells a folder from a file, from nothing, and from what may not be entered', async () => {
    writeFileSync(join(dir, 'file'), '')
    expect(await host.folder(dir)).toBe('ok')
    expect(await host.folder(join(dir, 'file'))).toBe('not_a_folder')
    expect(await host.folder(join(dir, 'file', 'below'))).toBe('not_a_folder')
    expect(await host.folder(join(dir, 'none'))).toBe('missing')
  })

  it.skipIf(host.asRoot)(
    'a folder of another is not accessible (skipped: root may enter all)',
    async () => {
      mkdirSync(join(dir, 'shut'), { mode: 0o000 })
      expect(await host.folder(join(dir, 'shut'))).toBe('no_access')
    },
  )

  it('finds a program by its absolute path, from the folder, or along the path', async () => {
    writeFileSync(join(dir, 'tool'), '#!/bin/sh\n', { mode: 0o755 })
    const tool = join(dir, 'tool')
    expect(await host.resolveProgram(tool, '/', '')).toBe(tool)
    expect(await host.resolveProgram('./tool', dir, '')).toBe(tool)
    expect(await host.resolveProgram('tool', '/', `/nowhere:${dir}`)).toBe(tool)
    expect(await host.resolveProgram('tool', dir, '/nowhere::/bin')).toBe(tool)
    expect(await host.resolveProgram('tool', dir, '/nowhere:/bin')).toBeNull()
  })

  it('neither a folder nor a file that may not be executed is a program', async () => {
    mkdirSync(join(dir, 'tool'))
    writeFileSync(join(dir, 'plain'), '', { mode: 0o644 })
    expect(await host.resolveProgram('tool', '/', dir)).toBeNull()
    expect(await host.resolveProgram('plain', '/', dir)).toBeNull()
    expect(await host.resolveProgram(dir, '/', dir)).toBeNull()
    expect(await host.resolveProgram('', '/', dir)).toBeNull()
    chmodSync(join(dir, 'plain'), 0o755)
    expect(await host.resolveProgram('plain', '/', dir)).toBe(join(dir, 'plain'))
  })

  it('a check’s exit code, signal and output are told', async () => {
    const ended = await run('pwd; echo problem >&2; exit 3')
    expect(ended).toMatchObject({ ran: true, exitCode: 3, signal: null })
    expect(ended.ran && ended.output).toContain(dir)
    expect(ended.ran && ended.output).toContain('problem')
    expect(await run('kill -KILL $$')).toMatchObject({
      ran: true,
      exitCode: null,
      signal: 'SIGKILL',
    })
  })

  it('a check reads no input', async () => {
    expect(await run('cat; echo over')).toMatchObject({ ran: true, output: 'over\n' })
  })

  it('a check in a missing folder could not run', async () => {
    const ended = await host.runShell('true', join(dir, 'none'), env, 1_000, never)
    expect(ended).toEqual({ ran: false, why: expect.stringContaining('does not exist') })
  })

  it('a check that is too large to be called could not run', async () => {
    expect(await run(`true ${'x'.repeat(140_000)}`)).toMatchObject({ ran: false })
  })

  it('a check that takes too long is ended with all it started, and has said nothing', async () => {
    const script = `setsid sh -c 'echo $$ >deep; sleep 60' & echo $$ >shell; sleep 60`
    const files = ['shell', 'deep']
    const hasBegun = () => files.every((file) => existsSync(join(dir, file)) && pidIn(file) > 0)
    // As long as the machine takes to begin it.
    for (const ms of [300, 3_000, 12_000])
      if (!hasBegun())
        expect(await run(script, ms)).toEqual({ ran: false, why: `it took longer than ${ms} ms` })
    for (const file of files) expect(isAlive(pidIn(file))).toBe(false)
  })

  it('an aborted check is ended, and one aborted before does not begin', async () => {
    const abort = new AbortController()
    const running = run('echo begun >begun; sleep 60', 60_000, abort.signal)
    setImmediate(() => abort.abort())
    expect(await running).toEqual({ ran: false, why: 'stopped' })
    expect(await run('echo >never', 1_000, abort.signal)).toMatchObject({ ran: false })
    expect(() => readFileSync(join(dir, 'never'))).toThrow()
  })

  it('what a check leaves in the background does not keep it from ending, and is ended with it', async () => {
    const left = `sleep 60 & echo $! >left; env -i sleep 60 & echo $! >bare
      setsid sh -c 'echo $$ >deep.new; mv deep.new deep; exec sleep 60' & while [ ! -e deep ]; do sleep 0.01; done`
    const ended = await run(`${left}; echo over`)
    expect(ended).toMatchObject({ ran: true, exitCode: 0, output: 'over\n' })
    for (const file of ['left', 'bare', 'deep']) expect(isAlive(pidIn(file))).toBe(false)
  })

  describe('the check of an owner', () => {
    const ofFleet = (fleetId: string) => createLocalHost({ env: {}, fleetId })

    /** A check that runs on after the process that waited for it was killed. Answers its pid. */
    async function leftBy(fleetId: string, owner: string): Promise<number> {
      const module = new URL('../../../src/drivers/hosts/local.ts', import.meta.url).href
      const script = `const { createLocalHost } = await import('${module}')
        createLocalHost({ env: {}, fleetId: '${fleetId}' }).runShell('echo $$ >pid.new; mv pid.new pid; exec sleep 60',
          '.', { PATH: '/usr/bin:/bin' }, 60_000, new AbortController().signal, '${owner}')`
      const daemon = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: dir })
      await until(async () => existsSync(join(dir, 'pid')))
      const gone = new Promise((resolve) => daemon.once('exit', resolve))
      daemon.kill('SIGKILL')
      await gone
      const pid = pidIn('pid')
      rmSync(join(dir, 'pid'))
      expect(isAlive(pid)).toBe(true)
      return pid
    }

    it('is found and ended by a later process, and no other’s is', async () => {
      const mine = await leftBy('f1', 'attempt-1-check')
      const others = [await leftBy('f1', 'attempt-11-check'), await leftBy('f2', 'attempt-1-check')]
      expect(await ofFleet('f1').emptyShell('attempt-1-check')).toEqual([])
      expect(isAlive(mine)).toBe(false)
      expect(others.map(isAlive)).toEqual([true, true])
      for (const pid of others) process.kill(pid, 'SIGKILL')
    })

    it('begins only after what an earlier run of it left was ended', async () => {
      const left = await leftBy('f1', 'attempt-2-check')
      const command = `kill -0 ${left} 2>/dev/null && ! grep -q '^State:.Z' /proc/${left}/status; echo $?`
      const ran = await ofFleet('f1').runShell(command, dir, env, 9_000, never, 'attempt-2-check')
      expect(ran).toMatchObject({ ran: true, output: '1\n' })
      expect(isAlive(left)).toBe(false)
    })
  })

  it('of endless output head and tail are kept, in bounded memory', async () => {
    const ended = await run('echo first; head -c 5000000 /dev/zero | tr "\\0" x; echo; echo last')
    const output = ended.ran ? ended.output : ''
    expect(output.length).toBeLessThan(100_000)
    expect(output).toMatch(/^first\n/)
    expect(output).toMatch(/last\n$/)
    expect(output).toMatch(/\[… \d+ bytes …\]/)
  })

  it('the free bytes of a disk are told, and unknown where there is none', async () => {
    expect(await host.freeBytes(dir)).toBeGreaterThan(0)
    expect(await host.freeBytes(join(dir, 'none'))).toBeNull()
  })
})

describe('head and tail', () => {
  it('keeps a short text whole, in whatever pieces it comes', () => {
    const text = new HeadAndTail(4, 4)
    for (const piece of ['ab', '', 'cde', 'fgh']) text.add(Buffer.from(piece))
    expect(text.toString()).toBe('abcdefgh')
  })

  it('counts what it drops', () => {
    const text = new HeadAndTail(2, 3)
    for (const letter of 'abcdefghijklmnop') text.add(Buffer.from(letter))
    expect(text.toString()).toBe('ab\n[… 11 bytes …]\nnop')
  })
})
