// Whether a folder can be worked in is asked once for all who ask in the same moment, and never remembered.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { folderAsker } from '../../../src/drivers/hosts/folders.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-folders-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('a folder that went away is noticed by who asks next', async () => {
  const folder = folderAsker()
  expect(await folder(dir)).toBe('ok')
  rmSync(dir, { recursive: true })
  expect(await folder(dir)).toBe('missing')
})

it('a bad answer is not remembered', async () => {
  const folder = folderAsker()
  const late = join(dir, 'late')
  expect(await folder(late)).toBe('missing')
  mkdirSync(late)
  expect(await folder(late)).toBe('ok')
})

it('all who ask in the same moment get the one answer', async () => {
  const folder = folderAsker()
  const [one, other] = [folder(dir), folder(dir)]
  expect(other).toBe(one)
  expect(await one).toBe('ok')
})
