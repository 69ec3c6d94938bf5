// The launcher `local`: the common suite, with and without cgroups, and what only it can be asked.

import { tmpdir } from 'node:os'
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { createLocalLauncher } from '../../../src/drivers/launchers/local/local.ts'
import { findCgroupRoot } from '../../../src/drivers/launchers/local/cgroup.ts'
import { attemptsFolder, launcherConformance } from './conformance.ts'

const fleetId = `test-${process.pid}`
const root = findCgroupRoot(fleetId)

launcherConformance('local', {
  open: (dir) =>
    createLocalLauncher({ attemptsDir: attemptsFolder(dir), fleetId, clock: systemClock }),
  whyNoContainment: root === null ? 'no cgroup can be made here' : null,
})
