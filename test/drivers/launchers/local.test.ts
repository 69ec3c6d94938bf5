// The launcher `local`: the common suite, with cgroups and without, and what only this launcher can be asked.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src/base/assert.ts'
import { type Clock, systemClock } from '../../../src/base/clock.ts'
import { newNonce } from '../../../src/base/ids.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Launcher, LaunchOrder, SessionRef } from '../../../src/drivers/launchers/contract.ts'
import { readBootId } from '../../../src/drivers/hosts/boot-id.ts'
import { refusalOf } from '../../../src/drivers/launchers/local/ask.ts'
import { findCgroupRoot } from '../../../src/drivers/launchers/local/cgroup.ts'
import { createLocalLauncher } from '../../../src/drivers/launchers/local/local.ts'
import { launcherConformance } from './conformance.ts'
import { exitOf, sighting } from './conformance/sightings.ts'
import { attemptsFolder, isAlive, until } from './conformance/stage.ts'

const fleetId = `test-${process.pid}`
const root = findCgroupRoot()
const noCgroup = root === null ? 'no cgroup can be made here' : null
const skipped = noCgroup === null ? '' : ` (skipped: ${noCgroup})`

const cgroupOf = (attemptId: number) =>
  join(present(root, 'a cgroup can be made'), `midwatch-${fleetId}-${attemptId}`)

afterAll(async () => {
  if (root === null) return
  const left = () => readdirSync(root).filter((name) => name.startsWith(`midwatch-${fleetId}-`))
  await until(async () => (left().length === 0 ? true : null), 'every session’s cgroup is gone')
})

const openOver = (dir: string): Launcher =>
  createLocalLauncher({ attemptsDir: attemptsFolder(dir), fleetId, clock: systemClock })

launcherConformance('local', { whyNoContainment: noCgroup, large: true })

launcherConformance('local by marks alone', {
  whyNoContainment: 'marks alone can’t catch what scrubs its environment',
})

launcherConformance('local without a spawner', { whyNoContainment: noCgroup })

