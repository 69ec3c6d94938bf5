// A cgroup per attempt, where one can be made: what a process can't leave by scrubbing its environment and starting a
// session of its own. Nothing here is needed for an attempt to run; where no cgroup can be made, marks alone must do.
// The `pids` hierarchy of version 1 is preferred, because joining it is quick; else version 2.

import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { Clock } from '../../../base/clock.ts'

/** Empty cgroups are swept away once they are this old: a younger one may be about to be joined. */
const leftoverAgeMs = 5_000
const foreignLeftoverAgeMs = 600_000

/** The folder in which this process may make cgroups; null where there is none. */
export function findCgroupRoot(): string | null {
  try {
    const own = readFileSync('/proc/self/cgroup', 'latin1')
    const mounts = readFileSync('/proc/self/mountinfo', 'latin1')
    return candidates(own, mounts).find(isWritable) ?? null
  } catch {
    return null // no cgroups at all
  }
}

/** Own cgroup in the v1 `pids` and the v2 hierarchy, as folders. `own` and `mounts` are texts of /proc/self. Pure. */
export function candidates(own: string, mounts: string): string[] {
  const pathOf = (pattern: RegExp) => pattern.exec(own)?.[1]
  const wanted = [
    {
      path: pathOf(/^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(\/.*)$/m),
      isMount: (type: string, options: string) =>
        type === 'cgroup' && options.split(',').includes('pids'),
    },
    { path: pathOf(/^0::(\/.*)$/m), isMount: (type: string) => type === 'cgroup2' },
  ]
  const rows = mounts.split('\n').map((line) => line.split(' '))
  return wanted.flatMap(({ path, isMount }) => {
    const row = rows.find((fields) => {
      const dash = fields.indexOf('-')
      return dash > 0 && isMount(fields[dash + 1] ?? '', fields[dash + 3] ?? '')
    })
    if (path === undefined || row === undefined) return []
    const inside = posix.relative(row[3] ?? '/', path)
    return inside.startsWith('..') ? [] : [posix.join(row[4] ?? '', inside)]
  })
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    accessSync(join(path, 'cgroup.procs'), constants.W_OK)
    return true
  } catch {
    return false // not delegated to us, or mounted read-only
  }
}

/** The name of an attempt's cgroup. */
const nameOf = (fleetId: string, attemptId: number | string) => `midwatch-${fleetId}-${attemptId}`

/** Where the attempt's cgroup is under `root`, whether it is made or not. */
export const cgroupOf = (root: string, fleetId: string, attemptId: number): string =>
  join(root, nameOf(fleetId, attemptId))

/** Makes a cgroup, if that can be; else its session goes without. */
export async function makeCgroup(path: string): Promise<void> {
  await mkdir(path).catch(() => {}) // a millisecond and more of the kernel's, so not on the loop
}

/**
 * The file of a cgroup under `root` into which a shell writes `0` to join. Writing to version 1's `tasks` moves the one
 * thread of the shell and takes no lock; `cgroup.procs` waits for the machine-wide lock of thread groups (idle: 6 to 8 ms
 * more, measured).
 */
export function joinFileOf(root: string, path: string): string {
  const name = joinNames.get(root) ?? (existsSync(join(root, 'tasks')) ? 'tasks' : 'cgroup.procs')
  joinNames.set(root, name)
  return join(path, name)
}

/** By hierarchy: of which version one is, never changes. */
const joinNames = new Map<string, string>()

/** Whether a path that a ticket names is the cgroup of this attempt: a session could write its ticket. */
export const isCgroupOf = (path: string, fleetId: string, attemptId: number): boolean =>
  posix.normalize(path) === path && posix.basename(path) === nameOf(fleetId, attemptId)

/** Pids in the cgroup and in those the session made under it. Empty when it is gone. */
export function cgroupPids(path: string): Set<number> {
  try {
    const own = readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    return new Set([...own.map(Number), ...inner(path).flatMap((sub) => [...cgroupPids(sub)])])
  } catch {
    return new Set()
  }
}

/** Ends whatever is in the cgroup in one stroke, forks in flight included; false where the kernel can't. */
export function killCgroup(path: string): boolean {
  return tryWrite(join(path, 'cgroup.kill'), '1')
}

/** Lets nothing in the cgroup fork any more (v1 `pids`), so that killing gets ahead; false where that can't be. */
export function stopForks(path: string): boolean {
  return tryWrite(join(path, 'pids.max'), '0')
}

/** Removes the cgroup; false when something is still in it. The kernel refuses by itself to remove a peopled one. */
export function removeCgroup(path: string): boolean {
  try {
    for (const sub of inner(path)) removeCgroup(sub)
    rmdirSync(path)
    return true
  } catch {
    return !existsSync(path)
  }
}

/**
 * Removes what earlier daemons left under `root`, as far as it is empty: soon if it is of this fleet, after a while if it
 * is of another one, which may never be started again.
 */
export function sweepCgroups(root: string, fleetId: string, clock: Clock): void {
  for (const path of inner(root)) {
    const name = posix.basename(path)
    if (!name.startsWith('midwatch-')) continue
    const ripeMs = name.startsWith(nameOf(fleetId, '')) ? leftoverAgeMs : foreignLeftoverAgeMs
    try {
      if (clock.now() - statSync(path).mtimeMs > ripeMs) removeCgroup(path)
    } catch {
      // Another one swept it.
    }
  }
}

/** Folders inside a cgroup. The link count tells without listing whether there are any. */
function inner(path: string): string[] {
  if (statSync(path).nlink <= 2) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name))
}

function tryWrite(path: string, text: string): boolean {
  try {
    if (!existsSync(path)) return false
    writeFileSync(path, text)
    return true
  } catch {
    return false
  }
}
