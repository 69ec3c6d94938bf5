// The launcher that chooses: who started a session is found again, wherever a crash fell.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { choosingLauncher } from '../../../src/drivers/launchers/choosing.ts'
import type { Launcher, LaunchOrder } from '../../../src/drivers/launchers/contract.ts'
import { launcherName } from '../../../src/drivers/launchers/open.ts'
import { plainLaunching } from '../../../src/model/launcher.ts'
import { systemdBounds } from './kinds.ts'

let dir: string
const asked: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-choosing-'))
  asked.length = 0
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Tells who was asked for what; `dies` is a daemon that goes away within the call. */
const named = (name: string, dies = false): Launcher => ({
  name,
  start: async () => {
    asked.push(`${name} start`)
    if (dies) throw new Error('killed')
    return { launcher: name, pid: 1, startTicks: '1', bootId: 'b' }
  },
  look: async () => {
    asked.push(`${name} look`)
    return { seen: 'absent' }
  },
  changed: async () => {},
  takeTicket: async () => true,
  living: async () => [],
  empty: async () => ({ signals: [], survivors: [] }),
  read: async () => Buffer.alloc(0),
  size: async () => 0,
  readOutbox: async () => [],
  dropLetter: async () => {},
  forget: () => void asked.push(`${name} forget`),
})

const choosing = (dies = false) =>
  choosingLauncher({
    attemptsDir: dir,
    local: named('local'),
    nameFor: (launching) => launcherName(launching, true),
    open: async (name) => (name === 'systemd' ? named(name, dies) : null),
  })

const order: LaunchOrder = {
  attemptId: 7,
  nonce: 'n',
  program: '/bin/true',
  args: [],
  cwd: '/',
  env: {},
  stdin: '',
  files: {},
  startWithinMs: 1,
}
const bounded = { ...order, bounds: systemdBounds() }
const ref = { attemptId: 7, nonce: 'n', launch: null }

describe('the launcher that chooses', () => {
  it('gives a plain order to the plain launcher, and writes nothing down', async () => {
    await choosing().start(order)
    await choosing().start({
      ...order,
      attemptId: 8,
      bounds: { ...systemdBounds(), launching: plainLaunching },
    })
    expect(asked).toEqual(['local start', 'local start'])
    expect(existsSync(join(dir, '7'))).toBe(false)
  })

  it('asks who started it, also after a crash within the start, when no launch was stored', async () => {
    await expect(choosing(true).start(bounded)).rejects.toThrow('killed')
    expect(readFileSync(join(dir, '7/launcher'), 'utf8')).toBe('systemd\n')
    await choosing().look(ref)
    expect(asked).toEqual(['systemd start', 'systemd look'])
  })

  it('asks the launcher that the stored launch names where the folder tells nothing', async () => {
    const launch = { launcher: 'systemd', pid: 1, startTicks: '1', bootId: 'b' }
    await choosing().look({ ...ref, launch })
    expect(asked).toEqual(['systemd look'])
  })

  it('forgets with the launcher that it asked', async () => {
    const launcher = choosing()
    await launcher.start(bounded)
    launcher.forget(ref)
    expect(asked).toEqual(['systemd start', 'systemd forget'])
  })

  it('does not take a launcher it does not know for another one', async () => {
    const launch = { launcher: 'moonbase', pid: 1, startTicks: '1', bootId: 'b' }
    await expect(choosing().look({ ...ref, launch })).rejects.toMatchObject({
      code: 'launch.unknown',
    })
    expect(asked).toEqual([])
  })
})

describe('the name of a launcher', () => {
  it('is that of its manager, so that a session of one is not looked for with another', () => {
    const { launching } = systemdBounds()
    expect(launcherName(launching, true)).toBe('systemd')
    expect(launcherName(launching, false)).toBe('systemd-user')
    expect(launcherName(systemdBounds({ manager: 'user' }).launching, true)).toBe('systemd-user')
  })
})
