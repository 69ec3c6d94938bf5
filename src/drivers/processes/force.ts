// Ends one process by force. For those that cannot heed anything else.

import { systemCode } from '../../base/errors.ts'

/** SIGKILL; a process that is gone already is none. */
export function endByForce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}
