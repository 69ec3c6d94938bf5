// What a machine feels like: its control group's memory where that is scarcer than the machine's, and the last key that
// somebody logged in pressed. Told from a likeness of /proc, /sys, /run and /dev; once from this machine itself.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { localSenses } from '../../../src/drivers/senses/local.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'midwatch-senses-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (path: string, text: string | Buffer) => {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, text)
  return whole
}
const machine = (total: number, available: number) =>
  put('proc/meminfo', `MemTotal: ${total} kB\nMemFree: 1 kB\nMemAvailable: ${available} kB\n`)
const feel = () => localSenses(root).feel()
const mb = 1_048_576

describe('free memory', () => {
  test('is what may be had of the machine, files that nobody uses included', async () => {
    machine(1_000, 600)
    expect((await feel()).freeMemory).toBe(0.6)
  })

  test('is that of the control group where that has less, its unused files given back', async () => {
    machine(1_000, 600)
    put('proc/self/cgroup', '0::/fleet\n')
    put('sys/fs/cgroup/fleet/memory.max', `${100 * mb}\n`)
    put('sys/fs/cgroup/fleet/memory.current', `${90 * mb}\n`)
    put('sys/fs/cgroup/fleet/memory.stat', `anon 1\ninactive_file ${20 * mb}\n`)
    expect((await feel()).freeMemory).toBeCloseTo(0.3)
  })

  test('is that of a group of version 1 as well', async () => {
    machine(1_000, 600)
    put('sys/fs/cgroup/memory/memory.limit_in_bytes', `${100 * mb}\n`)
    put('sys/fs/cgroup/memory/memory.usage_in_bytes', `${95 * mb}\n`)
    expect((await feel()).freeMemory).toBeCloseTo(0.05)
  })

  test.each(['max', '9223372036854771712'])('has no bound in a group of %s', async (most) => {
    machine(1_000, 600)
    put('proc/self/cgroup', '0::/\n')
    put('sys/fs/cgroup/memory.max', `${most}\n`)
    put('sys/fs/cgroup/memory.current', `${90 * mb}\n`)
    expect((await feel()).freeMemory).toBe(0.6)
  })
})

describe.runIf(process.platform === 'linux')('somebody at work', () => {
  const typedAgo = (line: string, ms: number) => {
    const at = new Date(Date.now() - ms)
    utimesSync(put(`dev/${line}`, ''), at, at)
  }
  const login = (line: string, type = 7) => {
    const record = Buffer.alloc(384)
    record.writeInt16LE(type, 0)
    record.write(line, 8, 'latin1')
    return record
  }
  const about = async (ms: number) => {
    const { idleMs } = await feel()
    expect(idleMs).toBeGreaterThanOrEqual(ms)
    expect(idleMs).toBeLessThan(ms + 60_000)
  }

  test('is who typed last of those that are logged in; who has left does not count', async () => {
    put('run/utmp', Buffer.concat([login('pts/0'), login('pts/1'), login('pts/2', 8)]))
    typedAgo('pts/0', 3_600_000)
    typedAgo('pts/1', 600_000)
    typedAgo('pts/2', 1_000)
    await about(600_000)
  })

  test('is looked for at every terminal where nobody writes down who is logged in', async () => {
    typedAgo('pts/4', 300_000)
    put('dev/pts/ptmx', '')
    await about(300_000)
  })

  test('is nobody where nobody is logged in, and unknown where nothing tells', async () => {
    expect((await feel()).idleMs).toBeNull()
    put('run/utmp', login('pts/0', 8))
    expect((await feel()).idleMs).toBe(Number.POSITIVE_INFINITY)
  })
})

test('this machine tells its load and its memory', async () => {
  const { loadPerCore, freeMemory } = await localSenses().feel()
  expect(loadPerCore).toBeGreaterThanOrEqual(0)
  expect(freeMemory).toBeGreaterThan(0)
  expect(freeMemory).toBeLessThanOrEqual(1)
})
