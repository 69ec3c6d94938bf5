// Law: whoever watches dies at any of its calls and leaves nothing untold. People know of a standstill before a restart is asked for.

import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

/** Hosts of which people were told that something stands still, and it is not over. */
const toldIn = partOf<Journal, Set<string>>(() => new Set())
export const watchers: Checker = {
  law: 'people are told before a restart is asked for',
  invariants: [32],
  fact({ world, journal, accuse }, { body }) {
    const told = toldIn(journal)
    if (body.kind === 'incident.opened' || body.kind === 'incident.reopened') told.add(body.key)
    if (body.kind === 'incident.resolved') told.delete(body.key)
    if (body.kind !== 'restart.asked') return
    world.truth.count('restart asked')
    if (!told.has(`silent:${body.host}`))
      accuse(`a restart was asked for on ${body.host} before anybody was told: ${body.reason}`)
  },
}
