// Tells the service manager that we work, that we live and that we end, where one started us. Its socket takes datagrams, which
// Node can't send, so its own small program does.

import { spawn } from 'node:child_process'

import type { Clock } from '../../base/clock.ts'

export type TellService = (what: 'ready' | 'alive' | 'stopping') => void

const words = { ready: 'READY=1', alive: 'WATCHDOG=1', stopping: 'STOPPING=1' } as const

/** Variables by which a service manager speaks to the process it started; children are not meant. */
export const managerVariables = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const

/** Null where no service manager waits for a word. */
export function serviceTeller(
  env: Readonly<Record<string, string | undefined>>,
  clock: Pick<Clock, 'monotonicMs'>,
): TellService | null {
  const socket = env['NOTIFY_SOCKET']
  if (socket === undefined || socket === '') return null
  const everyMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1_000 / 3
  let aliveMs = Number.NEGATIVE_INFINITY
  return (what) => {
    if (what === 'alive') {
      if (!(everyMs > 0) || clock.monotonicMs() - aliveMs < everyMs) return
      aliveMs = clock.monotonicMs()
    }
    const child = spawn('systemd-notify', [words[what]], { env: { ...env }, stdio: 'ignore' })
    child.on('error', () => {}) // it is not there: then the manager judges by its own means
  }
}
