// What each filter of the lists means, for rows as `filters.test.ts` has made them. A filter that is stated in the contract and
// has no meaning here does not compile.

import type { z } from 'zod'

import type { Answer, RouteName, Routes } from '../../../src/surface/http/contract.ts'

/** What a route is asked with besides filters: how much, from where, what of it, and whether only to show. */
export const others = [
  'before',
  'after',
  'limit',
  'from',
  'max',
  'waitMs',
  'stream',
  'preview',
] as const
type Other = (typeof others)[number]

/** Routes whose query cuts or names no list: a span of time, one thing by its key, a text within a log. */
export const notLists = ['series', 'readLog', 'searchLog', 'showEffect', 'spendBy'] as const
type NotList = (typeof notLists)[number]

type Query<N extends RouteName> = Routes[N] extends { query: z.ZodObject<infer S> }
  ? Exclude<keyof S & string, Other>
  : never
/** Reads that have filters. */
type Filtered = {
  [N in RouteName]: Routes[N]['method'] extends 'GET'
    ? [Query<N>] extends [never]
      ? never
      : N
    : never
}[RouteName]
export type List = Exclude<Filtered, NotList>

export interface Filter<Row> {
  /** Values that are asked for, each with what it means of a row. */
  readonly right: readonly (readonly [string, (row: Row) => boolean])[]
  /** None where whatever is said is a value: then what is too long is wrong. */
  readonly wrong: readonly string[]
  /** Some values stand for all or nothing of what is there. */
  readonly mayBeAll?: boolean
}
type Rows<N extends List> = {
  readonly rows: (said: Answer<N>) => readonly RowOf<N>[]
  readonly by: { readonly [F in Query<N>]: Filter<RowOf<N>> }
}
type RowOf<N extends List> = {
  listFacts: Answer<'listFacts'>['facts'][number]
  listIncidents: Answer<'listIncidents'>['incidents'][number]
  listTasks: Answer<'listTasks'>['tasks'][number]
  listAttempts: Answer<'listAttempts'>['attempts'][number]
  listGates: Answer<'listGates'>['gates'][number]
  listEffects: Answer<'listEffects'>['effects'][number]
  listHolds: Answer<'listHolds'>['holds'][number]
  listWork: Answer<'listWork'>['works'][number]
}[N]

const long = (n: number) => 'x'.repeat(n + 1)
const noNumbers = ['x', '-1', '0', '1.5', '']

/** The meaning of each filter. Numbers are those of `fill`. */
export const lists: { readonly [N in List]: Rows<N> } = {
  listTasks: {
    rows: ({ tasks }) => tasks,
    by: {
      ids: {
        right: [
          ['2', ({ id }) => id === 2],
          ['2,4', ({ id }) => id === 2 || id === 4],
          ['4&ids=2', ({ id }) => id === 2 || id === 4],
        ],
        wrong: ['x', '0', '1,x', '1.5', Array.from({ length: 501 }, (_, i) => i + 1).join(',')],
      },
      state: {
        right: [
          ['held', ({ state }) => state === 'held'],
          ['ready,settled', ({ state }) => state === 'ready' || state === 'settled'],
        ],
        wrong: ['done', 'ready,nonsense', 'Ready'],
      },
      outcome: {
        right: [
          ['done', ({ outcome }) => outcome === 'done'],
          ['cancelled,failed', ({ outcome }) => outcome === 'cancelled' || outcome === 'failed'],
        ],
        wrong: ['settled', 'done,nonsense'],
      },
      agent: { right: [['claude', ({ agent }) => agent === 'claude']], wrong: [long(100)] },
      label: { right: [['deck', ({ labels }) => labels.includes('deck')]], wrong: [long(100)] },
      words: {
        right: [
          ['SAIL', ({ title }) => /sail/i.test(title)],
          ['the sa', ({ title }) => /the/i.test(title) && /sa/i.test(title)],
        ],
        wrong: [long(200)],
      },
    },
  },
  listFacts: {
    rows: ({ facts }) => facts,
    by: {
      task: { right: [['2', ({ taskId }) => taskId === 2]], wrong: noNumbers },
      attempt: { right: [['1', ({ attemptId }) => attemptId === 1]], wrong: noNumbers },
      kind: {
        right: [
          ['task.held', ({ kind }) => kind === 'task.held'],
          ['task.settled,task.held', ({ kind }) => /^(task.settled|task.held)$/.test(kind)],
        ],
        wrong: ['nonsense', 'task.settled,nonsense', long(1_000)],
      },
    },
  },
  listIncidents: {
    rows: ({ incidents }) => incidents,
    by: {
      open: {
        right: [
          ['true', ({ resolvedAt }) => resolvedAt === null],
          ['false', () => true],
        ],
        wrong: ['maybe', ''],
        mayBeAll: true,
      },
    },
  },
  listAttempts: {
    rows: ({ attempts }) => attempts,
    by: {
      host: { right: [['h1', ({ host }) => host === 'h1']], wrong: [long(100)] },
      agent: { right: [['claude', ({ agent }) => agent === 'claude']], wrong: [long(100)] },
    },
  },
  listGates: {
    rows: ({ gates }) => gates,
    by: {
      all: {
        right: [
          ['false', ({ state }) => state !== 'passing'],
          ['true', () => true],
        ],
        wrong: ['maybe', ''],
        mayBeAll: true,
      },
    },
  },
  listEffects: {
    rows: ({ effects }) => effects,
    by: {
      state: {
        right: [
          ['performed', ({ state }) => state === 'performed'],
          ['failed', ({ state }) => state === 'failed'],
        ],
        wrong: ['done', 'performed,failed'],
      },
      kind: { right: [['mail', ({ kind }) => kind === 'mail']], wrong: [long(100)] },
      task: { right: [['6', ({ taskId }) => taskId === 6]], wrong: noNumbers },
    },
  },
  listHolds: {
    rows: ({ holds }) => holds,
    by: {
      kind: {
        right: [['time', ({ kind }) => kind === 'time']],
        wrong: ['nonsense', 'time,person'],
      },
      person: {
        right: [
          ['true', ({ needsPerson }) => needsPerson],
          ['false', ({ needsPerson }) => !needsPerson],
        ],
        wrong: ['maybe', ''],
      },
    },
  },
  listWork: {
    rows: ({ works }) => works,
    by: {
      state: {
        right: [
          ['claimed', ({ state }) => state === 'claimed'],
          ['completed', ({ state }) => state === 'completed'],
        ],
        wrong: ['free', 'claimed,completed'],
      },
    },
  },
}
