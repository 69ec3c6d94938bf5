// A launcher that claims to have started everything and that everything ended well at once. What is left of a task's
// way is then the house's own work: its loop and its database.

import type { Launcher, SessionRef } from '../../src/drivers/launchers/contract.ts'
import type { LaunchProof } from '../../src/model/attempt.ts'

const proof: LaunchProof = { launcher: 'noop', pid: null, startTicks: null, bootId: 'bench' }
const nothing = Buffer.alloc(0)
const exit = { exitCode: 0, signal: null, neverExecuted: false, message: '' }

export const noopLauncher: Launcher = {
  name: 'noop',
  start: async () => proof,
  look: async (ref: SessionRef) => ({ seen: 'exited', exit, proof: ref.launch ?? proof }),
  changed: async () => {},
  takeTicket: async () => false,
  living: async () => [],
  empty: async () => ({ signals: [], survivors: [] }),
  read: async () => nothing,
  size: async () => 0,
  readOutbox: async () => [],
  dropLetter: async () => {},
  forget: () => {},
}
