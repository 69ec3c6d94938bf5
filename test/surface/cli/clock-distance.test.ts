// What `doctor` says of this machine's clock beside that of a database that many hosts share.

import { expect, test } from 'vitest'

import { checkDistance } from '../../../src/surface/cli/doctor/checks.ts'

const behind = (offsetMs: number | null) => ({
  isSure: () => true,
  offsetMs: () => offsetMs,
  look: async () => {},
})

test('a store without a clock of its own is beside the point', () => {
  expect([checkDistance(undefined), checkDistance(behind(null))]).toEqual([null, null])
})

test('a clock that agrees is well, and one that is seconds away is told', () => {
  expect(checkDistance(behind(-400))).toMatchObject({
    level: 'ok',
    sentence: expect.stringMatching(/agrees/),
  })
  expect(checkDistance(behind(12_300))).toMatchObject({
    level: 'ok',
    sentence: expect.stringMatching(/12.3 s behind/),
  })
})

test('a clock that is minutes away is worth a look, in either direction', () => {
  expect(checkDistance(behind(600_000))).toMatchObject({
    level: 'warn',
    sentence: expect.stringMatching(/600.0 s behind/),
  })
  expect(checkDistance(behind(-600_000))).toMatchObject({
    level: 'warn',
    sentence: expect.stringMatching(/ahead of/),
  })
})
