import { expect, it } from 'vitest'

import { hostZone, isZone } from '../../src/base/zone.ts'

it('zones are known by name and by their distance to UTC, and others are none, however often one asks', () => {
  for (const _ of [1, 2])
    expect(['Europe/Berlin', 'utc', '+05:30', 'Mars/Olympus', ''].map(isZone)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
})

it('the zone of this machine is one', () => {
  expect(isZone(hostZone())).toBe(true)
})