describe('launcher local, by itself', () => {
  let dir: string
  let launcher: Launcher
  let nonce: string
  const bystanders: ChildProcess[] = []

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-local-'))
    launcher = openOver(dir)
    nonce = newNonce(systemRandom)
  })

  afterEach(async () => {
    for (const child of bystanders.splice(0)) child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  })

  const orderOf = (script: string, attemptId = 1): LaunchOrder => ({
    attemptId,
    nonce,
    program: '/bin/sh',
    args: ['-c', script],
    cwd: dir,
    env: { PATH: '/usr/bin:/bin' },
    stdin: '',
    files: {},
    startWithinMs: 25_000,
  })

  async function start(order: LaunchOrder): Promise<SessionRef> {
    const launch = await launcher.start(order)
    return { attemptId: order.attemptId, nonce: order.nonce, launch }
  }

  const waitForFile = (path: string) =>
    until(async () => (existsSync(join(dir, path)) ? true : null), `${path} appears`)

  const inAttempt = (path: string) => join(attemptsFolder(dir), '1', path)

  /** A ticket as a wrapper that is gone would have left it, naming `pid` as wrapper and program. */
  function leaveTicket(pid: number, startTicks: string): void {
    mkdirSync(inAttempt(''), { recursive: true })
    const stat = `${pid} (sh) S 1 ${pid} ${pid} ${'0 '.repeat(15)}${startTicks} 0`
    const wrapper = `wrapper ${nonce} ${pid} ${readBootId()}  end`
    writeFileSync(inAttempt('ticket'), `${wrapper}\nstart ${nonce} ${stat} end\n`)
  }

  async function bystander(): Promise<number> {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    bystanders.push(child)
    return present(child.pid, 'sleep starts')
  }

  it('a session whose wrapper was killed has not vanished while its program lives', async () => {
    const ref = await start(orderOf('touch ran; while [ ! -e go ]; do sleep 0.01; done'))
    await waitForFile('ran')
    const wrapper = present(ref.launch?.pid, 'the wrapper has a pid')
    process.kill(wrapper, 'SIGKILL')
    await until(async () => (isAlive(wrapper) ? null : true), 'the wrapper is dead')
    expect(await launcher.look(ref)).toMatchObject({ seen: 'running', executed: true })
    expect((await launcher.living(ref)).length).toBeGreaterThan(0)
    writeFileSync(join(dir, 'go'), '')
    const seen = await sighting(launcher, ref, (s) => s.seen !== 'running')
    expect(seen).toEqual({ seen: 'vanished', proof: ref.launch })
    launcher.forget(ref)
  })

  it('a session that kills its own process group still has its exit recorded', async () => {
    const ref = await start(orderOf('kill -TERM 0; sleep 60'))
    expect(await exitOf(launcher, ref)).toMatchObject({ signal: 'SIGTERM' })
    launcher.forget(ref)
  })

  it('a later bearer of the pids in a ticket is not ours, and is not signalled', async () => {
    const pid = await bystander()
    leaveTicket(pid, '1')
    const ref = { attemptId: 1, nonce, launch: null }
    expect(await launcher.look(ref)).toMatchObject({ seen: 'vanished' })
    expect(await launcher.living(ref)).toEqual([])
    expect(await launcher.empty(ref, 0)).toEqual({ signals: [], survivors: [] })
    expect(isAlive(pid)).toBe(true)
  })

  it.skipIf(noCgroup !== null)(
    `a ticket that names another cgroup than its own empties nothing${skipped}`,
    async () => {
      mkdirSync(inAttempt(''), { recursive: true })
      writeFileSync(inAttempt('ticket'), `wrapper ${nonce} 1 ${readBootId()} ${root} end\n`)
      expect(await launcher.living({ attemptId: 1, nonce, launch: null })).toEqual([])
    },
  )

  it('a ticket that was taken but not written on is starting, and not alive', async () => {
    mkdirSync(inAttempt(''), { recursive: true })
    writeFileSync(inAttempt('ticket'), '')
    const seen = await launcher.look({ attemptId: 1, nonce, launch: null })
    expect(seen).toEqual({ seen: 'starting', alive: false })
  })

  it('a session’s PWD is its folder, whatever its order says', async () => {
    for (const more of [{}, { PWD: '/' }]) {
      const order = { ...orderOf('', Object.keys(more).length + 1), program: '/usr/bin/env' }
      const ref = await start({ ...order, args: ['--'], env: { ...order.env, ...more } })
      await exitOf(launcher, ref)
      const told = (await launcher.read(ref, 'out', 0, 10_000)).toString()
      expect(told.split('\n').filter((line) => line.startsWith('PWD='))).toEqual([`PWD=${dir}`])
      launcher.forget(ref)
    }
  })

  it('attempt folder and order can be read by their owner only', async () => {
    const ref = await start({ ...orderOf('cat'), stdin: 'secret', files: { prompt: 'secret' } })
    await exitOf(launcher, ref)
    const modes = ['', 'outbox', 'order', 'prompt'].map(
      (path) => statSync(inAttempt(path)).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600])
    launcher.forget(ref)
  })

  it('what a session put in place of its files is not followed, and blocks nobody', async () => {
    const script = `cd attempts/1; rm out err; mkfifo out; ln -s /etc/passwd err
      ln -s /etc/passwd outbox/a; mkfifo outbox/b; echo c >outbox/c`
    const ref = await start(orderOf(script))
    await exitOf(launcher, ref)
    expect(await launcher.size(ref, 'out')).toBe(0)
    expect(await launcher.read(ref, 'err', 0, 100)).toHaveLength(0)
    expect(await launcher.readOutbox(ref)).toEqual([{ name: 'c', text: 'c\n' }])
    launcher.forget(ref)
  })

  it('a start that was refused leaves neither watch nor cgroup', async () => {
    const order = { ...orderOf('true'), cwd: join(dir, 'nowhere') }
    await expect(launcher.start(order)).rejects.toMatchObject({ code: 'launch.cwd_missing' })
    if (root !== null) {
      await until(async () => (existsSync(cgroupOf(1)) ? null : true), 'its cgroup is gone')
    }
  })

  it.skipIf(noCgroup !== null)(
    `the cgroup of a session is removed once it is forgotten${skipped}`,
    async () => {
      const ref = await start(orderOf('exit 0', 77)) // no other session had this number
      const cgroup = cgroupOf(77)
      expect(existsSync(cgroup)).toBe(true)
      await exitOf(launcher, ref)
      launcher.forget(ref)
      await until(async () => (existsSync(cgroup) ? null : true), 'the cgroup is gone')
    },
  )

  it('twenty sessions at once end each with their own exit', async () => {
    const codes = Array.from({ length: 20 }, (_, index) => index)
    const exits = codes.map(async (code) => {
      const ref = await start(orderOf(`exit ${code}`, code + 1))
      const exit = await exitOf(launcher, ref)
      const left = await launcher.living(ref)
      launcher.forget(ref)
      return left.length === 0 ? exit.exitCode : `left ${left}`
    })
    expect(await Promise.all(exits)).toEqual(codes)
  })

  it('an exit is noticed without polling, also by a launcher that is not its parent', async () => {
    const sleepless: Clock = {
      ...systemClock,
      sleep: (_, signal) => new Promise((wake) => signal?.addEventListener('abort', () => wake())),
    }
    for (const adopted of [false, true]) {
      const attemptId = adopted ? 2 : 1
      const options = {
        attemptsDir: attemptsFolder(dir),
        fleetId,
        clock: sleepless,
        containment: 'marks' as const, // removing a cgroup may need a pause
      }
      const starter = createLocalLauncher(options)
      const order = orderOf(
        `touch ran${attemptId}; while [ ! -e go ]; do sleep 0.01; done`,
        attemptId,
      )
      const ref = { attemptId, nonce: order.nonce, launch: await starter.start(order) }
      await waitForFile(`ran${attemptId}`)
      const watcher = adopted ? createLocalLauncher(options) : starter
      const exit = exitOf(watcher, ref)
      writeFileSync(join(dir, 'go'), '')
      expect(await exit).toMatchObject({ exitCode: 0 })
      rmSync(join(dir, 'go'))
      watcher.forget(ref)
      starter.forget(ref)
    }
  })

  it('output wakes who waits for it', async () => {
    const ref = await start(orderOf('while [ ! -e go ]; do sleep 0.01; done; echo out; sleep 60'))
    await sighting(launcher, ref, (s) => s.seen === 'running' && s.executed)
    writeFileSync(join(dir, 'go'), '')
    while ((await launcher.size(ref, 'out')) === 0) {
      await launcher.changed(ref, 10_000, AbortSignal.timeout(10_000))
    }
    await launcher.empty(ref, 2_000)
    launcher.forget(ref)
  })

  it.each([
    ['EAGAIN', 'launch.resource_exhausted'],
    ['EMFILE', 'launch.resource_exhausted'],
    ['ENOMEM', 'launch.resource_exhausted'],
    ['ENOSPC', 'launch.disk_full'],
    ['EDQUOT', 'launch.disk_full'],
    ['EIO', 'launch.refused'],
  ])('%s of the system becomes %s, with a remedy', async (code, expected) => {
    const refusal = await refusalOf(Object.assign(new Error(code), { code }), orderOf('true'))
    expect(refusal.code).toBe(expected)
    expect(refusal.remedy).toMatch(/\.$/)
  })

  it('a zero byte in an argument is refused with a sentence', async () => {
    const order = { ...orderOf('true'), args: ['-c', 'true\0'] }
    await expect(launcher.start(order)).rejects.toMatchObject({ code: 'launch.invalid' })
  })
})
