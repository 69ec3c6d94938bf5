// Guards of the store, each taken out by one mutation. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Catcher, Edit, Mutation } from './mutation.ts'

const sqlite = (title: string): Catcher => ({ test: 'test/drivers/store/sqlite.test.ts', title })
const scenario = (file: string, title: string): Catcher => ({
  test: `test/scenarios/sim/${file}.test.ts`,
  title,
})

const verbs = 'src/drivers/store/verbs'
const guards = 'src/drivers/store/migrations/0002-guards.ts'
const withoutTrigger = (name: string): Edit => ({
  file: guards,
  text: 'sqlite: [...guarded.flatMap(sqliteGuard), ',
  becomes: `sqlite: [...guarded.flatMap(sqliteGuard).filter((one) => !one.includes('${name}')), `,
})

export const storeMutations: readonly Mutation[] = [
  {
    name: 'the trigger that keeps settled tasks settled is dropped',
    edits: [withoutTrigger('tasks_final')],
    caughtBy: sqlite('what is settled keeps its state, outcome, verified and settled time'),
  },
  {
    name: 'the trigger that keeps ended attempts ended is dropped',
    edits: [withoutTrigger('attempts_final')],
    caughtBy: sqlite('what is ended keeps its class, blame, exit and end'),
  },
  {
    name: 'the trigger that keeps rows from being replaced is dropped',
    edits: [withoutTrigger('tasks_born')],
    caughtBy: sqlite('a settled task is not replaced'),
  },
  {
    name: 'settle does not look at the fence',
    edits: [
      {
        file: `${verbs}/settlement.ts`,
        text: "AND state = 'taken' AND attempt_id = ${of('attemptId')}\n      AND (${of('unlessWaits')}",
        becomes: "AND state <> 'settled'\n      AND (${of('unlessWaits')}",
      },
    ],
    caughtBy: sqlite('the first attempt cannot finish what the second one holds'),
  },
  {
    name: 'giveBack does not look at the fence',
    edits: [
      {
        file: `${verbs}/settle.ts`,
        text: "if (stale !== null || task === null)\n    return yield* refuse(now, { taskId, attemptId }, 'giveBack'",
        becomes:
          "if (task === null)\n    return yield* refuse(now, { taskId, attemptId }, 'giveBack'",
      },
    ],
    caughtBy: sqlite('the first attempt cannot finish what the second one holds'),
  },
  {
    name: 'say does not look at the fence',
    edits: [
      {
        file: `${verbs}/watch.ts`,
        text: "if (task === null || task.state !== 'taken' || task.attemptId !== attemptId)",
        becomes: 'if (task === null)',
      },
    ],
    caughtBy: sqlite('an attempt that lost its task has no word any more, but an end'),
  },
  {
    name: 'a claim does not look at the cap of its agent',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: 'const agentLeft = input.agentSlots - Number(open.agent)',
        becomes: 'const agentLeft = 1_000',
      },
    ],
    caughtBy: sqlite('the slots of a host are its own, those of an agent the fleet’s'),
  },
  {
    name: 'a claim does not look at the cap of its host',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: 'const hostLeft = input.hostSlots - Number(open.host)',
        becomes: 'const hostLeft = 1_000',
      },
    ],
    caughtBy: sqlite('the slots of a host are its own, those of an agent the fleet’s'),
  },
  {
    // Either condition alone keeps the other one's promise: they fall together or not at all.
    name: 'a claim takes tasks that are not ready',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: "WHERE demand_id = j.value AND state = 'ready' ORDER BY rank, id LIMIT 1",
        becomes: "WHERE demand_id = j.value AND state <> 'settled' ORDER BY rank, id LIMIT 1",
      },
      {
        file: `${verbs}/take.ts`,
        text: "WHERE ${its} AND state = 'ready'",
        becomes: 'WHERE ${its}',
      },
    ],
    caughtBy: sqlite('two processes that claim at once never take the same task'),
  },
  {
    name: 'a claim does not look at the gates of its lanes',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: 'const stopped = known.find((lane) => !letsIn(lane))',
        becomes: 'const stopped = known.find(() => false)',
      },
    ],
    caughtBy: sqlite('a gate that is not passing stops every claim through its lane, and no other'),
  },
  {
    name: 'a probing lane lets in more than its canary',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: "(gate.state === 'passing' || (gate.state === 'probing' && gate.canary === null))",
        becomes: "(gate.state === 'passing' || gate.state === 'probing')",
      },
    ],
    caughtBy: sqlite('two probing lanes let one attempt through, the canary of both'),
  },
  {
    name: 'a lane that comes back lets everybody in at once',
    edits: [
      {
        file: `${verbs}/lease.ts`,
        text: 'Math.min(agentLeft, hostLeft, ramp.left, cap.left)',
        becomes: 'Math.min(agentLeft, hostLeft, cap.left)',
      },
    ],
    caughtBy: sqlite('a ramp lets in so many that have not given evidence yet'),
  },
  {
    name: 'a streak counts failures of one task more than once',
    edits: [
      {
        file: 'src/lifecycle/gate/breaker.ts',
        text: 'memory.streak.filter((one) => one.task !== entry.task)',
        becomes: 'memory.streak',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/gate/breaker.test.ts',
      title: 'one task that fails ten times is one failure of the lane',
    },
  },
  {
    name: 'a settlement tells nobody who waits for it',
    edits: [
      {
        file: `${verbs}/settlement.ts`,
        text: 'const chain = yield* releaseFollowers(task, outcome, now)',
        becomes: 'const chain: number[] = []',
      },
    ],
    caughtBy: sqlite('done releases whoever waits, in the same moment'),
  },
  {
    name: 'a failed task counts as done for who waits for it',
    edits: [
      {
        file: `${verbs}/after.ts`,
        text: "if (outcome === 'done' || (itself && hold.release.any))",
        becomes: "if (outcome !== 'cancelled' || (itself && hold.release.any))",
      },
    ],
    caughtBy: sqlite('a failed or cancelled task releases nobody but who asked for any ending'),
  },
  {
    name: 'a key does not keep a second task out',
    edits: [
      {
        file: `${verbs}/intake.ts`,
        text: 'const holder = key === null ? null : yield* keyHolder(key, now)',
        becomes: 'const holder = null as never',
      },
    ],
    caughtBy: sqlite('an open key answers with its task until that is settled'),
  },
  {
    name: 'what is done again already is done again twice',
    edits: [
      {
        file: `${verbs}/intake.ts`,
        text: 'return standing === null ? null : yield* readTask(standing)',
        becomes: 'return standing === null ? null : null',
      },
    ],
    caughtBy: sqlite('what is done again already is not done again twice, until that is settled'),
  },
  {
    name: 'leases are never renewed',
    edits: [
      {
        file: 'src/loops/dispatch/keeper.ts',
        text: '        await store.renew({ host: host.name, leaseUntil: now + leaseMs, now })\n',
        becomes: '',
      },
    ],
    caughtBy: scenario('leases', 'a quiet session far longer than its lease is nobody’s loss'),
  },
  {
    name: 'a loss is recorded without the lease’s grace',
    edits: [
      {
        file: 'src/loops/dispatch/losses.ts',
        text: 'const spanMs = limits.leaseMs + limits.leaseGraceMs',
        becomes: 'const spanMs = limits.leaseMs',
      },
    ],
    caughtBy: {
      test: 'test/loops/dispatch/losses.test.ts',
      title: 'a lease takes nothing away before it stood still for lease and grace',
    },
  },
]
