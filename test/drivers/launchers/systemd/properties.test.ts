// Rows of properties: what they say, what is shown of them, and what differs. No systemd is asked.

import { describe, expect, it } from 'vitest'
import { whyMemoryUnbound } from '../../../../src/drivers/launchers/systemd/enforced.ts'
import {
  differences,
  propertyArgument,
  shownNames,
  unitRows,
} from '../../../../src/drivers/launchers/systemd/properties.ts'
import { readSpanUs } from '../../../../src/drivers/launchers/systemd/time-span.ts'
import {
  causeOf,
  isOver,
  readShown,
  readUnit,
  readUnitName,
  sliceName,
  unitName,
} from '../../../../src/drivers/launchers/systemd/unit.ts'
import type { SystemdLaunching } from '../../../../src/model/launcher.ts'
import { systemdBounds } from '../kinds.ts'

const rowsOf = (changes: Partial<SystemdLaunching> = {}, cwd = '/srv/work') => {
  const bounds = systemdBounds(changes)
  if (bounds.launching.kind !== 'systemd') throw new Error('it is of systemd')
  return unitRows(bounds.launching, bounds, { cwd, attemptDir: '/srv/a' }, 'x')
}
const valuesOf = (rows: ReturnType<typeof rowsOf>, name: string) =>
  rows.filter((row) => row.name === name).map(({ value }) => value)

describe('rows of properties', () => {
  it('can only be said as --property=NAME=VALUE', () => {
    const said = rowsOf({ memoryBytes: 4_294_967_296, cpus: 2 }).map(propertyArgument)
    expect(said).toContain('--property=MemoryMax=4294967296')
    expect(said).toContain('--property=CPUQuota=200%')
    for (const argument of said) expect(argument).toMatch(/^--property=[A-Z][A-Za-z]+=[^=]/)
  })

  it('put the launcher’s own limit beyond ours: limit, grace and a margin', () => {
    expect(valuesOf(rowsOf(), 'RuntimeMaxSec')).toEqual(['185s'])
    expect(valuesOf(rowsOf(), 'TimeoutStopSec')).toEqual(['5s'])
  })

  it('leave a client’s missing folder aside, and insist on a named one', () => {
    const bounds = {
      ...systemdBounds({ writable: ['/home/me/cache'] }),
      writes: ['/home/me/.claude'],
    }
    if (bounds.launching.kind !== 'systemd') throw new Error('it is of systemd')
    const rows = unitRows(bounds.launching, bounds, { cwd: '/srv/work', attemptDir: '/srv/a' }, 'x')
    expect(valuesOf(rows, 'ReadWritePaths')).toEqual([
      '/srv/a',
      '/srv/work',
      '/home/me/cache',
      '-/home/me/.claude',
    ])
  })

  it('bind what lies below the hidden /tmp, and quote what systemd would split', () => {
    expect(valuesOf(rowsOf({}, '/tmp/work'), 'BindPaths')).toEqual(['/tmp/work'])
    expect(valuesOf(rowsOf({}, '/tmp/a b:c"d'), 'BindPaths')).toEqual([`"/tmp/a b\\\\:c\\"d"`])
    expect(valuesOf(rowsOf({ protect: false }), 'ProtectSystem')).toEqual([])
  })
})

describe('what systemd shows', () => {
  const shownOf = (rows: ReturnType<typeof rowsOf>) =>
    new Map(
      rows.flatMap(({ value, shown }) =>
        shown === null ? [] : [[shown.as, value] as [string, string]],
      ),
    )

  it('is compared row by row, and what differs or is missing is a sentence', () => {
    const rows = rowsOf({ memoryBytes: 4_294_967_296, cpus: 2, protect: false })
    const shown = shownOf(rows)
    shown.set('CPUQuotaPerSecUSec', '2s')
    shown.set('TimeoutStopUSec', '5s')
    shown.set('RuntimeMaxUSec', '3min 5s')
    expect(differences(rows, shown)).toEqual([])
    shown.set('MemoryMax', 'infinity')
    shown.delete('KillMode')
    expect(differences(rows, shown)).toEqual([
      'KillMode was asked to be control-group and is not shown',
      'MemoryMax was asked to be 4294967296 and is infinity',
    ])
    expect(shownNames(rows)).toContain('CPUQuotaPerSecUSec')
  })

  it('reads its time spans', () => {
    expect(readSpanUs('1.500000s')).toBe(1_500_000)
    expect(readSpanUs('2h 12min 10s')).toBe(7_930_000_000)
    expect(readSpanUs('infinity')).toBeNull()
  })

  it('is no success for a unit that is not loaded', () => {
    const collected =
      'LoadState=not-found\nActiveState=inactive\nResult=success\nExecMainStatus=0\n'
    expect(readUnit(readShown(collected))).toBeNull()
    const loaded =
      'LoadState=loaded\nActiveState=failed\nResult=oom-kill\nExecMainPID=7\nExecMainCode=2\nExecMainStatus=9\nControlGroup=\n'
    const unit = readUnit(readShown(loaded))
    expect(unit).toMatchObject({ mainPid: 7, mainStatus: 9, controlGroup: null })
    expect(unit && [isOver(unit), causeOf(unit)]).toEqual([true, 'oom'])
  })
})

describe('names of units', () => {
  it('are found again by their words, and foreign ones are not ours', () => {
    const name = unitName('f-1', 12, 'ab12')
    expect(name).toBe('midwatch-f-1-12-ab12.service')
    expect(readUnitName(name, 'f-1')).toEqual({ attemptId: 12, nonce: 'ab12' })
    expect(readUnitName(name, 'f')).toBeNull()
    expect(readUnitName('sshd.service', 'f-1')).toBeNull()
    expect(sliceName('f-1')).toBe('midwatch-f\\x2d1.slice')
  })
})

describe('a bound on memory', () => {
  it('that no file of the kernel repeats does not bind', () => {
    expect(whyMemoryUnbound(1, null)).toMatch(/not given to this manager/)
    expect(whyMemoryUnbound(1, '/proc')).toMatch(/not given to this manager/)
  })
})
