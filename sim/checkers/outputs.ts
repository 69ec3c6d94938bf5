// Law: who prints without end fills no disk. Where a host was well since the last look, no stream of a session that runs there
// takes more than its room and what a minute prints. (That beginning, newest part and offsets stay is the work of the real
// trimmer, which test/drivers/outputs/trim.test.ts shows; that the house reads on rightly behind what was given back, the
// laws of outcomes and of spending judge here.)

import { partOf } from '../part.ts'
import { printedPerMinute, printingIn, takenBytes } from '../printing.ts'
import { type Standing, wellSince } from '../standing.ts'
import type { World } from '../world.ts'
import type { Checker } from './contract.ts'

const seenIn = partOf<World, Standing>(() => new Map())

export const outputs: Checker = {
  law: 'who prints without end fills no disk',
  invariants: [46],
  look({ world, config, journal, accuse }) {
    const room = config.lastGood.keep?.outputBytes ?? null
    if (room === null || printingIn(world).outputBytes === null) return
    for (const machine of wellSince(world, seenIn(world)))
      for (const attemptId of machine.processes.livingAttempts()) {
        const attempt = journal.attempts.get(attemptId)
        if (attempt === undefined || attempt.state === 'ended') continue
        for (const stream of ['out', 'err'] as const) {
          const printed = machine.files.get(attemptId)?.[stream].length ?? 0
          if (printed > room) world.truth.count('stream kept within its room')
          const taken = takenBytes(machine, attemptId, stream)
          if (taken > room + printedPerMinute)
            accuse(
              `${stream} of attempt ${attemptId} takes ${taken} bytes of ${machine.name}, its room is ${room}`,
              attempt.taskId,
            )
        }
      }
  },
}
