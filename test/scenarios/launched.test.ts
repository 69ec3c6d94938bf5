// The scenario of launched sessions (S0 and incident 61) with nothing around them, in a bubblewrap sandbox and in containers; in units of systemd
// it is played by test/drivers/launchers/systemd.test.ts, where a systemd is.

import { spawnSync } from 'node:child_process'
import { afterAll, describe } from 'vitest'
import { engineEnv, startEngine, testImage } from '../support/engines.ts'
import { launchedScenario } from './launched.ts'

describe('with nothing around it', () => launchedScenario('local', '{ kind: local }'))

const sandbox = spawnSync('bwrap', [
  '--ro-bind',
  '/',
  '/',
  '--proc',
  '/proc',
  '--unshare-pid',
  'true',
])
const whyNoSandbox = sandbox.status === 0 ? '' : ' (skipped: bubblewrap cannot make a sandbox here)'
describe.skipIf(whyNoSandbox !== '')(`in a sandbox${whyNoSandbox}`, () => {
  launchedScenario('local', '{ kind: local, sandbox: true }')
})

const podman = await startEngine('podman')
if (typeof podman !== 'string') Object.assign(process.env, engineEnv('podman'))
afterAll(() => {
  if (typeof podman !== 'string') podman.stop()
})
const whyNoPodman = typeof podman === 'string' ? ` (skipped: ${podman})` : ''
describe.skipIf(whyNoPodman !== '')(`in a container${whyNoPodman}`, () => {
  launchedScenario(
    'podman',
    `{ kind: container, image: "${testImage}", pull: never, network: none, mounts: ["/usr:/usr"], memory: 512M }`,
  )
})
