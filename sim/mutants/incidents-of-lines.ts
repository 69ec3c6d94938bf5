// Guards of incidents S0 to S4 and 1 to 15: of queues and states. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Guarded } from './mutation.ts'

const verbs = 'src/drivers/store/verbs'

export const lineIncidents: readonly Guarded[] = [
  {
    incident: 'S0',
    without: 'a launcher is believed when it says yes',
    scenario: 'scenarios/dispatched-nothing',
    title: 'an attempt that was launched and not started ends launch_failed',
  },
  {
    incident: 'S1',
    without: {
      guard: 'a gate that is due is not probed',
      edits: [
        {
          file: 'src/loops/dispatch/gates.ts',
          text: 'store.probeDue({ now: clock.now() })',
          becomes: 'store.probeDue({ now: 0 })',
        },
      ],
    },
    scenario: 'scenarios/gates/gate-that-would-not-reopen',
    title: 'three passing failures, alike or not, shut the lane',
  },
  {
    incident: 'S2',
    without: {
      guard: 'a host without processes is charged to tasks',
      edits: [
        {
          file: 'src/model/failure.ts',
          text: "resource_exhausted: row('host', 'lane'",
          becomes: "resource_exhausted: row('host', 'task'",
        },
        {
          file: 'src/lifecycle/settle/budget.ts',
          text: 'return others === 0 || havePassed',
          becomes: 'return others >= 0',
        },
      ],
    },
    scenario: 'scenarios/sim/town',
    title: 'nothing can be started: no task pays',
  },
  {
    incident: 'S3',
    without: {
      guard: 'a client that refuses its flags is charged to tasks',
      edits: [
        {
          file: 'src/model/failure.ts',
          text: "argument_error: row(\n    'cli',\n    'lane'",
          becomes: "argument_error: row(\n    'cli',\n    'task'",
        },
        {
          file: 'src/lifecycle/settle/budget.ts',
          text: 'return others === 0 || havePassed',
          becomes: 'return others >= 0',
        },
      ],
    },
    scenario: 'scenarios/gates/one-flag-44-hours',
    title: 'a required flag is refused for 44 hours',
  },
  {
    incident: 'S4',
    without: 'giveBack does not look at the fence',
    scenario: 'scenarios/resurrection',
    title: 'what its own attempt sends late is refused',
  },
  {
    incident: '1',
    without: {
      guard: 'a claim takes what somebody has',
      edits: [
        {
          file: `${verbs}/lease.ts`,
          text: "demand_id = j.value AND state = 'ready'",
          becomes: "demand_id = j.value AND state <> 'settled'",
        },
        {
          file: `${verbs}/lease.ts`,
          text: "SELECT * FROM tasks WHERE demand_id = ${arg('demand')} AND state = 'ready'",
          becomes: "SELECT * FROM tasks WHERE demand_id = ${arg('demand')} AND state <> 'settled'",
        },
      ],
    },
    scenario: 'scenarios/sim/claims',
    title: 'two hosts that look at the same moment',
  },
  {
    incident: '2',
    without: 'giveBack does not look at the fence',
    scenario: 'scenarios/sim/settled',
    title: 'stays so, whatever comes late',
  },
  {
    incident: '3',
    without: {
      guard: 'who closes a closed task closes it again',
      edits: [
        {
          file: `${verbs}/settle.ts`,
          text: "if (task.state === 'settled')\n    return yield* refuse",
          becomes: "if (task.state === 'settled' && now < 0)\n    return yield* refuse",
        },
      ],
    },
    scenario: 'scenarios/sim/settled',
    title: 'and keeps its time',
  },
  {
    incident: '4',
    without: 'a key does not keep a second task out',
    scenario: 'scenarios/keys',
    title: 'wanted 96 times a day while',
  },
  {
    incident: '5',
    without: 'a sensor feeds on its own output',
    scenario: 'loops/sensors/sensors',
    title: 'own task brings nothing more',
  },
  {
    incident: '6',
    without: 'a lane that comes back lets everybody in at once',
    scenario: 'scenarios/all-at-once',
    title: 'lets one in first, then more with each',
  },
  {
    incident: '7',
    without: 'a label may have one more than its cap',
    scenario: 'scenarios/all-at-once',
    title: 'begins what came due meanwhile',
  },
  {
    incident: '8',
    without: {
      guard: 'what is over is told of all the same',
      edits: [
        {
          file: `${verbs}/incidents.ts`,
          text: "tell_after <= ${arg('now')}\n      AND ((resolved_at IS NULL AND told_at IS NULL)",
          becomes: "tell_after <= ${arg('now')}\n      AND ((told_at IS NULL)",
        },
        {
          file: `${verbs}/incidents.ts`,
          text: 'WHERE (told_at IS NULL OR end_told_at IS NULL)\n      AND ((resolved_at IS NULL AND told_at IS NULL)',
          becomes: 'WHERE (told_at IS NULL OR end_told_at IS NULL)\n      AND ((told_at IS NULL)',
        },
      ],
    },
    scenario: 'scenarios/sim/unheard',
    title: '(incident 8)',
  },
  {
    incident: '9',
    without: {
      guard: 'what is bound is chosen, and ends the choice',
      edits: [
        {
          file: 'src/loops/dispatch/tick.ts',
          text: 'world.bound?.has(id) !== true',
          becomes: 'id >= 0',
        },
        {
          file: `${verbs}/lease.ts`,
          text: '    left.delete(id)\n    refused = why\n  }\n  const wished',
          becomes: '    return nothing(why)\n  }\n  const wished',
        },
      ],
    },
    scenario: 'scenarios/in-the-way',
    title: 'is left out of the choice',
  },
  {
    incident: '10',
    without: {
      guard: 'one task that is bound holds up its whole agent',
      edits: [
        {
          file: 'src/loops/dispatch/tick.ts',
          text: 'fitting.filter(({ id }) => world.bound?.has(id) !== true)',
          becomes: 'fitting.some(({ id }) => world.bound?.has(id)) ? [] : fitting',
        },
      ],
    },
    scenario: 'scenarios/in-the-way',
    title: 'a hundred deep, holds up nobody',
  },
  {
    incident: '11',
    without: 'one law that cannot look ends the pass',
    scenario: 'scenarios/sim/one-bad-row',
    title: '(incident 11)',
  },
  {
    incident: '12',
    without: 'a failed task counts as done for who waits for it',
    scenario: 'scenarios/convoy',
    title: 'a convoy with a failed member does not land',
  },
  {
    incident: '13',
    without: 'a review that nobody decides is offered for ever',
    scenario: 'scenarios/sim/reaping',
    title: 'recovery does not breed',
  },
  {
    incident: '14',
    without: {
      guard: 'a look that could not tell releases',
      edits: [
        {
          file: `${verbs}/waits.ts`,
          text: "if (look.answer !== 'met') return",
          becomes: "if (look.answer === 'not_yet') return",
        },
      ],
    },
    scenario: 'scenarios/waits',
    title: 'a broken check is neither',
  },
  {
    incident: '15',
    without: {
      guard: 'a database of tomorrow is opened',
      edits: [
        {
          file: 'src/drivers/store/migrations/run.ts',
          text: 'if (foreign.length > 0 && (oldest',
          becomes: 'if (foreign.length > 1e9 && (oldest',
        },
      ],
    },
    scenario: 'scenarios/renamed',
    title: 'a newer database is refused',
  },
]
