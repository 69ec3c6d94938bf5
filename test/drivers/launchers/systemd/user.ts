// The manager of a user. On control groups of version 1 it accepts bounds that nobody enforces: a session is not started
// under such a bound, and the reason is told.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { present } from '../../../../src/base/assert.ts'
import { newNonce } from '../../../../src/base/ids.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import { openers, systemdBounds } from '../kinds.ts'

export function userManagerFacts(): void {
  const ofUser = present(openers['systemd of a user'], 'it is a kind')
  const isBound = existsSync('/sys/fs/cgroup/cgroup.controllers')

  describe('a user’s manager', () => {
    it.skipIf(isBound)('refuses a bound on memory that it takes and does not enforce', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'midwatch-user-'))
      const order = {
        attemptId: 1,
        nonce: newNonce(systemRandom),
        program: '/bin/sh',
        args: ['-c', 'sleep 60'],
        cwd: dir,
        env: { PATH: '/usr/bin:/bin' },
        stdin: '',
        files: {},
        startWithinMs: 25_000,
        bounds: systemdBounds({ memoryBytes: 67_108_864 }),
      }
      const launcher = ofUser(dir, process.pid)
      await expect(launcher.start(order)).rejects.toMatchObject({
        code: 'launch.unit_differs',
        message: expect.stringContaining('is not enforced'),
      })
      expect(await launcher.living({ ...order, launch: null })).toEqual([])
      rmSync(dir, { recursive: true, force: true })
    })
  })
}
