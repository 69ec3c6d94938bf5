// Output kept within its room while a real program prints on: the beginning, the newest part and every offset stay.

import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { fileOutputs } from '../../../src/drivers/outputs/files.ts'
import { fileTrimmer } from '../../../src/drivers/outputs/trim.ts'

const megabyte = 1_048_576
let dir = ''
let writer: ChildProcess | null = null
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-trim-'))
  mkdirSync(join(dir, 'attempts', '1'), { recursive: true })
})
afterEach(() => {
  writer?.kill('SIGKILL')
  writer = null
  rmSync(dir, { recursive: true, force: true })
})
const path = () => join(dir, 'attempts', '1', 'out')
const onDisk = () => statSync(path()).blocks * 512

it('a session that prints without end takes its room and no more, and its newest lines are whole', async () => {
  const fd = openSync(path(), 'a')
  const script = `const { writeSync } = require('node:fs')
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let i = 1; i <= 3000; i++) {
      writeSync(1, 'x'.repeat(16000) + ' line ' + i + '\\n')
      if (i % 10 === 0) Atomics.wait(pause, 0, 0, 5)
    }`
  writer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', fd, 'ignore'] })
  closeSync(fd)
  const over = new Promise((resolve) => writer?.on('close', resolve))
  const trimmer = fileTrimmer(dir)
  let freed = 0
  let running = true
  void over.then(() => (running = false))
  while (running) {
    freed += await trimmer.trim(1, 8 * megabyte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  freed += await trimmer.trim(1, 8 * megabyte)
  expect(freed).toBeGreaterThan(30 * megabyte)
  expect(onDisk()).toBeLessThanOrEqual(8 * megabyte)
  const text = readFileSync(path(), 'latin1')
  expect(text.length).toBe(statSync(path()).size)
  expect(text.slice(0, megabyte)).not.toContain('\0')
  expect(text).toContain(' line 1\n')
  expect(text).toContain('[midwatch: output was dropped from here on')
  const newest = text.slice(text.lastIndexOf('\0') + 1)
  const numbers = [...newest.matchAll(/^x{16000} line (\d+)$/gm)].map(([, n]) => Number(n))
  expect(numbers.at(-1)).toBe(3_000)
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
  const outputs = fileOutputs(dir)
  const size = outputs.size(1, 'out')
  expect(outputs.read(1, 'out', size - 10, 99).toString()).toBe(' line 3000\n'.slice(1))
}, 30_000)

it('what is within its room, is not there, or is a link to something else is left as it is', async () => {
  const trimmer = fileTrimmer(dir)
  expect(await trimmer.trim(2, megabyte)).toBe(0)
  writeFileSync(path(), 'x'.repeat(3 * megabyte))
  expect(await trimmer.trim(1, 4 * megabyte)).toBe(0)
  const foreign = join(dir, 'foreign')
  writeFileSync(foreign, 'x'.repeat(30 * megabyte))
  symlinkSync(foreign, join(dir, 'attempts', '1', 'err'))
  expect(await trimmer.trim(1, 4 * megabyte)).toBe(0)
  expect(readFileSync(foreign, 'latin1')).not.toContain('\0')
  expect(readFileSync(path(), 'latin1')).not.toContain('\0')
})

it('without the tool nothing is lost, and the sentence says what to do', async () => {
  writeFileSync(path(), 'x'.repeat(12 * megabyte))
  const before = process.env['PATH']
  process.env['PATH'] = dir
  try {
    await expect(fileTrimmer(dir).trim(1, 4 * megabyte)).rejects.toMatchObject({
      code: 'outputs.untrimmed',
      remedy: expect.stringContaining('util-linux'),
    })
  } finally {
    process.env['PATH'] = before
  }
  expect(statSync(path()).size).toBe(12 * megabyte)
})
