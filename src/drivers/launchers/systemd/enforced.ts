// Whether a bound really binds. A manager without the memory controller (a user's own on control groups of version 1,
// say) accepts MemoryMax, shows it again, and enforces nothing; so the kernel's own file is read.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of a control group in the hierarchies of this machine, as far as they are there. */
export interface GroupFolders {
  /** Where its processes are read, and forks stopped: version 1's `pids`, else version 2, else systemd's own. */
  readonly processes: string | null
  readonly memory: string | null
}

/** Finds a unit's control group, `path` as systemd shows it. */
export function groupFolders(path: string, mounts = readMounts()): GroupFolders {
  const mounted = (fits: (type: string, options: readonly string[]) => boolean): string[] =>
    mounts
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap((fields) => {
        const dash = fields.indexOf('-')
        const options = (fields[dash + 3] ?? '').split(',')
        return dash > 0 && fits(fields[dash + 1] ?? '', options)
          ? [join(fields[4] ?? '', path)]
          : []
      })
      .filter((folder) => existsSync(join(folder, 'cgroup.procs')))
  const ofVersion1 = (controller: string) =>
    mounted((type, options) => type === 'cgroup' && options.includes(controller))
  const unified = mounted((type) => type === 'cgroup2')
  return {
    processes: [...ofVersion1('pids'), ...unified, ...ofVersion1('name=systemd')][0] ?? null,
    memory: [...ofVersion1('memory'), ...unified][0] ?? null,
  }
}

/** Why a memory bound does not bind; null when it does. */
export function whyMemoryUnbound(bytes: number, folder: string | null): string | null {
  if (folder === null) return 'the kernel’s memory controller is not given to this manager'
  for (const name of ['memory.max', 'memory.limit_in_bytes']) {
    const said = readText(join(folder, name))
    if (said === null) continue
    // The kernel rounds to pages.
    return Math.abs(Number(said) - bytes) < 65_536 ? null : `the kernel’s own limit is ${said}`
  }
  return 'the kernel’s memory controller is not given to this manager'
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return null
  }
}

const readMounts = (): string => readText('/proc/self/mountinfo') ?? ''
