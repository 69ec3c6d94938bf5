// Guards of the house, each taken out by one mutation, and the test that must notice. A guard that nothing notices missing
// is not guarded. Texts are taken from the source as they stand there; a text that is gone fails the run.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

export interface Edit {
  readonly file: string
  /** Stands in the file exactly once. */
  readonly text: string
  readonly becomes: string
}

/** A test by its file and a part of its title, or a simulated world by its options and the law that must break. */
export type Catcher =
  | { readonly test: string; readonly title: string }
  | { readonly sim: readonly string[]; readonly law: string }

export interface Mutation {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly caughtBy: Catcher
}

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

export const mutations: readonly Mutation[] = [
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
        file: `${verbs}/settle.ts`,
        text: "if (stale !== null || task === null)\n    return yield* refuse(now, { taskId, attemptId }, 'settle'",
        becomes:
          "if (task === null)\n    return yield* refuse(now, { taskId, attemptId }, 'settle'",
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
        file: `${verbs}/lease.ts`,
        text: "WHERE id = ${arg('id')} AND state = 'ready'",
        becomes: "WHERE id = ${arg('id')}",
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
        text: 'Math.min(agentLeft, hostLeft, ramp.left)',
        becomes: 'Math.min(agentLeft, hostLeft)',
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
        text: '  yield* releaseFollowers(task, outcome, now)\n',
        becomes: '',
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
  {
    name: 'who was asleep judges leases as if it had been awake',
    edits: [
      {
        file: 'src/loops/dispatch/losses.ts',
        text: 'if (before === null || nowMs - before.lastMs > limits.leaseMs / 2) return anew',
        becomes: 'if (before === null) return anew',
      },
    ],
    caughtBy: {
      test: 'test/loops/dispatch/losses.test.ts',
      title: 'a gap in our own looks, or a wall clock that steps, makes us newly awake',
    },
  },
  {
    name: 'an order that was not started is called so without its ticket',
    edits: [
      {
        file: 'src/loops/dispatch/session.ts',
        text: 'if (await deps.launcher.takeTicket(refOf(attempt))) return neverStarted',
        becomes: 'if (secret === null) return neverStarted',
      },
    ],
    caughtBy: scenario('restarts', 'wherever the dispatcher dies, each task is worked on once'),
  },
  {
    name: 'a daemon does not go on with what an earlier one began',
    edits: [
      {
        file: 'src/loops/dispatch/duties.ts',
        text: 'if (!sessions.has(id)) {',
        becomes: 'if (!sessions.has(id) && stop !== null) {',
      },
    ],
    caughtBy: scenario('restarts', 'a session that ended while nobody watched is not begun again'),
  },
  {
    name: 'nobody heeds what is asked of a session',
    edits: [
      {
        file: 'src/loops/dispatch/duties.ts',
        text: '    if (stop !== null) sessions.ask(id, stop)\n',
        becomes: '',
      },
    ],
    caughtBy: scenario('settled', 'a cancelled task stays cancelled, and its session is stopped'),
  },
  {
    name: 'a running wrapper is taken for a started program',
    edits: [
      {
        file: 'src/lifecycle/launch/confirm.ts',
        text: "return sighting.executed ? { is: 'proven', proof: sighting.proof } : { is: 'unproven' }",
        becomes: "return { is: 'proven', proof: sighting.proof }",
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/launch/confirm.test.ts',
      title: 'a launcher that said yes and a wrapper that lives are no proof',
    },
  },
  {
    name: 'a launcher is believed when it says yes',
    edits: [
      {
        file: 'src/lifecycle/launch/confirm.ts',
        text: "    case 'absent':\n      return { is: 'unproven' }",
        becomes:
          "    case 'absent':\n      return { is: 'proven', proof: { launcher: '', pid: 1, startTicks: null, bootId: '' } }",
      },
    ],
    caughtBy: {
      test: 'test/scenarios/dispatched-nothing.test.ts',
      title: 'an attempt that was launched and not started ends launch_failed',
    },
  },
  {
    name: 'a program that is over before it was seen is taken for lost',
    edits: [
      {
        file: 'src/lifecycle/launch/confirm.ts',
        text: "        : { is: 'proven', proof: sighting.proof }",
        becomes: "        : { is: 'over', verdict: vanished }",
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/launch/confirm.test.ts',
      title: 'a program that was seen to be executed is proven, even when it is over already',
    },
  },
  {
    name: 'what a session leaves behind is left behind',
    edits: [
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: 'if (await clearAway(deps, ref)) {',
        becomes: 'if (ref.attemptId > 0) {',
      },
    ],
    caughtBy: {
      sim: ['--seed', '1', '--days', '0.5', '--hosts', '2', '--agents', '6', '--tasks', '40'],
      law: 'an attempt starts once, and nothing of it lives on',
    },
  },
  {
    name: 'letters in the outbox are never read',
    edits: [
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: '    if (over && !more) {\n      await playOutbox(deps, ref)\n',
        becomes: '    if (over && !more) {\n',
      },
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: '    else if (!more) {\n      await playOutbox(deps, ref)\n',
        becomes: '    else if (!more) {\n',
      },
    ],
    caughtBy: scenario('settled', 'a word that only reached the outbox settles the task'),
  },
  {
    name: 'nobody waits between attempts',
    edits: [
      {
        file: 'src/lifecycle/settle/budget.ts',
        text: 'const waitMs = rules.backoffMs[Math.max(0, step)] ?? 0',
        becomes: 'const waitMs = 0 * step',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/settle/budget.test.ts',
      title: 'a charged ending waits for the next backoff, and the last backoff repeats',
    },
  },
  {
    name: 'a check that could not run counts as yes',
    edits: [
      {
        file: 'src/lifecycle/settle/verdict.ts',
        text: "  if (result.check === 'yes')\n",
        becomes: "  if (result.check === 'yes' || result.check === 'broken')\n",
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/settle/verdict.test.ts',
      title: 'a check that could not run is neither yes nor no: held for a person, uncharged',
    },
  },
  {
    name: 'a timeout is charged to nobody',
    edits: [
      {
        file: 'src/model/failure.ts',
        text: "timeout: row('task', 'task', 'Split",
        becomes: "timeout: row('task', 'free', 'Split",
      },
    ],
    caughtBy: scenario('settled', 'work that never ends fails when its attempts are used up'),
  },
  {
    name: 'an exit 0 of claude without a result counts as success',
    edits: [
      {
        file: 'src/drivers/agents/claude-verdict.ts',
        text: "return finding('hollow', `Exit code 0 without a result event. ${shown}`)",
        becomes: "return finding('success', `Exit code 0 without a result event. ${shown}`)",
      },
    ],
    caughtBy: {
      sim: ['--seed', '1', '--days', '0.5', '--hosts', '2', '--agents', '6', '--tasks', '60'],
      law: 'the outcome says what happened',
    },
  },
]
