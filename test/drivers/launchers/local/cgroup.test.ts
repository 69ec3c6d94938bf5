// Where cgroups can be made, read from what kernels, containers and hybrid set-ups show; and whose a cgroup is.

import { describe, expect, it } from 'vitest'
import { candidates, isCgroupOf } from '../../../../src/drivers/launchers/local/cgroup.ts'

const mount = (root: string, point: string, type: string, options: string) =>
  `31 23 0:28 ${root} ${point} rw,nosuid shared:9 - ${type} cgroup rw,${options}`

describe('cgroup', () => {
  it('on version 2 it is our own cgroup', () => {
    const mounts = mount('/', '/sys/fs/cgroup', 'cgroup2', 'nsdelegate')
    const own = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/midwatch.service\n'
    expect(candidates(own, mounts)).toEqual([
      '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/midwatch.service',
    ])
  })

  it('on a hybrid machine the pids hierarchy comes first', () => {
    const mounts = [
      mount('/', '/sys/fs/cgroup/cpu', 'cgroup', 'cpu'),
      mount('/', '/sys/fs/cgroup/pids', 'cgroup', 'pids'),
      mount('/', '/sys/fs/cgroup/unified', 'cgroup2', ''),
    ].join('\n')
    expect(candidates('8:pids:/a\n4:memory:/m\n0::/b\n', mounts)).toEqual([
      '/sys/fs/cgroup/pids/a',
      '/sys/fs/cgroup/unified/b',
    ])
  })

  it('in a container without a cgroup namespace the path is taken from the mount’s root', () => {
    const mounts = mount('/docker/abc', '/sys/fs/cgroup/pids', 'cgroup', 'pids')
    expect(candidates('8:pids:/docker/abc\n', mounts)).toEqual(['/sys/fs/cgroup/pids'])
    expect(candidates('8:pids:/docker/other\n', mounts)).toEqual([])
  })

  it('without cgroups there is none', () => {
    expect(candidates('', '')).toEqual([])
    expect(candidates('0::/\n', mount('/', '/proc', 'proc', ''))).toEqual([])
  })

  it('a path is an attempt’s cgroup by its whole name only', () => {
    expect(isCgroupOf('/sys/fs/cgroup/midwatch-f-12', 'f', 12)).toBe(true)
    for (const path of [
      '/sys/fs/cgroup',
      '/sys/fs/cgroup/midwatch-f-1',
      '/a/midwatch-f-12/..',
      '',
    ]) {
      expect(isCgroupOf(path, 'f', 12)).toBe(false)
    }
  })
})
