// Guards of agents, the reconciler, reviews, convoys, worktrees and of work that machines make, each taken out by one mutation.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Catcher, Mutation } from './mutation.ts'

const onSqlite = (title: string): Catcher => ({
  test: 'test/drivers/store/sqlite.test.ts',
  title,
})
const ofPasses = (title: string): Catcher => ({
  test: 'test/loops/reconcile/pass.test.ts',
  title,
})

/** A small world in which work is made, judged and rejected. */
const brief = ['--seed', '2', '--days', '0.5', '--hosts', '2', '--agents', '6', '--tasks', '60']

export const townMutations: readonly Mutation[] = [
  {
    name: 'acting in vain never backs off',
    edits: [
      {
        file: 'src/loops/reconcile/futile.ts',
        text: 'nextAt: tooOften ? now + waitMs(acts) : 0',
        becomes: 'nextAt: 0 * waitMs(acts)',
      },
    ],
    caughtBy: ofPasses('twelve hours of acting without effect are few acts and one incident'),
  },
  {
    name: 'a restarted reconciler has forgotten what it tried',
    edits: [
      {
        file: 'src/loops/reconcile/futile.ts',
        text: '      for (const one of known) troubles.set(keyOf(one.law, one.subject), one)\n',
        becomes: '',
      },
    ],
    caughtBy: ofPasses('a dispatcher that is started again before every look acts no more often'),
  },
  {
    name: 'what is tried is kept only after it was tried',
    edits: [
      {
        file: 'src/loops/reconcile/pass.ts',
        text: '    await keepLearned()\n    for (const one of found.value) {',
        becomes: '    for (const one of found.value) {',
      },
    ],
    caughtBy: ofPasses('a repair of which the dispatcher dies was tried'),
  },
  {
    name: 'one law that cannot look ends the pass',
    edits: [
      {
        file: 'src/loops/reconcile/pass.ts',
        text: '    if (error instanceof OperatingError) throw error\n',
        becomes: '    if (error instanceof Error) throw error\n',
      },
    ],
    caughtBy: ofPasses('a rule that cannot look and a row that cannot be mended'),
  },
  {
    name: 'who waits for a changed task is not looked at',
    edits: [
      {
        file: 'src/drivers/store/verbs/reconcile.ts',
        text: 'unique([...tasks, ...waiters.map((row) => row.task_id)])',
        becomes: 'unique([...tasks, ...waiters.slice(9_999).map((row) => row.task_id)])',
      },
    ],
    caughtBy: onSqlite('waits that nobody told, in rows of an older version, are found'),
  },
  {
    name: 'a review that nobody decides is offered for ever',
    edits: [
      {
        file: 'src/drivers/store/verbs/review-offer.ts',
        text: '  if (inRow >= undecidedMax)\n',
        becomes: '  if (inRow >= undecidedMax * 99)\n',
      },
    ],
    caughtBy: {
      test: 'test/scenarios/sim/reaping.test.ts',
      title: 'recovery does not breed: reviews that nobody decides are three',
    },
  },
  {
    name: 'the maker judges its own work',
    edits: [
      {
        file: 'src/lifecycle/settle/review-want.ts',
        text: '      notAgent: attempt.agent,\n',
        becomes: '',
      },
    ],
    caughtBy: { sim: brief, law: 'a task in review has one live review' },
  },
  {
    name: 'a rejection is taken for an approval',
    edits: [
      {
        file: 'src/drivers/store/verbs/reviews.ts',
        text: "const approved = decision === 'approve'",
        becomes: "const approved = decision !== 'changes'",
      },
    ],
    caughtBy: { sim: brief, law: 'the outcome says what happened' },
  },
  {
    name: 'what was swallowed untold stays untold when it comes back',
    edits: [
      {
        file: 'src/drivers/store/verbs/incidents.ts',
        text: 'told_at = resolved_at THEN NULL ELSE told_at END',
        becomes: 'told_at = resolved_at THEN told_at ELSE told_at END',
      },
    ],
    caughtBy: onSqlite('what was swallowed untold and comes back by itself is told'),
  },
  {
    name: 'a convoy lands with the last of its members, whatever became of the others',
    edits: [
      {
        file: 'src/drivers/store/verbs/convoy-landing.ts',
        text: '!members.every(isDone)',
        becomes: '!members.some(isDone)',
      },
    ],
    caughtBy: onSqlite('a failed or skipped member keeps it from landing'),
  },
  {
    name: 'uncommitted files keep no worktree',
    edits: [
      {
        file: 'src/model/workspace.ts',
        text: '  if (held.uncommitted > 0) kept.push',
        becomes: '  if (held.uncommitted > 9_999) kept.push',
      },
    ],
    caughtBy: {
      test: 'test/drivers/workspaces/worktrees.test.ts',
      title: 'changed and new files keep it',
    },
  },
  {
    name: 'a worktree goes as soon as its task is settled',
    edits: [
      {
        file: 'src/lifecycle/leave/worktree.ts',
        text: "  if (isFresh) return { task, why: ['its task was settled less than a day ago'] }\n",
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/loops/workspaces/collect.test.ts',
      title: 'a worktree of a task that is over goes after a day',
    },
  },
  {
    name: 'recovery recovers recovery',
    edits: [
      {
        file: 'src/model/provenance.ts',
        text: "origin.kind === 'sensor' && (parent?.sensed ?? 0) >= (origin.most ?? 1)",
        becomes: "origin.kind === 'sensor' && (parent?.sensed ?? 0) >= 99",
      },
    ],
    caughtBy: onSqlite('recovery recovers no recovery'),
  },
  {
    name: 'a root has no budget',
    edits: [
      {
        file: 'src/model/provenance.ts',
        text: '  if (made.belowRoot >= perRootMax)\n',
        becomes: '  if (made.belowRoot >= perRootMax * 99)\n',
      },
    ],
    caughtBy: onSqlite('one session adds so many tasks and no more, and all below one root'),
  },
  {
    name: 'a host that came back says nothing to its agents',
    edits: [
      {
        file: 'src/lifecycle/gate/evidence.ts',
        text: "        ...known.filter((lane) => laneKind(lane) === 'agent'),\n",
        becomes: '        ...known.slice(9_999),\n',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/gate/world.test.ts',
      title: 'a host that comes back is probed at once, with its agents',
    },
  },
  {
    name: 'a failed session is gone on with',
    edits: [
      {
        file: 'src/lifecycle/launch/resume.ts',
        text: '  if (session === null || !sameClient || !goesOn.has(before.verdict.class)) return null\n',
        becomes: '  if (session === null || !sameClient) return null\n',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/launch/resume.test.ts',
      title: 'it begins anew',
    },
  },
]
