// What a spawner makes for a session before it starts it, and clears away afterwards.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../../src/base/clock.ts'
import { createSpawner, type Spawner } from '../../../../src/drivers/launchers/local/spawner.ts'
import type { SpawnRequest } from '../../../../src/drivers/launchers/local/spawner-frame.ts'
import { until } from '../../../support/until.ts'

let dir: string
let spawner: Spawner
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-spawner-'))
  spawner = createSpawner(systemClock)
})
afterEach(() => {
  if (spawner.pid !== null) process.kill(spawner.pid, 'SIGKILL')
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

const at = (name: string): string => join(dir, name)
const appears = (name: string) => until(async () => existsSync(at(name)))
const text = (name: string): string => readFileSync(at(name), 'utf8')
const shell = (script: string) => ['/bin/sh', '-c', script]
const start = (script: string, more: Partial<SpawnRequest> = {}) =>
  spawner.start({ dir, cwd: dir, command: shell(script), env: { PATH: '/usr/bin:/bin' }, ...more })

describe('a spawner that is told to be ready', () => {
  it('is there before it is asked, and is the one that is asked', async () => {
    expect(spawner.pid).toBeNull()
    spawner.ready()
    const { pid } = spawner
    expect(pid).not.toBeNull()
    expect((await start('touch ran')).is).toBe('started')
    await appears('ran')
    expect(spawner.pid).toBe(pid)
  })
})

describe('the folder of a session', () => {
  it('is there with its files before it starts, whole and nobody else’s', async () => {
    const files = { order: 'be true\nü', 'empty.txt': '' }
    expect((await start('touch ran', { dir: at('one'), lay: files })).is).toBe('started')
    await appears('ran')
    expect(text('one/order')).toBe(files.order)
    expect(readdirSync(at('one')).sort()).toEqual(['empty.txt', 'order', 'outbox'])
    for (const name of ['one', 'one/outbox', 'one/order'])
      expect(statSync(at(name)).mode & 0o77).toBe(0)
  })

  it('may be there already; a file of the same name is another one then', async () => {
    await start('true', { dir: at('one'), lay: { order: 'first' } })
    expect((await start('touch ran', { dir: at('one'), lay: { order: 'other' } })).is).toBe(
      'started',
    )
    expect(text('one/order')).toBe('other')
    await appears('ran')
  })

  it('that cannot be made is told, and nothing is started', async () => {
    writeFileSync(at('file'), '')
    expect(await start('touch ran', { dir: at('file'), lay: {} })).toEqual({ is: 'unmade' })
    expect(await start('touch ran', { dir: at('no/where'), lay: {} })).toEqual({ is: 'unmade' })
    expect((await start('touch next')).is).toBe('started')
    await appears('next')
    expect(existsSync(at('ran'))).toBe(false)
  })
})

describe('a cgroup that is to be discarded', () => {
  it('is removed once it is empty, and kept for who starts in it', async () => {
    expect(spawner.discard(at('none'))).toBe(false)
    await start('true')
    for (const name of ['empty', 'full', 'wanted']) mkdirSync(at(name))
    writeFileSync(at('full/in'), '')
    for (const name of ['empty', 'full', 'wanted']) expect(spawner.discard(at(name))).toBe(true)
    await start('true', { cgroup: at('wanted') })
    await until(async () => !existsSync(at('empty')))
    expect(existsSync(at('full'))).toBe(true)
    rmSync(at('full/in'))
    await until(async () => !existsSync(at('full')))
    expect(existsSync(at('wanted'))).toBe(true)
  })

  it('that is left of an emptied session is made anew for the next', async () => {
    mkdirSync(at('left'))
    mkdirSync(at('younger'))
    await start('touch ran', { cgroup: at('left') })
    await appears('ran')
    const bornAt = (name: string) => statSync(at(name)).birthtimeMs
    expect(bornAt('left')).toBeGreaterThan(bornAt('younger'))
  })
})
