// Guards of what waits, each taken out by one mutation: holds, calm windows, locks, work keys, schedules. Texts are taken
// from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Mutation } from './mutation.ts'

export const waitMutations: readonly Mutation[] = [
  {
    name: 'work that nobody serves any more stays ready',
    edits: [
      {
        file: 'src/daemon.ts',
        text: '    lacking: lackingSure(fleet, current),\n',
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/scenarios/sim/agent-taken-out.test.ts',
      title: 'work whose agents are taken out asks a person, and goes on when they are back',
    },
  },
  {
    name: 'a judgement of calm never gets too old',
    edits: [
      {
        file: 'src/model/window.ts',
        text: "  if (now - state.judgedAt >= judgementGoodMs) return 'its last judgement is too old'\n",
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'a calm task is taken only while a young judgement says calm, and holds up nobody',
    },
  },
  {
    name: 'a window lets through more than one opening may',
    edits: [
      {
        file: 'src/model/window.ts',
        text: 'if (caps.perWindow !== null && state.taken >= caps.perWindow)',
        becomes: 'if (caps.perWindow !== null && state.taken > caps.perWindow)',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'a window lets through so many at once, in one opening, and on one day',
    },
  },
  {
    name: 'what cannot be felt is taken for calm',
    edits: [
      {
        file: 'src/lifecycle/calm/judge.ts',
        text: '!(loadPerCore !== null && loadPerCore <= policy.load)',
        becomes: '!(loadPerCore === null || loadPerCore <= policy.load)',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/calm/judge.test.ts',
      title: 'what cannot be felt is not taken for calm',
    },
  },
  {
    name: 'nobody is told of a window that lets none through',
    edits: [
      {
        file: 'src/loops/calm/watch.ts',
        text: 'if (isTold || waitedMs < tellAfterMs) return',
        becomes: 'if (isTold || waitedMs >= 0) return',
      },
    ],
    caughtBy: {
      test: 'test/scenarios/calm-week.test.ts',
      title: 'a window that never opens is named on day one',
    },
  },
  {
    name: 'a lock is taken though somebody holds it',
    edits: [
      {
        file: 'src/drivers/store/verbs/locks.ts',
        text: '    const own = row.holder === holder\n    if (!own) return',
        becomes: '    const own = row.holder === holder\n    if (!own && until === null) return',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title:
        'a lock has one holder; who comes second is told who, since when, until when and what to do',
    },
  },
  {
    name: 'a look takes a lock that is over for a held one',
    edits: [
      {
        file: 'src/drivers/store/verbs/bounds-judge.ts',
        text: "standing(row, taken, runs, now) === 'held'",
        becomes: "(runs || row.state === 'held') && now > 0",
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title:
        'who only looks is told what the claim would refuse, and nothing any more once the lock is free, over or left behind',
    },
  },
  {
    name: 'what a look saw of locks outlives their release',
    edits: [
      {
        file: 'src/loops/dispatch/claim.ts',
        text: '  const bound = await store.boundNow(by)\n',
        becomes:
          '  const known = store as { seen?: ReturnType<typeof store.boundNow> }\n  const bound = await (known.seen ??= store.boundNow(by))\n',
      },
    ],
    caughtBy: {
      test: 'test/scenarios/sim/lock-held.test.ts',
      title: 'a lock that a person holds is named by why, and its release wakes who waits',
    },
  },
  {
    name: 'a claim trusts what was seen of locks, windows and labels before it',
    edits: [
      {
        file: 'src/drivers/store/verbs/bounds.ts',
        text: '  return refusalBySeen(demand, { windows, others, locks: held, open }, input)',
        becomes:
          '  return windows.size + others + held.size + open.length < 0 ? refusalBySeen(demand, { windows, others, locks: held, open }, input) : null',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title:
        'a task takes its lock along when it is claimed, and who wants the same lock holds up nobody',
    },
  },
  {
    name: 'an older epoch releases the lock of a newer one',
    edits: [
      {
        file: 'src/drivers/store/verbs/locks.ts',
        text: '  if (epoch !== null && row.epoch !== epoch) return',
        becomes: '  if (epoch !== null && row.epoch < epoch) return',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'after its time anybody may take it, and the late holder is fenced off by its epoch',
    },
  },
  {
    name: 'a freed piece of work is completed by who held it last',
    edits: [
      {
        file: 'src/drivers/store/verbs/work.ts',
        text: "row === undefined || row.state === 'free' || row.holder !== holder)\n    return",
        becomes: 'row === undefined || row.holder !== holder)\n    return',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title:
        'what was freed, given up or forgotten is completed by nobody, its last holder included',
    },
  },
  {
    name: 'a completed piece of work may be claimed again',
    edits: [
      {
        file: 'src/drivers/store/verbs/work.ts',
        text: "  if (row !== undefined && stands === 'held' && !own) return { ok: false, refusal: denied(row) }\n",
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'a completed key stays completed, says by whom, and can be forgotten',
    },
  },
  {
    name: 'a hold that nothing serves is put',
    edits: [
      {
        file: 'src/model/mechanism-rows.ts',
        text: '  if (mechanismServing(kind) !== null) return null\n',
        becomes: '  if (kind !== null) return null\n',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'a hold that no mechanism would release is refused with the list of those there are',
    },
  },
  {
    name: 'a due time fires again for having been rewound',
    edits: [
      {
        file: 'src/drivers/store/verbs/schedules.ts',
        text: '  if (!(yield* changed(insertFiring, row))) return null\n',
        becomes: '  yield* changed(insertFiring, row)\n',
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'a due time that fired fires not again, though the fence went back',
    },
  },
  {
    name: 'whoever is late accounts for due times a second time',
    edits: [
      {
        file: 'src/drivers/store/verbs/schedules.ts',
        text: 'if (known === undefined || known.upto !== cursor) return',
        becomes: 'if (known === undefined) return',
      },
      {
        file: 'src/drivers/store/verbs/schedules.ts',
        text: "WHERE name = ${arg('name')} AND upto = ${arg('cursor')} RETURNING name",
        becomes: "WHERE name = ${arg('name')} AND ${arg('cursor')} >= 0 RETURNING name",
      },
    ],
    caughtBy: {
      test: 'test/drivers/store/sqlite.test.ts',
      title: 'who goes on from an older point is refused, and makes no task',
    },
  },
  {
    name: 'a clock that was ahead takes what is still to come',
    edits: [
      {
        file: 'src/model/schedule.ts',
        text: '  if (cursor > now + lateMs) return rewound(schedule, calendar, now)\n',
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/loops/schedules/schedules.test.ts',
      title: 'a clock that leaps ahead and back owes nothing and fires nothing twice',
    },
  },
  {
    name: 'what was missed is not told',
    edits: [
      {
        file: 'src/model/schedule.ts',
        text: 'last === undefined ? null : {',
        becomes: 'last === undefined || last > 0 ? null : {',
      },
    ],
    caughtBy: {
      test: 'test/loops/schedules/schedules.test.ts',
      title: 'what was missed: its latest time is made good',
    },
  },
]
