// The verbs of pulses and restarts over an executor.

import type { PulseVerbs } from './contract/pulses.ts'
import type { Executor } from './script.ts'
import * as pulsing from './verbs/pulses.ts'

export const pulseVerbs = ({ write, read }: Executor): PulseVerbs => ({
  pulse: (input) => write(() => pulsing.pulse(input), 'quiet'),
  pulses: (host) => read(() => pulsing.pulses(host)),
  endPulses: (input) => write(() => pulsing.endPulses(input), 'quiet'),
  askRestart: (input) => write(() => pulsing.askRestart(input)),
  openRestarts: (host) => read(() => pulsing.openRestarts(host), `openRestarts ${host}`),
  answerRestart: (input) => write(() => pulsing.answerRestart(input)),
})
