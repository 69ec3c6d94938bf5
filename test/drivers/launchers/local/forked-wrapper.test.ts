// The wrapper that the spawner forks: it must mean the same as the shell's, and be seen in /proc as if it were executed.

import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../../src/base/clock.ts'
import { readBootId } from '../../../../src/drivers/hosts/boot-id.ts'
import { isForkedWrapperCommand } from '../../../../src/drivers/launchers/local/forked-wrapper.ts'
import { createLocalLauncher } from '../../../../src/drivers/launchers/local/local.ts'
import { endingOf, readMarks } from '../../../../src/drivers/launchers/local/marks.ts'
import { whyNeverExecuted } from '../../../../src/drivers/launchers/local/never-executed.ts'
import { createSpawner, type Spawner } from '../../../../src/drivers/launchers/local/spawner.ts'
import {
  readCommand,
  readMark,
  readStat,
  uptimeCentis,
} from '../../../../src/drivers/processes/process.ts'
import { until } from '../../../support/until.ts'
import { exitOf } from '../conformance/sightings.ts'
import { fillsTheDisk, mayMount } from './small-disk.ts'

const env = { PATH: '/usr/bin:/bin' }
let dir: string
let spawner: Spawner

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-forked-'))
  spawner = createSpawner(systemClock)
})
afterEach(() => {
  if (spawner.pid !== null) process.kill(spawner.pid, 'SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

const at = (name: string): string => join(dir, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')
const marks = () => readMarks(text('ticket'))
const ending = () => endingOf(marks().exit?.code ?? -1, marks().shellSaid)

const ask = (command: readonly string[], changes = {}) => {
  const told = { nonce: 'nonce', bootId: readBootId(), joinFile: '', mark: 'fleet:1:nonce' }
  const wrapping = { ...told, startByCentis: uptimeCentis() + 2_500, ...changes }
  return spawner.start({ dir, cwd: dir, command, env, wrapping })
}

async function begun(command: readonly string[], changes = {}): Promise<number> {
  const answer = await ask(command, changes)
  if (answer.is !== 'started') throw new Error(`it was not started: ${answer.is}`)
  return answer.pid
}

/** Runs it to its end. */
async function wrap(command: readonly string[], changes = {}): Promise<void> {
  const pid = await begun(command, changes)
  await until(async () => readStat(pid) === null)
}

const shell = (script: string) => ['/bin/sh', '-c', script]
// A test that fails takes its folder away, and nothing waits on.
const waits = 'touch on; while [ -e on ] && [ ! -e go ]; do sleep 0.01; done'

describe('a wrapper that is forked', () => {
  it('is seen under its name, with its mark, and has nothing open but what is the session’s', async () => {
    const pid = await begun(shell(waits))
    await until(async () => existsSync(at('on')))
    expect(readCommand(pid).slice(0, 3)).toEqual(['midwatch-wrapper', 'nonce', dir])
    expect(isForkedWrapperCommand(readCommand(pid), 'nonce')).toBe(true)
    expect(isForkedWrapperCommand(readCommand(pid), 'other')).toBe(false)
    expect(readMark(pid)).toBe('fleet:1:nonce')
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('midwatch-wrappe\n')
    expect(readStat(pid)).toMatchObject({ session: pid, group: pid })
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    expect(new Set(open)).toEqual(new Set(['/dev/null', at('out'), at('err'), at('ticket')]))
    expect(marks().started?.pid).not.toBe(pid)
    expect(readMark(spawner.pid ?? 0)).toBeNull()
    writeFileSync(at('go'), '')
    await until(async () => readStat(pid) === null)
    expect(marks().exit?.code).toBe(0)
  })

  it('leaves its program nothing open but its three streams', async () => {
    writeFileSync(at('order'), 'an order\n')
    await wrap(['/bin/ls', '-l', '/proc/self/fd'])
    const open = [...text('out').matchAll(/ -> (.*)$/gm)].map((match) => match[1])
    expect(open.slice(0, 3)).toEqual([at('order'), at('out'), at('err')])
    expect(open.slice(3).every((path) => /^\/proc\/\d+\/fd$/.test(path ?? ''))).toBe(true)
  })

  it('outlives what is meant for its program, and tells which signal that ended it', async () => {
    await wrap(shell('kill -TERM 0; kill -HUP 0; exit 1'))
    expect(ending()).toEqual({ exitCode: null, signal: 'SIGTERM' })
    for (const signal of ['INT', 'PIPE', 'KILL', 'SEGV']) {
      rmSync(at('ticket'))
      await wrap(shell(`kill -${signal} $$`))
      expect(ending()).toEqual({ exitCode: null, signal: `SIG${signal}` })
    }
    rmSync(at('ticket'))
    await wrap(shell('exit 143'))
    expect(ending()).toEqual({ exitCode: 143, signal: null })
  })

  it('finds its program as a shell does, and says what it does not find', async () => {
    await wrap(['true'])
    expect(marks()).toMatchObject({ exit: { code: 0 }, unexecuted: false })
    rmSync(at('ticket'))
    await wrap(['no-such-program'])
    expect(marks()).toMatchObject({ exit: { code: 127 }, unexecuted: true })
    expect(whyNeverExecuted(marks(), () => text('err'))).toBe('no-such-program: not found')
  })

  it.skipIf(!mayMount())(
    'writes its exit once there is room for it, and says that it is late',
    async () => {
      const small = at('small')
      mkdirSync(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small])
      try {
        const command = ['/bin/sh', '-c', fillsTheDisk, 'sh', small]
        const told = { nonce: 'nonce', bootId: readBootId(), joinFile: '', mark: 'fleet:1:nonce' }
        const wrapping = { ...told, startByCentis: uptimeCentis() + 2_500 }
        const answer = await spawner.start({ dir: small, cwd: dir, command, env, wrapping })
        await until(async () => answer.is !== 'started' || readStat(answer.pid) === null)
        const marks = readMarks(readFileSync(join(small, 'ticket'), 'utf8'))
        expect(marks).toMatchObject({ exit: { code: 7 }, late: true })
      } finally {
        execFileSync('umount', ['-l', small])
      }
    },
  )

  it('starts nothing when the ticket is taken', async () => {
    writeFileSync(at('ticket'), 'taken by us end\n')
    await wrap(['/bin/touch', at('ran')])
    expect(existsSync(at('ran'))).toBe(false)
    expect(marks()).toMatchObject({ taken: 'by us', wrapper: null })
  })

  it('starts nothing when it is too late, or in another boot', async () => {
    for (const changes of [{ startByCentis: uptimeCentis() }, { bootId: 'earlier' }]) {
      rmSync(at('ticket'), { force: true })
      await wrap(['/bin/touch', at('ran')], changes)
      expect(marks().refused).toMatch(/too late|booted again/)
      expect(existsSync(at('ran'))).toBe(false)
    }
  })

  it('starts nothing when a stream can’t be opened, and says so', async () => {
    for (const name of ['out', 'err']) {
      mkdirSync(at(name))
      await wrap(['/bin/touch', at('ran')])
      expect(whyNeverExecuted(marks(), () => '')).toContain(`cannot create ${at(name)}`)
      expect(existsSync(at('ran'))).toBe(false)
      rmSync(at(name), { recursive: true })
      rmSync(at('ticket'))
    }
  })

  it('is not made for a mark that finds no room; the shell’s takes its place', async () => {
    expect(await ask(['/bin/touch', at('ran')], { mark: 'x'.repeat(1_000) })).toEqual({
      is: 'unable',
    })
    expect(existsSync(at('ran'))).toBe(false)
    const options = { attemptsDir: at('attempts'), clock: systemClock, spawner }
    const launcher = createLocalLauncher({ ...options, fleetId: 'x'.repeat(1_000) })
    const order = { attemptId: 1, nonce: 'n', program: '/bin/sh', cwd: dir, env, stdin: '' }
    const rest = { args: ['-c', 'exit 5'], files: {}, startWithinMs: 25_000 }
    const launch = await launcher.start({ ...order, ...rest })
    const ref = { attemptId: 1, nonce: 'n', launch }
    expect(await exitOf(launcher, ref)).toMatchObject({ exitCode: 5 })
    expect(text('attempts/1/ticket')).toMatch(/^start n \d+ \(sh\)/m)
    launcher.forget(ref)
  })
})
