// One dispatcher of a fleet on PostgreSQL, whose launcher starts nothing: a process of its own, until it is killed.
// Arguments: the folder with its configuration, the name of its host.

import { startDaemonOf } from '../../src/daemon.ts'
import { openFleet } from '../../src/app.ts'
import { noopLauncher } from './noop-launcher.ts'

const [dir = '.', hostName = 'bench'] = process.argv.slice(2)
const opened = await openFleet({ dir, env: process.env, hostName })
await startDaemonOf(
  { ...opened, launcher: async () => noopLauncher },
  {
    log: (line) => console.error(line),
    binDir: dir,
    socketPath: null,
    listen: null,
    holderAlive: () => false,
    startTicks: null,
  },
)
console.log('ready')
