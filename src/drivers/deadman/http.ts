// The dead-man switch as the usual services have it: a GET of an address, any answer below 400 is good.

import { failed } from '../../base/errors.ts'
import type { Deadman } from './contract.ts'

const timeoutMs = 10_000

export const httpDeadman: Deadman = {
  async ping(url, signal) {
    const { ok, status } = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    if (!ok)
      throw failed('deadman.answer', `the dead-man switch answered ${status}`, 'mend deadman.url')
  },
}
