// The daemon's log on real files: it is written for its owner alone, and a log that is not to be had stops nobody.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { openDaemonLog } from '../../../src/drivers/logs/daemon-log.ts'

let dir: string
let told: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-log-'))
  told = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (path: string) => openDaemonLog(path, (sentence) => told.push(sentence))
const fact = { id: 1, at: 2, taskId: 3, attemptId: null, body: { kind: 'task.ready' } } as const

test('facts and troubles are lines that only the owner reads', () => {
  const path = join(dir, 'log')
  const log = open(path)
  log.fact(fact)
  log.trouble('it hurts', { where: 'here' })
  log.close()
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { fact: 1, kind: 'task.ready' },
    { msg: 'it hurts', where: 'here' },
  ])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(told).toEqual([])
})

test('a log that cannot be opened is told once; what would be written is let go', () => {
  const path = join(dir, 'log')
  mkdirSync(path)
  const log = open(path)
  log.fact(fact)
  log.trouble('it hurts')
  log.close()
  expect(told).toEqual([`${path} cannot be written (EISDIR)`])
})

test('a log that cannot be written any more is told once, and throws nothing', () => {
  const log = open('/dev/full')
  for (let i = 0; i < 3; i += 1) log.fact(fact)
  log.close()
  expect(told).toEqual(['/dev/full cannot be written (ENOSPC)'])
})

test('a log that is full makes room: one before it is kept, and no line is lost between them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-log-'))
  const path = join(folder, 'daemon.log')
  const log = openDaemonLog(path, (why) => expect.fail(why), 500)
  for (let i = 0; i < 12; i++) log.trouble(`line ${i}`)
  log.close()
  const kept = [`${path}.1`, path].flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  const numbers = kept.map((line) => Number(/line (\d+)/.exec(line)?.[1]))
  expect(numbers).toEqual(numbers.map((_, i) => 11 - (numbers.length - 1 - i)))
  expect(numbers.length).toBeLessThan(20)
  expect(readFileSync(path, 'utf8').length).toBeLessThanOrEqual(700)
  rmSync(folder, { recursive: true, force: true })
})
