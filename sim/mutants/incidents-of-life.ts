// Guards of incidents 16 to 29: of leases and life. Texts are taken from the source as they stand there.

import type { Guarded } from './mutation.ts'

const verbs = 'src/drivers/store/verbs'

export const lifeIncidents: readonly Guarded[] = [
  {
    incident: '16',
    without: {
      guard: 'a pid alone tells who somebody is',
      edits: [
        {
          file: 'src/drivers/processes/living.ts',
          text: 'process.pid === trace.program?.pid && process.startTicks === trace.program.startTicks',
          becomes: 'process.pid === trace.program?.pid',
        },
      ],
    },
    scenario: 'drivers/processes/living',
    title: '(incident 16)',
  },
  {
    incident: '17',
    without: {
      guard: 'output is no sign of life',
      edits: [
        {
          file: 'src/lifecycle/watch/pulse.ts',
          text: 'bytes !== before.last.bytes',
          becomes: 'bytes < before.last.bytes',
        },
      ],
    },
    scenario: 'scenarios/pulses',
    title: 'a build that prints nothing for twice its limit',
  },
  {
    incident: '18',
    without: 'what was called lost while its attendance was dropped runs on',
    scenario: 'scenarios/sim/leases',
    title: 'what others called lost while its attendance was dropped',
  },
  {
    incident: '19',
    without: 'leases are never renewed',
    scenario: 'scenarios/sim/leases',
    title: 'while its session is still starting',
  },
  {
    incident: '20',
    without: {
      guard: 'whoever is on another host is lost',
      edits: [
        {
          file: 'src/loops/dispatch/losses.ts',
          text: 'lease !== undefined && awake.lastMs - lease.sinceMs >= spanMs',
          becomes: 'lease !== undefined && spanMs > 0',
        },
      ],
    },
    scenario: 'scenarios/sim/reaping',
    title: 'away for less than lease and grace',
  },
  {
    incident: '21',
    without: {
      guard: 'nobody is ever called lost',
      edits: [
        {
          file: 'src/loops/dispatch/losses.ts',
          text: 'awake.lastMs - lease.sinceMs >= spanMs',
          becomes: 'awake.lastMs - lease.sinceMs >= 1e9 * spanMs',
        },
      ],
    },
    scenario: 'scenarios/sim/gone-host',
    title: '(incident 21)',
  },
  {
    incident: '22',
    without: 'who was asleep judges leases as if it had been awake',
    scenario: 'scenarios/sim/reaping',
    title: 'a reaper that was starved for twenty minutes',
  },
  {
    incident: '23',
    without: 'a daemon does not go on with what an earlier one began',
    scenario: 'scenarios/sim/restarts',
    title: 'running sessions are adopted, not doubled',
  },
  {
    incident: '24',
    without: {
      guard: 'a second daemon is let in',
      edits: [
        {
          file: `${verbs}/hosts.ts`,
          text: 'holder.pid !== pid && input.holderAlive(holder)',
          becomes: 'holder.pid !== pid && now < 0',
        },
      ],
    },
    scenario: 'scenarios/sim/claims',
    title: 'a second daemon on a host where one lives',
  },
  {
    incident: '25',
    without: 'a daemon does not go on with what an earlier one began',
    scenario: 'scenarios/sim/restarts',
    title: 'a session that ended while nobody watched',
  },
  {
    incident: '26',
    without: {
      guard: 'nobody heeds that a client has told its result',
      edits: [
        {
          file: 'src/lifecycle/watch/pulse.ts',
          text: 'finishedMs: finished ? (before.finishedMs ?? nowMs) : null',
          becomes: 'finishedMs: finished && nowMs < 0 ? nowMs : null',
        },
      ],
    },
    scenario: 'scenarios/pulses',
    title: 'a session that said done and idles on',
  },
  {
    incident: '27',
    without: {
      guard: 'what vanished counts as well done',
      edits: [
        {
          file: 'src/lifecycle/launch/confirm.ts',
          text: "class: 'lost',\n  blame: 'host',\n  exitCode: null,\n  signal: null,\n  evidence: 'the session vanished",
          becomes:
            "class: 'success',\n  blame: 'host',\n  exitCode: null,\n  signal: null,\n  evidence: 'the session vanished",
        },
      ],
    },
    scenario: 'scenarios/sim/reaping',
    title: 'a session that vanished whole is lost and never green',
  },
  {
    incident: '28',
    without: {
      guard: 'CPU is no sign of life',
      edits: [
        {
          file: 'src/lifecycle/watch/pulse.ts',
          text: '...(share >= workingLoad && {',
          becomes: '...(share > 1e9 && {',
        },
      ],
    },
    scenario: 'scenarios/sim/quiet',
    title: 'a build of 25 minutes',
  },
  {
    incident: '29',
    without: {
      guard: 'a clock that steps is told to nobody',
      edits: [
        {
          file: 'src/loops/dispatch/losses.ts',
          text: 'Math.abs(drift) < stepMs ? 0',
          becomes: 'Math.abs(drift) < 1e12 ? 0',
        },
      ],
    },
    scenario: 'scenarios/sim/leases',
    title: 'where it is the only host’s, and it is told',
  },
]
