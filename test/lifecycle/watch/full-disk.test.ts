// Who pays for an ending on a full disk.

import { describe, expect, test } from 'vitest'

import { onFullDisk } from '../../../src/lifecycle/watch/full-disk.ts'
import { failureTable } from '../../../src/model/failure.ts'
import { verdict } from '../../support/nouns.ts'

const disk = (free: number | null) => ({ freeBytes: async () => free })

describe('an ending whose last words may not have been written', () => {
  test.each(['hollow', 'timeout', 'lost', 'unknown'] as const)(
    '%s on a full disk is charged to no task, and says what it looked like',
    async (looked) => {
      const judged = await onFullDisk(disk(0), '/a/7', verdict(looked))
      expect(judged).toMatchObject({ class: 'resource_exhausted', blame: 'host' })
      expect(judged.evidence).toMatch(new RegExp(`disk of /a/7 is full.*${looked}`))
      expect(failureTable[judged.class].pays).toBe('lane')
    },
  )

  test('one whose exit could not be written at first is not charged either, though there is room again', async () => {
    const judged = await onFullDisk(disk(10e9), '/a/7', verdict('hollow'), true)
    expect(judged).toMatchObject({ class: 'resource_exhausted', blame: 'host' })
    expect(judged.evidence).toMatch(/disk of \/a\/7 was full when it ended.*hollow/)
    const failed = verdict('task_failed')
    expect(await onFullDisk(disk(10e9), '/a/7', failed, true)).toBe(failed)
  })

  test.each([
    ['hollow', 10e9],
    ['hollow', null],
    ['task_failed', 0],
    ['success', 0],
    ['rate_limited', 0],
  ] as const)('%s with %s bytes free stays what it is', async (looked, free) => {
    const before = verdict(looked)
    expect(await onFullDisk(disk(free), '/a/7', before)).toBe(before)
  })
})
