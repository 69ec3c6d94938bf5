// Guards of what is done beside the work itself: reports, what sessions print, their worktrees. Each breaks a law of the
// simulated world by name.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import { broken, inWorld } from './of-laws.ts'
import type { Mutation } from './mutation.ts'
import { townMutations } from './of-town.ts'

/** Some hours that are reported on. */
const reportedOn = ['--swarm', '1', '--seed', '700', '--brief', '--report']

/** Some hours in which sessions print without end. */
const printing = ['--swarm', '1', '--seed', '700', '--brief', '--prints']

export const upkeepMutations: readonly Mutation[] = [
  broken(
    'each look sends a report of its own',
    'a report goes once',
    [
      {
        file: 'src/loops/report/loop.ts',
        text: '  let key = keyOf(due)\n',
        becomes: '  let key = `${keyOf(due)}:${deps.clock.now()}`\n',
      },
    ],
    reportedOn,
  ),
  broken(
    'a report that was missed is of no use at once',
    'a report goes once',
    [
      {
        file: 'src/model/report.ts',
        text: 'export const reportGoodMs = 6 * 3_600_000',
        becomes: 'export const reportGoodMs = 60_000',
      },
    ],
    reportedOn,
  ),
  broken(
    'only the first session of a host keeps its room',
    'who prints without end fills no disk',
    [
      {
        file: 'src/loops/keep/outputs.ts',
        text: '  for (const { id } of await store.unended(host.name))\n',
        becomes: '  for (const { id } of (await store.unended(host.name)).slice(0, 1))\n',
      },
    ],
    printing,
  ),
  inWorld(
    townMutations,
    'uncommitted files keep no worktree',
    'no work is removed with its worktree',
    ['--swarm', '1', '--seed', '700', '--worktrees'],
  ),
]
