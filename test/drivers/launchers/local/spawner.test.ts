// The spawner, as a process: what it starts is whole and on its own, and whatever becomes of the spawner, nobody is left
// waiting and nothing starts twice.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../src/base/assert.ts'
import { type Clock, systemClock } from '../../../../src/base/clock.ts'
import { newNonce } from '../../../../src/base/ids.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import { createLocalLauncher } from '../../../../src/drivers/launchers/local/local.ts'
import { maxRequestBytes } from '../../../../src/drivers/launchers/local/spawner-text.ts'
import { createSpawner, type Spawner } from '../../../../src/drivers/launchers/local/spawner.ts'
import { readStat } from '../../../../src/drivers/processes/process.ts'
import { until } from '../../../support/until.ts'
import { exitOf } from '../conformance/sightings.ts'
import { isAlive } from '../conformance/stage.ts'

let dir: string
const spawners: Spawner[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-spawner-'))
})

afterEach(() => {
  for (const { pid } of spawners.splice(0)) if (pid !== null) process.kill(pid, 'SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

function made(clock: Clock = systemClock, program?: string): Spawner {
  const spawner = createSpawner(clock, program)
  spawners.push(spawner)
  return spawner
}

const shell = (script: string) => ['/bin/sh', '-c', script]
const at = (name: string): string => join(dir, name)
const start = (spawner: Spawner, command: readonly string[], env: Record<string, string> = {}) =>
  spawner.start({ dir, cwd: dir, command, env: { PATH: '/usr/bin:/bin', ...env } })
const appears = (name: string) => until(async () => existsSync(at(name)))
const text = (name: string): string => readFileSync(at(name), 'utf8')

async function pidOf(spawned: ReturnType<Spawner['start']>): Promise<number> {
  const answer = await spawned
  if (answer.is !== 'started') throw new Error(`it was not started: ${answer.is}`)
  return answer.pid
}

/** A clock whose sleeps end when the test says so. */
function clockInHand(): { clock: Clock; pass: () => void; nowMs: number } {
  const sleepers: (() => void)[] = []
  const hand = {
    nowMs: 0,
    pass: () => void sleepers.splice(0).forEach((wake) => void wake()),
    clock: {
      now: () => 0,
      monotonicMs: () => hand.nowMs,
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((wake) => {
          sleepers.push(wake)
          signal?.addEventListener('abort', () => wake())
        }),
    },
  }
  return hand
}

describe('what a spawner starts', () => {
  it('leads a session of its own, with nothing ignored and nothing open', async () => {
    const pid = await pidOf(
      start(made(), shell('grep Sig /proc/self/status >sig; touch on; sleep 60')),
    )
    await appears('on')
    expect(readStat(pid)).toMatchObject({ session: pid, group: pid })
    expect(text('sig')).toMatch(/SigIgn:\s0+\n/)
    expect(text('sig')).toMatch(/SigBlk:\s0+\n/)
    for (const fd of [0, 1, 2]) expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).toBe('/dev/null')
    process.kill(pid, 'SIGKILL')
  })

  it('has the environment it was given, all of it and no more', async () => {
    const env = { PLAIN: 'a=b c', LINES: 'one\ntwo\n', EMPTY: '', GRÜSSE: 'ü€😀', 'a.b': '1' }
    await pidOf(start(made(), shell('tr "\\0" "\\n" </proc/$$/environ >env; touch on'), env))
    await appears('on')
    const given = Object.entries({ PATH: '/usr/bin:/bin', ...env }).map((pair) => pair.join('='))
    const lines = (its: string) =>
      its
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    expect(lines(text('env'))).toEqual(lines(given.join('\n')))
  })

  it('is told by pid and by the start time that the kernel knows', async () => {
    const answer = await start(made(), shell('sleep 60'))
    if (answer.is !== 'started') throw new Error(answer.is)
    expect(answer.startTicks).toBe(readStat(answer.pid)?.startTicks)
    process.kill(answer.pid, 'SIGKILL')
  })

  it('outlives its spawner, and leaves no zombie while that lives', async () => {
    const spawner = made()
    const short = await pidOf(start(spawner, shell('exit 0')))
    await until(async () => readStat(short) === null)
    const long = await pidOf(
      start(spawner, shell('while [ ! -e go ]; do sleep 0.01; done; touch went')),
    )
    process.kill(present(spawner.pid, 'it runs'), 'SIGKILL')
    await until(async () => spawner.pid === null)
    expect(isAlive(long)).toBe(true)
    writeFileSync(at('go'), '')
    await appears('went')
  })

  it('is refused with the system’s own word where the folder is missing', async () => {
    const asked = { dir, cwd: at('nowhere'), command: shell('touch ran'), env: {} }
    const spawner = made()
    expect(await spawner.start(asked)).toMatchObject({ is: 'errno', error: { code: 'ENOENT' } })
    expect((await start(spawner, shell('true'))).is).toBe('started')
    expect(existsSync(at('ran'))).toBe(false)
  })

  it('tells in the ticket that it could not be executed', async () => {
    await pidOf(start(made(), ['/nonesuch']))
    await appears('ticket')
    await until(async () => text('ticket').endsWith(' end\n'))
    expect(text('ticket')).toMatch(/^refused the wrapper could not be executed: No such file/)
  })
})

describe('what sessions leave behind', () => {
  /** In a session of its own, without mark and environment: only its descent tells where it comes from. */
  const leaving =
    'env -i setsid sh -c "echo \\$\\$ >left; exec sleep 60" & while [ ! -s left ]; do :; done'

  async function reaperOf(spawner: Spawner, script: string): Promise<number> {
    const answer = await start(spawner, shell(`${script}; touch on`))
    if (answer.is !== 'started') throw new Error(answer.is)
    await appears('on')
    await until(async () => readStat(answer.pid) === null)
    return present(answer.reaper, 'the kernel gives it what sessions leave behind')
  }

  it('is nothing where only wrappers are the spawner’s children', async () => {
    const spawner = made()
    const reaper = await reaperOf(spawner, ':')
    expect(reaper).toBe(spawner.pid)
    const running = await pidOf(start(spawner, shell('sleep 60')))
    expect(await spawner.hasNoOrphans(reaper)).toBe(true)
    process.kill(running, 'SIGKILL')
  })

  it('is seen by its descent, whatever it dropped, until it is gone', async () => {
    const spawner = made()
    const reaper = await reaperOf(spawner, leaving)
    const left = Number(text('left'))
    await until(async () => readStat(left)?.parent === reaper)
    expect(await spawner.hasNoOrphans(reaper)).toBe(false)
    process.kill(left, 'SIGKILL')
    await until(async () => readStat(left) === null)
    expect(await spawner.hasNoOrphans(reaper)).toBe(true)
  })

  it('is not asked of a spawner that is another one by now', async () => {
    const spawner = made()
    const reaper = await reaperOf(spawner, ':')
    expect(await spawner.hasNoOrphans(reaper + 1)).toBe(false)
    process.kill(reaper, 'SIGKILL')
    await until(async () => spawner.pid === null)
    expect(await spawner.hasNoOrphans(reaper)).toBe(false)
  })
})

describe('a spawner that is in trouble', () => {
  it('is gone for whoever waits when it is killed, and another one follows after a rest', async () => {
    const hand = clockInHand()
    const spawner = made(hand.clock)
    const first = await pidOf(start(spawner, shell('sleep 60')))
    const pid = present(spawner.pid, 'it runs')
    process.kill(pid, 'SIGSTOP') // so that the request is certainly not answered
    const waiting = start(spawner, shell('touch ran'))
    process.kill(pid, 'SIGKILL')
    expect(await waiting).toEqual({ is: 'gone' })
    expect(await start(spawner, shell('true'))).toEqual({ is: 'gone' })
    hand.nowMs += 60_000
    expect((await start(spawner, shell('true'))).is).toBe('started')
    expect(spawner.pid).not.toBe(pid)
    process.kill(first, 'SIGKILL')
  })

  it('is ended when it does not answer in time', async () => {
    const hand = clockInHand()
    const spawner = made(hand.clock)
    await pidOf(start(spawner, shell('true')))
    const pid = present(spawner.pid, 'it runs')
    process.kill(pid, 'SIGSTOP')
    const waiting = start(spawner, shell('touch ran'))
    hand.pass()
    expect(await waiting).toEqual({ is: 'gone' })
    await until(async () => !isAlive(pid))
    expect(existsSync(at('ran'))).toBe(false)
  })

  it('is not asked for what is too large, and not at all without Perl', async () => {
    const spawner = made()
    const large = 'x'.repeat(maxRequestBytes)
    expect(await start(spawner, shell('touch ran'), { large })).toEqual({ is: 'gone' })
    expect(spawner.pid).toBeNull()
    expect(await start(made(systemClock, at('perl')), shell('touch ran'))).toEqual({ is: 'gone' })
    expect(existsSync(at('ran'))).toBe(false)
  })

  it('ends with the process that keeps it, however that ends', async () => {
    const source = fileURLToPath(new URL('../../../../src/', import.meta.url))
    const script = `
      const { createSpawner } = await import('${source}drivers/launchers/local/spawner.ts')
      const { systemClock } = await import('${source}base/clock.ts')
      const spawner = createSpawner(systemClock)
      const { pid } = await spawner.start({ dir: '${dir}', cwd: '${dir}', command: ['/bin/sleep', '60'], env: {} })
      ;(await import('node:fs')).writeFileSync('${at('pids')}', spawner.pid + ' ' + pid + '.')
      setInterval(() => {}, 1e6)`
    const keeper = spawn(process.execPath, ['--input-type=module', '-e', script])
    await until(async () => existsSync(at('pids')) && text('pids').endsWith('.'))
    const [its = 0, session = 0] = text('pids').split(/[ .]/).map(Number)
    expect(isAlive(its)).toBe(true)
    keeper.kill('SIGKILL')
    await until(async () => !isAlive(its))
    expect(isAlive(session)).toBe(true)
    process.kill(session, 'SIGKILL')
  })

  it('lets its process leave while nothing is asked', async () => {
    const source = fileURLToPath(new URL('../../../../src/', import.meta.url))
    const script = `
      const { createSpawner } = await import('${source}drivers/launchers/local/spawner.ts')
      const { systemClock } = await import('${source}base/clock.ts')
      const request = { dir: '${dir}', cwd: '${dir}', command: ['/bin/true'], env: {} }
      const answer = await createSpawner(systemClock).start(request)
      console.log(answer.is)`
    const keeper = spawn(process.execPath, ['--input-type=module', '-e', script])
    let said = ''
    keeper.stdout.on('data', (chunk: Buffer) => (said += chunk))
    const code = await new Promise((resolve) => keeper.once('exit', resolve))
    expect([code, said]).toEqual([0, 'started\n'])
  })
})

describe('a launcher with a spawner', () => {
  const order = (script: string) => ({
    attemptId: 1,
    nonce: newNonce(systemRandom),
    program: '/bin/sh',
    args: ['-c', script],
    cwd: dir,
    env: { PATH: '/usr/bin:/bin' },
    stdin: '',
    files: {},
    startWithinMs: 25_000,
  })
  const launcherOver = (spawner: Spawner) =>
    createLocalLauncher({
      attemptsDir: at('attempts'),
      fleetId: 'spawned',
      clock: systemClock,
      spawner,
    })

  it('has its wrappers started by it', async () => {
    const spawner = made()
    const launcher = launcherOver(spawner)
    const asked = order('cut -d " " -f 4 /proc/$PPID/stat >parent')
    const ref = { ...asked, launch: await launcher.start(asked) }
    expect(await exitOf(launcher, ref)).toMatchObject({ exitCode: 0 })
    expect(Number(text('parent'))).toBe(spawner.pid)
    launcher.forget(ref)
  })

  it('runs a program once when the spawner dies after the start and before the answer', async () => {
    const real = made()
    const dying: Spawner = {
      ...real,
      start: async (request) => {
        await real.start(request)
        return { is: 'gone' }
      },
      hasNoOrphans: async () => false,
    }
    const launcher = launcherOver(dying)
    const asked = order('echo ran >>runs')
    const ref = { ...asked, launch: await launcher.start(asked) }
    expect(await exitOf(launcher, ref)).toMatchObject({ exitCode: 0 })
    await until(async () => (await launcher.living(ref)).length === 0)
    expect(text('runs')).toBe('ran\n')
    launcher.forget(ref)
  })
})
