// Whether a folder can be worked in is asked once for all who ask in the same moment, and never remembered for long.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { folderAsker } from '../../../src/drivers/hosts/folders.ts'

let dir = ''
let nowMs = 0
const clock = { monotonicMs: () => nowMs }
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-folders-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('a good answer serves a moment, and a folder that went away is noticed after it', async () => {
  const folder = folderAsker(clock)
  expect(await folder(dir)).toBe('ok')
  rmSync(dir, { recursive: true })
  nowMs += 99
  expect(await folder(dir)).toBe('ok')
  nowMs += 1
  expect(await folder(dir)).toBe('missing')
})

it('a bad answer is not remembered', async () => {
  const folder = folderAsker(clock)
  const late = join(dir, 'late')
  expect(await folder(late)).toBe('missing')
  mkdirSync(late)
  expect(await folder(late)).toBe('ok')
})

it('all who ask in the same moment get the one answer', async () => {
  const folder = folderAsker(clock)
  const [one, other] = [folder(dir), folder(dir)]
  expect(other).toBe(one)
  expect(await one).toBe('ok')
})
