// Guards of the rooms and loops, each taken out by one mutation. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Catcher, Mutation } from './mutation.ts'

const scenario = (file: string, title: string): Catcher => ({
  test: `test/scenarios/sim/${file}.test.ts`,
  title,
})

export const roomMutations: readonly Mutation[] = [
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
        text: 'if (await deps.launcher.takeTicket(refOf(attempt))) return takenBack',
        becomes: 'if (secret === null) return takenBack',
      },
    ],
    caughtBy: scenario('restarts', 'wherever the dispatcher dies, each task is worked on once'),
  },
  {
    name: 'a daemon does not go on with what an earlier one began',
    edits: [
      {
        file: 'src/loops/dispatch/chores.ts',
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
        file: 'src/loops/dispatch/chores.ts',
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
        text: 'if (await clearAway(deps, spool, ref)) {',
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
        text: 'const played = await unlessAway(false, () => playOutbox(deps, ref).then(() => true))',
        becomes: 'const played = true',
      },
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: '    else if (!more) {\n      await unlessAway(undefined, () => playOutbox(deps, ref))\n',
        becomes: '    else if (!more) {\n',
      },
    ],
    caughtBy: scenario('settled', 'a word that only reached the outbox settles the task'),
  },
  {
    name: 'who began before shows that others pass',
    edits: [
      {
        file: 'src/lifecycle/settle/budget.ts',
        text: '.some((id) => id > attempt.id && id < beforeId)',
        becomes: '.some((id) => id < beforeId)',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/settle/budget.test.ts',
      title: 'only a start after it that ended well shows that others pass where an attempt failed',
    },
  },
  {
    name: 'a session whose wrapper died is judged by the stop of its children',
    edits: [
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: "return stopped === null || (unwatched && stopped.cause === 'timeout')",
        becomes: 'return stopped === null',
      },
    ],
    caughtBy: scenario('restarts', 'work whose wrapper was killed is lost, not timed out'),
  },
  {
    name: 'a launcher that does not answer is taken for one that refused',
    edits: [
      {
        file: 'src/lifecycle/launch/start.ts',
        text: "error instanceof OperatingError && error.code === 'launch.unanswered'",
        becomes: 'false && error',
      },
    ],
    caughtBy: scenario('restarts', 'a launcher whose answer was lost is judged by the start mark'),
  },
  {
    name: 'what was called lost while its attendance was dropped runs on',
    edits: [
      {
        file: 'src/loops/dispatch/loop.ts',
        text: '      if (dropped) isDone = false\n',
        becomes: '',
      },
    ],
    caughtBy: scenario(
      'leases',
      'what others called lost while its attendance was dropped is ended as well',
    ),
  },
  {
    name: 'a message that was told is told again',
    edits: [
      {
        file: 'src/loops/notify/notify.ts',
        text: '  await store.told({ id, key,',
        becomes: '  if (id < 0) await store.told({ id, key,',
      },
    ],
    // The ledger of effects keeps people from hearing it twice; that it counts as told is another guard.
    caughtBy: {
      test: 'test/loops/notify/people.test.ts',
      title: 'nothing is told before somebody was reached; then it is told once',
    },
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
