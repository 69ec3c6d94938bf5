// Asking a launcher: a refusal is a verdict, and whose fault it is does not depend on who noticed.

import { expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { failed } from '../../../src/base/errors.ts'
import type { Host } from '../../../src/drivers/hosts/contract.ts'
import type { Launcher } from '../../../src/drivers/launchers/contract.ts'
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
