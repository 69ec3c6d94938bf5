// The disk below a working fleet runs full, or turns read-only after an error, and is well again: nothing that was acknowledged is
// lost, callers are told why they are refused, people are told, and work goes on.

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary } from '../surface/cli/binary.ts'

const helper = fileURLToPath(new URL('disk/weather.ts', import.meta.url))
const mounts = (script: string) =>
  spawnSync('unshare', ['-m', 'sh', '-c', script], { stdio: 'ignore' }).status === 0
const scratch = mkdtempSync(join(tmpdir(), 'midwatch-disk-'))
const hasTmpfs = mounts(`mount -t tmpfs tmpfs ${scratch}`)
const hasLoop = mounts(
  `truncate -s 8M ${scratch}/i && mkfs.ext4 -q -F ${scratch}/i && mkdir ${scratch}/m && mount -o loop ${scratch}/i ${scratch}/m && which fuser e2fsck && umount ${scratch}/m`,
)

let binary: Binary
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(async () => {
  await binary.end([])
  rmSync(scratch, { recursive: true, force: true })
})

interface Outcome {
  readonly taken: number
  readonly refusals: readonly string[]
  readonly lost: readonly object[]
  readonly twice: number
  readonly told: readonly string[]
  readonly stopMs: number | null
}

async function weather(kind: 'full' | 'read-only'): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-weather-'))
  try {
    const words = ['-m', process.execPath, helper, dir, binary.path, kind]
    const { stdout } = await promisify(execFile)('unshare', words, { timeout: 110_000 })
    return JSON.parse(stdout) as Outcome
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test.skipIf(!hasTmpfs)(
  'a disk that runs full under load and is emptied again',
  async () => {
    const { taken, refusals, lost, twice } = await weather('full')
    expect(taken).toBeGreaterThan(5)
    expect([lost, twice]).toEqual([[], 0])
    expect(refusals).toContain('store.disk_full')
  },
  120_000,
)

test.skipIf(!hasLoop)(
  'a disk that turns read-only under load and is mended',
  async () => {
    const { taken, refusals, lost, stopMs } = await weather('read-only')
    expect(taken).toBeGreaterThan(5)
    expect(lost).toEqual([])
    expect(refusals).toEqual([expect.stringMatching(/^(store|state)\./)])
    // A stop waits for no write that cannot be; a minute is the supervisor's patience with a daemon that hangs.
    expect(stopMs).toBeLessThan(20_000)
  },
  120_000,
)
