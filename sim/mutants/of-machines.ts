// Guards that bound what machines make by themselves: what sessions add, and what sensors bring.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import { broken } from './of-laws.ts'
import type { Mutation } from './mutation.ts'

const bounded = 'what machines make is bounded'
const unfed = 'no sensor feeds on what sensors brought'

/** Half a day in which sessions add tasks. */
const adding = [
  ...['--seed', '12', '--days', '0.5', '--hosts', '3', '--agents', '6', '--tasks', '40'],
  ...['--faults', 'heavy', '--adding'],
]
/** In each of the first worlds from here on a session adds without end. */
const flooded = adding.with(1, '9')

/** A day and a half in which sensors look at a fleet where things fail. */
const sensing = [
  ...['--seed', '1', '--days', '1.5', '--hosts', '3', '--agents', '6', '--tasks', '60'],
  ...['--faults', 'heavy', '--sensing'],
]

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
  broken(
    'a sensor feeds on what sensors brought',
    unfed,
    [
      {
        file: 'src/model/provenance.ts',
        text: "if (origin.kind === 'sensor' && (parent?.sensed ?? 0) >= (origin.most ?? 1))",
        becomes: "if (origin.kind === 'sensor' && (parent?.sensed ?? 0) >= 99)",
      },
    ],
    sensing,
  ),
  broken(
    'a sensor has no day',
    unfed,
    [
      {
        file: 'src/loops/sensors/bring.ts',
        text: 'if (made >= perDay)',
        becomes: 'if (made >= 9 * perDay)',
      },
    ],
    sensing,
  ),
  broken(
    'what a sensor sees again is brought again',
    unfed,
    [
      {
        file: 'src/lifecycle/intake/sensed.ts',
        text: 'key: { key: `sensor:${name}:${key}`, scope }',
        becomes: 'key: null',
      },
    ],
    sensing,
  ),
  broken(
    'all sensors wait for one that hangs',
    unfed,
    [
      {
        file: 'src/loops/sensors/loop.ts',
        text: 'if (looking.has(sensor.name)) continue',
        becomes: 'if (looking.size > 0) continue',
      },
    ],
    sensing.with(1, '5'),
  ),
  broken(
    'what a sensor found that was taken out stays open',
    'every incident is resolved',
    [
      {
        file: 'src/loops/sensors/taken-out.ts',
        text: 'if (name === undefined || names.has(name)) continue',
        becomes: 'if (name === undefined || name.length > 0) continue',
      },
    ],
    sensing,
  ),
]
