// Guards of the gates and of accounts, each taken out by one mutation. Texts are taken from the source as they stand there.

import type { Catcher, Mutation } from './mutation.ts'

const breaker = 'src/lifecycle/gate/breaker.ts'
const trial = (title: string): Catcher => ({ test: 'test/lifecycle/gate/trial.test.ts', title })
const accounts = (title: string): Catcher => ({
  test: 'test/loops/dispatch/accounts.test.ts',
  title,
})

export const gateMutations: readonly Mutation[] = [
  {
    name: 'a fleet waits for a good ending for ever',
    edits: [
      {
        file: breaker,
        text: 'if (count >= understoodEnough)',
        becomes: 'if (count > 1e9)',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/gate/return.test.ts',
      title: 'believes three canaries that ended for reasons of their tasks',
    },
  },
  {
    name: 'a changed agent is trusted unproven',
    edits: [
      {
        file: 'src/lifecycle/gate/evidence.ts',
        text: "trial: kind === 'agent',",
        becomes: 'trial: false,',
      },
    ],
    caughtBy: trial('lets one canary through'),
  },
  {
    name: 'a failover goes into an account that is known to be dead',
    edits: [
      {
        file: breaker,
        text: "if (gate.state === 'passing' && kind === 'account')",
        becomes: "if (gate.state === 'passing' && kind === 'cli')",
      },
    ],
    caughtBy: accounts('an account whose free test fails is never failed over into'),
  },
  {
    name: 'a test that passes is believed however often canaries fail',
    edits: [
      {
        file: breaker,
        text: ' && isBelieved(lane, seen.at)',
        becomes: '',
      },
    ],
    caughtBy: trial('a test that passes while canaries go on failing is believed less and less'),
  },
  {
    name: 'another credential ends a stated limit',
    edits: [
      {
        file: breaker,
        text: "(gate.state === 'shut' && memory.shutBy === 'auth_error'))",
        becomes: "gate.state === 'shut')",
      },
    ],
    caughtBy: trial('whose stated reset lies ahead waits for it'),
  },
  {
    name: 'a failover waits as if the task had failed',
    edits: [
      {
        file: 'src/lifecycle/settle/budget.ts',
        text: 'again(goesOn ? [] : [backoff(history, rules, now)], charged, reason)',
        becomes: 'again([backoff(history, rules, now)], charged, reason)',
      },
    ],
    caughtBy: accounts('a limit of one account: its task goes on with the other at once'),
  },
  {
    name: 'nobody heeds which account a person chose',
    edits: [
      {
        file: 'src/loops/dispatch/tick.ts',
        text: 'routesLeft(offer.agent, routesOf(offer), choices)',
        becomes: 'routesLeft(offer.agent, routesOf(offer), choices.slice(0, 0))',
      },
    ],
    caughtBy: accounts('outranks the automatic one'),
  },
  {
    name: 'a gate is called recovered while a task waits to try it',
    edits: [
      {
        file: 'src/loops/dispatch/recovered.ts',
        text: '    if (tried.has(gate.lane)) continue\n',
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/loops/dispatch/recovered.test.ts',
      title: 'is not recovered while a task that could try it is only on a hold',
    },
  },
  {
    name: 'a lease is accused by the date of another clock alone',
    edits: [
      {
        file: 'src/loops/reconcile/invariants/lease-is-kept.ts',
        text: '(still?.get(subject) ?? spanMs) >= spanMs',
        becomes: 'subject.length > 0',
      },
    ],
    caughtBy: {
      test: 'test/loops/reconcile/rules.test.ts',
      title: 'an attempt that is renewed is not accused',
    },
  },
  {
    name: 'a wait counts from before its probe began, by the clock of who is behind',
    edits: [
      {
        file: 'src/lifecycle/gate/shut.ts',
        text: "gate.state === 'probing' ? Math.max(at, gate.since) : at",
        becomes: 'at',
      },
    ],
    caughtBy: {
      test: 'test/scenarios/gates/two-clocks.test.ts',
      title: 'is probed less and less',
    },
  },
]
