// The move of a fleet's database, with its concrete choices.

import { join } from 'node:path'

import { systemClock } from './base/clock.ts'
import { systemRandom } from './base/random.ts'
import { ensureStateDir } from './drivers/config/state-dir.ts'
import { processAlive } from './drivers/launchers/local/process-identity.ts'
import { moveFleet } from './drivers/store/postgres/move/open.ts'

/** Moves the embedded database of the fleet in `dir`. */
export const moveHere = (dir: string, url: string, tell: (line: string) => void) =>
  moveFleet({
    file: join(ensureStateDir(dir), 'fleet.db'),
    url,
    clock: systemClock,
    random: systemRandom,
    lives: processAlive,
    tell,
  })
