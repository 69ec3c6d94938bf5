// When a session last printed: by its files, and by nothing that it put in their place.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { fileOutputs } from '../../../src/drivers/outputs/files.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-printed-'))
  mkdirSync(join(dir, 'attempts/1'), { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const printed = (stream: string, text: string, at: number) => {
  const path = join(dir, 'attempts/1', stream)
  writeFileSync(path, text)
  utimesSync(path, at, at)
}

test('the newer of its two streams says when; an empty one says nothing', () => {
  const outputs = fileOutputs(dir)
  expect(outputs.printedAt(1)).toBeNull()
  expect(outputs.printedAt(2)).toBeNull()
  printed('err', '', 2_000)
  expect(outputs.printedAt(1)).toBeNull()
  printed('out', 'a line\n', 1_000)
  expect(outputs.printedAt(1)).toBe(1_000_000)
  printed('err', 'a complaint\n', 3_000)
  expect(outputs.printedAt(1)).toBe(3_000_000)
})

test('a link in place of a stream says nothing', () => {
  symlinkSync('/etc/hostname', join(dir, 'attempts/1/out'))
  expect(fileOutputs(dir).printedAt(1)).toBeNull()
})
