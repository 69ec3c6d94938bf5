// Asking a launcher: a refusal is a verdict, and whose fault it is does not depend on who noticed.

import { expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { failed } from '../../../src/base/errors.ts'
import type { Host } from '../../../src/drivers/hosts/contract.ts'
import type { Launcher, LaunchOrder } from '../../../src/drivers/launchers/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { start } from '../../../src/lifecycle/launch/start.ts'
import type { Attempt } from '../../../src/model/attempt.ts'

const attempt = { id: 7, nonce: 'n' } as Attempt
const planned = {
  plan: {
    program: 'true',
    args: [],
    stdin: '',
    files: {},
    env: {},
    leftOut: [],
    receipt: 'executed' as const,
  },
  env: { PATH: '/bin' },
}
const host = {
  folder: async () => 'ok',
  resolveProgram: async () => '/bin/true',
} as unknown as Host

function refusing(code: string): Parameters<typeof start>[0] {
  const launcher = {
    start: async () => {
      throw failed(code, 'The system refused.', 'Mend it.')
    },
  } as unknown as Launcher
  return { store: {} as Store, clock: systemClock, host, launcher, confirmMs: 1_000 }
}

test('a folder that went away after it was looked at is its task’s matter, as before', async () => {
  const verdict = await start(refusing('launch.cwd_missing'), attempt, '/gone', planned)
  expect(verdict).toMatchObject({ class: 'launch_failed', blame: 'task' })
  expect(verdict?.evidence).toContain('refused')
})

test('what the system refuses otherwise is its host’s', async () => {
  const verdict = await start(refusing('launch.refused'), attempt, '/', planned)
  expect(verdict).toMatchObject({ class: 'launch_failed', blame: 'host' })
})

/** Starts a shell command that is `unshelled`, on a host where the programs `there` are; answers what was asked for. */
async function asked(there: readonly string[], bounds = {}): Promise<Partial<LaunchOrder>> {
  const orders: LaunchOrder[] = []
  const launcher = {
    start: async (order: LaunchOrder) => {
      orders.push(order)
      return { launcher: 'local', pid: 1, startTicks: '1', bootId: 'b' }
    },
  } as unknown as Launcher
  const store = { launched: async () => ({ ok: true }) } as unknown as Store
  const resolveProgram: Host['resolveProgram'] = async (name) =>
    there.includes(name) ? `/bin${name}` : null
  const deps = { store, clock: systemClock, launcher, confirmMs: 1_000, ...bounds }
  const plan = {
    ...planned.plan,
    program: '/bin/sh',
    args: ['-c', 'make it'],
    unshelled: ['make', 'it'],
  }
  await start({ ...deps, host: { ...host, resolveProgram } }, attempt, '/', { ...planned, plan })
  return orders[0] ?? {}
}

test('a shell that would only wait for one program is left out, and the program is called by its name', async () => {
  expect(await asked(['/bin/sh', 'make'])).toMatchObject({ program: 'make', args: ['it'] })
})

test('a program that is not there is left to the shell, which says so', async () => {
  expect(await asked(['/bin/sh'])).toMatchObject({
    program: '/bin/bin/sh',
    args: ['-c', 'make it'],
  })
})

test('who starts it elsewhere, or in a sandbox, asks the shell that is there', async () => {
  const launching = { kind: 'local', sandbox: {} }
  const bounds = { launching, limitMs: 1, graceMs: 1, reads: [], writes: [] }
  const order = await asked(['/bin/sh', 'make'], { bounds })
  expect(order).toMatchObject({ program: '/bin/bin/sh', args: ['-c', 'make it'] })
})
