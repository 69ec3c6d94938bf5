// Which boot of which machine this is. Pids, start ticks and monotonic times mean something within one boot only,
// so everything that stores one of them stores the boot id beside it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { failed } from '../../base/errors.ts'

/** The kernel's id of this boot. Throws OperatingError `host.no_boot_id` where the system tells none. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return bootTimeOfBsd()
  }
}

/** macOS and the BSDs have no boot id; the second in which they booted serves as one. */
function bootTimeOfBsd(): string {
  try {
    const told = execFileSync('/usr/sbin/sysctl', ['-n', 'kern.boottime'], { encoding: 'latin1' })
    const second = /sec = (\d+)/.exec(told)?.[1]
    if (second !== undefined) return `boottime-${second}`
  } catch {
    // Told below, together with the answer that could not be read.
  }
  throw failed(
    'host.no_boot_id',
    'This system tells neither a boot id nor its boot time, so a reused process id could not be noticed.',
    'Mount /proc, or run Midwatch on Linux.',
  )
}
