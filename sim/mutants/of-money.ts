// Guards of what may be spent, and of the caps of labels, each taken out by one mutation.

import type { Catcher, Mutation } from './mutation.ts'

/** A small world that wants more than it may spend. */
const tight = ['--days', '0.3', '--hosts', '2', '--agents', '6', '--tasks', '60', '--budget']
const money = (seed: string): Catcher => ({
  sim: ['--seed', seed, ...tight],
  law: 'what may be spent is not passed',
})

const loop = 'src/loops/budget/loop.ts'

export const moneyMutations: readonly Mutation[] = [
  {
    name: 'a cap that is reached is charted and shuts nothing',
    edits: [
      {
        file: loop,
        text: '    await store.pin({ lane, by: budgetName, reason, until: endsAt, now })\n',
        becomes:
          '    if (reason === "") await store.pin({ lane, by: budgetName, reason, until: endsAt, now })\n',
      },
    ],
    caughtBy: money('2'),
  },
  {
    name: 'a budget that is used up opens at the next look',
    edits: [{ file: loop, text: '    if (shut.has(lane)) continue\n', becomes: '' }],
    caughtBy: money('2'),
  },
  {
    name: 'what sessions cost is not added up',
    edits: [
      {
        file: 'src/drivers/store/verbs/spending.ts',
        text: 'const usd = (told.costUsd ?? 0) - (before?.costUsd ?? 0)',
        becomes: 'const usd = 0 * ((told.costUsd ?? 0) - (before?.costUsd ?? 0))',
      },
    ],
    caughtBy: money('2'),
  },
  {
    name: 'a session is counted by each word about what it cost',
    edits: [
      {
        file: 'src/drivers/store/verbs/spending.ts',
        text: 'const usd = (told.costUsd ?? 0) - (before?.costUsd ?? 0)',
        becomes: 'const usd = (told.costUsd ?? 0) - 0 * (before?.costUsd ?? 0)',
      },
    ],
    caughtBy: money('2'),
  },
  {
    name: 'a task that was dear is asked about at every look',
    edits: [{ file: loop, text: '    if (asked) continue\n', becomes: '' }],
    caughtBy: money('7'),
  },
  {
    name: 'every task may pass a budget',
    edits: [
      {
        file: 'src/model/demand.ts',
        text: 'exemptFrom !== null && priority >= exemptFrom',
        becomes: 'exemptFrom !== null && priority >= exemptFrom - 999',
      },
    ],
    caughtBy: money('8'),
  },
  {
    name: 'a label may have one more than its cap',
    edits: [
      {
        file: 'src/drivers/store/verbs/bounds-judge.ts',
        text: '    if (n >= most)\n',
        becomes: '    if (n > most)\n',
      },
    ],
    caughtBy: { sim: ['--seed', '1', ...tight], law: 'caps are held' },
  },
]
