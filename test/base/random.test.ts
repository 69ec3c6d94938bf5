import { expect, test } from 'vitest'

import { systemRandom } from '../../src/base/random.ts'

test('what the machine draws is of the length asked for, and is given out once', () => {
  const drawn = Array.from({ length: 2_000 }, (_, n) => systemRandom.hex(8 + (n % 17)))
  expect(drawn.map((text) => text.length)).toEqual(drawn.map((_, n) => 2 * (8 + (n % 17))))
  expect(new Set(drawn).size).toBe(drawn.length)
  expect(new Set(drawn.map((text) => text.slice(0, 8))).size).toBeGreaterThan(1_990)
})

test('more than is drawn in one go is drawn whole', () => {
  expect(systemRandom.hex(5_000)).toMatch(/^[0-9a-f]{10000}$/)
})

test('a number is at least nothing and less than one', () => {
  const drawn = Array.from({ length: 1_000 }, () => systemRandom.next())
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...drawn)).toBeLessThan(1)
  expect(new Set(drawn).size).toBe(1_000)
})
