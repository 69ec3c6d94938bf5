// The launcher `systemd` against a real systemd: the machine's own where it runs (as root), else one in a box, in which
// this same file runs again.

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Box, startBox, systemdIsHere, whyNoBox } from '../../support/systemd-box.ts'
import { launchedScenario } from '../../scenarios/launched.ts'
import { launcherConformance } from './conformance.ts'
import { systemdBounds } from './kinds.ts'
import { realSystemdFacts } from './systemd/real.ts'
import { userManagerFacts } from './systemd/user.ts'

const mega = 1_048_576
const isRoot = process.getuid?.() === 0
const hasManager = existsSync(`${process.env['XDG_RUNTIME_DIR'] ?? '/nowhere'}/systemd/private`)

if (systemdIsHere && isRoot) {
  launcherConformance('systemd', {
    whyNoContainment: null,
    large: true,
    bounds: systemdBounds({ memoryBytes: 2_048 * mega, cpus: 1.5, tasks: 200 }),
    bounding: {
      small: systemdBounds({ memoryBytes: 64 * mega }),
      // Far before its time: what is left of limit, grace and margin is two seconds.
      brief: { ...systemdBounds(), limitMs: -119_000, graceMs: 1_000 },
    },
  })
  realSystemdFacts()
  launchedScenario('systemd', '{ kind: systemd, memory: 256M, tasks: 100 }')
} else if (systemdIsHere && hasManager) {
  launcherConformance('systemd of a user', {
    whyNoContainment: null,
    bounds: systemdBounds(),
    bounding: { brief: { ...systemdBounds(), limitMs: -119_000, graceMs: 1_000 } },
  })
  userManagerFacts()
} else {
  describe('launcher systemd', () => {
    let box: Box | null = null
    beforeAll(() => {
      if (whyNoBox === null) box = startBox()
    })
    afterAll(() => box?.stop())

    if (whyNoBox !== null && process.env['CI'] === 'true' && isRoot && !systemdIsHere)
      throw new Error(`in CI the box may not be missing: ${whyNoBox}`)

    const skipped =
      whyNoBox !== null
        ? ` (skipped: ${systemdIsHere ? 'no manager answers this user' : whyNoBox})`
        : ''
    it.skipIf(whyNoBox !== null).each([
      { as: 'root', asUser: false, atLeast: 60 },
      { as: 'a user', asUser: true, atLeast: 48 },
    ])(
      `keeps to all of it in a box with a systemd of its own, as $as${skipped}`,
      async ({ asUser, atLeast }) => {
        const ran = await box?.test('test/drivers/launchers/systemd.test.ts', asUser)
        expect(ran?.failed, ran?.output).toEqual([])
        expect(ran?.passed).toBeGreaterThanOrEqual(atLeast)
      },
      240_000,
    )
  })
}
