// A line of /proc/PID/stat, whatever the process called itself.

import { describe, expect, it } from 'vitest'
import { isDead, statOf } from '../../../src/drivers/processes/stat-line.ts'

const line = (command: string, state = 'S') =>
  `42 (${command}) ${state} 7 40 41 ${'0 '.repeat(15)}123456 99`

describe('stat line', () => {
  it('a command name with spaces and brackets does not shift the fields', () => {
    for (const command of ['sh', 'a b', ') R 1 (', '((', '', ') Z']) {
      expect(statOf(line(command)), command).toEqual({
        pid: 42,
        state: 'S',
        parent: 7,
        group: 40,
        session: 41,
        startTicks: '123456',
      })
    }
  })

  it('a line that is cut before the start ticks is none', () => {
    for (const text of ['', '42', '42 (sh', '42 (sh) S 7']) expect(statOf(text)).toBeNull()
  })

  it('a zombie is dead, one that waits for its disk is not', () => {
    const isDeadIn = (state: string) => isDead(statOf(line('sh', state)) ?? expect.fail())
    expect(['Z', 'X', 'D', 'T', 'R'].map(isDeadIn)).toEqual([true, true, false, false, false])
  })
})
