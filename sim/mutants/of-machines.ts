// Guards that bound what machines make by themselves: what sessions add, and what sensors bring.

import { broken } from './of-laws.ts'
import type { Mutation } from './mutation.ts'

const bounded = 'what machines make is bounded'

/** Half a day in which sessions add tasks. */
const adding = [
  ...['--seed', '12', '--days', '0.5', '--hosts', '3', '--agents', '6', '--tasks', '40'],
  ...['--faults', 'heavy', '--adding'],
]
/** In each of the first worlds from here on a session adds without end. */
const flooded = adding.with(1, '9')

export const machineMutations: readonly Mutation[] = [
  broken(
    'a session adds without end',
    bounded,
    [
      {
        file: 'src/model/provenance.ts',
        text: "if (origin.kind === 'session' && made.byAttempt >= perAttemptMax)",
        becomes: "if (origin.kind === 'session' && made.byAttempt >= 9 * perAttemptMax)",
      },
      {
        file: 'src/drivers/store/verbs/provenance.ts',
        text: 'countOfAttempt, { attemptId, most: perAttemptMax })',
        becomes: 'countOfAttempt, { attemptId, most: 9 * perAttemptMax })',
      },
    ],
    flooded,
  ),
  broken(
    'what comes of one root is counted for each of its tasks',
    bounded,
    [
      {
        file: 'src/drivers/store/verbs/provenance.ts',
        text: 'const root = above?.root ?? parent\n',
        becomes: 'const root = parent\n',
      },
    ],
    flooded,
  ),
  broken(
    'every task is one step from a person',
    bounded,
    [
      {
        file: 'src/drivers/store/verbs/provenance.ts',
        text: 'return { kind, parent, root, depth: (above?.depth ?? 0) + 1, sensed, attemptId }',
        becomes: 'return { kind, parent, root, depth: 1, sensed, attemptId }',
      },
    ],
    adding,
  ),
]
