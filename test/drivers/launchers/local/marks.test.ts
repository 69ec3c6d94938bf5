// What a ticket tells, line by line, and what a torn or foreign one does not.

import { describe, expect, it } from 'vitest'
import { endingOf, readMarks } from '../../../../src/drivers/launchers/local/marks.ts'

const stat = (command: string) => `42 (${command}) S 7 40 41 ${'0 '.repeat(15)}123456 99`
const whole = [
  'wrapper abc 40 boot-1 /sys/fs/cgroup/a b/midwatch-f-1 end',
  `start abc ${stat('sh')} end`,
  'exit 7 12.05 end',
  '',
].join('\n')

describe('marks of a ticket', () => {
  it('a whole ticket tells wrapper, cgroup, program and exit', () => {
    expect(readMarks(whole)).toEqual({
      taken: null,
      wrapper: { nonce: 'abc', pid: 40, bootId: 'boot-1' },
      cgroup: '/sys/fs/cgroup/a b/midwatch-f-1',
      refused: null,
      started: { pid: 42, startTicks: '123456' },
      inside: false,
      unexecuted: false,
      exit: { code: 7, uptimeCentis: 1205 },
      late: false,
      oomKills: 0,
      shellSaid: '',
    })
  })

  it('a line counts only when it is whole, wherever the text is torn', () => {
    for (let length = 0; length < whole.length; length++) {
      const marks = readMarks(whole.slice(0, length))
      const lines = whole.slice(0, length).split('\n').length - 1
      const told = [marks.wrapper, marks.started, marks.exit].filter((mark) => mark !== null)
      expect(told, `${length} characters`).toHaveLength(lines)
    }
  })

  it('an exit recorded after a torn try counts', () => {
    const torn = whole.replace('exit 7 12.05 end\n', 'exit 7 1\nexit 7 13.00 end\n')
    expect(readMarks(torn).exit).toEqual({ code: 7, uptimeCentis: 1300 })
  })

  it('tells how often the kernel killed for memory', () => {
    expect(readMarks('oom 2 end\n').oomKills).toBe(2)
    expect(readMarks('oom 2').oomKills).toBe(0)
  })

  it('a wrapper without cgroup, a refusal and a ticket taken by the dispatcher are told', () => {
    expect(readMarks('wrapper abc 40 boot-1  end\n')).toMatchObject({ cgroup: null })
    expect(readMarks('refused too late end\n')).toMatchObject({ refused: 'too late' })
    expect(readMarks('taken by us end\n')).toMatchObject({ taken: 'by us', wrapper: null })
  })

  it('a code above 128 is a signal only if the shell said so', () => {
    expect(endingOf(143, 'Terminated')).toEqual({ exitCode: null, signal: 'SIGTERM' })
    expect(endingOf(143, '')).toEqual({ exitCode: 143, signal: null })
    expect(endingOf(7, 'whatever')).toEqual({ exitCode: 7, signal: null })
    expect(endingOf(255, 'whatever')).toEqual({ exitCode: 255, signal: null })
  })
})
