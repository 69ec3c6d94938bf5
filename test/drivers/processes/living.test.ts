// Who belongs to a session, judged on process tables made up for it.

import { describe, expect, it } from 'vitest'
import { membersOf, type Trace } from '../../../src/drivers/processes/living.ts'
import type { Process } from '../../../src/drivers/processes/process.ts'

const self = { pid: 10, session: 10 }
const trace: Trace = {
  mark: 'f:1:n',
  wrapperPid: 100,
  wrapperDone: false,
  exitCentis: null,
  program: { pid: 101, startTicks: '500' },
  cgroupPids: new Set(),
}

const process = (pid: number, changes: Partial<Process> = {}): Process => ({
  pid,
  state: 'S',
  parent: 1,
  group: pid,
  session: pid,
  startTicks: '500',
  mark: null,
  ...changes,
})

const pids = (processes: Process[], changes: Partial<Trace> = {}) =>
  membersOf(processes, { ...trace, ...changes }, self)
    .map((member) => member.pid)
    .sort((a, b) => a - b)

describe('members of a session', () => {
  it('carry its mark, and no other', () => {
    const table = [process(200, { mark: 'f:1:n' }), process(201, { mark: 'f:1:n2' }), process(202)]
    expect(pids(table)).toEqual([200])
  })

  it('sit in its cgroup, marked or not', () => {
    expect(pids([process(200), process(201)], { cgroupPids: new Set([201]) })).toEqual([201])
  })

  it('are its program, but not a later bearer of the program’s pid (incident 16)', () => {
    expect(pids([process(101)])).toEqual([101])
    expect(pids([process(101, { startTicks: '900' })])).toEqual([])
  })

  it('descend from members, however deep, in whatever order they are listed', () => {
    const table = [process(203, { parent: 202 }), process(202, { parent: 101 }), process(101)]
    expect(pids(table)).toEqual([101, 202, 203])
  })

  it('share a session with members', () => {
    const table = [process(200, { session: 77 }), process(201, { session: 77, mark: 'f:1:n' })]
    expect(pids(table)).toEqual([200, 201])
  })

  it('are not we, nor our children and our session, even if one in it carries the mark', () => {
    const table = [
      process(10, { mark: 'f:1:n' }),
      process(11, { parent: 10, session: 10 }),
      process(12, { session: 10, mark: 'f:1:n' }),
    ]
    expect(pids(table)).toEqual([12])
  })

  it('of the wrapper’s session belong unmarked only if they are older than its recorded exit', () => {
    const old = process(200, { session: 100, startTicks: '590' })
    const young = process(201, { session: 101, startTicks: '610' })
    const later = process(202, { session: 100, startTicks: '610' })
    expect(pids([old, young], { exitCentis: 600 })).toEqual([200])
    expect(pids([later], { exitCentis: 600 })).toEqual([])
    expect(pids([old])).toEqual([])
  })

  it('do not include a wrapper that is done, even while it is ending without environment', () => {
    const done = { wrapperDone: true, exitCentis: 600, cgroupPids: new Set([100]) }
    expect(pids([process(100, { mark: 'f:1:n' })], done)).toEqual([])
    expect(pids([process(100)], done)).toEqual([])
    expect(pids([process(100, { mark: 'f:1:n' })])).toEqual([100])
  })
})
