// The mix of real tasks. Every program appends a line to one log when it starts and when it ends (O_APPEND, one write
// each), so that the log alone tells what ran, how often, and how much at once.

import { present } from '../../../src/base/assert.ts'
import type { Want } from '../../../src/lifecycle/intake/enqueue.ts'
import { plainWant } from '../../support/plain-want.ts'
import type { Outcome } from '../../../src/model/task.ts'

/** What must have become of a task of this kind, however often the daemon died. */
export interface Expected {
  readonly outcome: Outcome
  readonly verified: boolean | null
  /** How often its program must have been started. */
  readonly starts: number
}

/** The names of those that somebody asks for. */
export type KindName = 'true' | 'failing once' | 'failing at its only attempt'

interface Kind {
  readonly name: string
  /** Of a hundred tasks. */
  readonly share: number
  readonly run: (index: number) => string
  readonly want?: (index: number) => Partial<Want>
  readonly expected: Expected
}

const done: Expected = { outcome: 'done', verified: false, starts: 1 }
const letter = `'{"verb":"say","word":"done","text":"closed by its session"}'`

/** The log's lines are `start ATTEMPT TASK` and `stop ATTEMPT TASK`. */
const framed = (run: string): string =>
  `echo "start $MIDWATCH_ATTEMPT $MIDWATCH_TASK" >>log; ${run}`
const stop = 'echo "stop $MIDWATCH_ATTEMPT $MIDWATCH_TASK" >>log'

export const kinds: readonly Kind[] = [
  { name: 'true', share: 20, run: () => `/bin/true; ${stop}`, expected: done },
  // Long enough that slots stay taken from one daemon to the next.
  {
    name: 'sleeping',
    share: 35,
    run: (i) => `sleep ${0.2 + (i % 10) / 4}; ${stop}`,
    expected: done,
  },
  {
    name: 'printing',
    share: 8,
    run: () => `for i in 1 2 3 4 5 6 7 8 9; do echo "line $i of its output"; done; ${stop}`,
    expected: done,
  },
  {
    name: 'failing once',
    share: 9,
    run: (i) => `${stop}; [ -e failed-${i} ] || { : >failed-${i}; echo not yet >&2; exit 3; }`,
    want: () => ({ attempts: 3 }),
    expected: { ...done, starts: 2 },
  },
  {
    name: 'failing always',
    share: 4,
    run: () => `${stop}; echo never >&2; exit 4`,
    want: () => ({ attempts: 2 }),
    expected: { outcome: 'failed', verified: null, starts: 2 },
  },
  {
    name: 'failing at its only attempt',
    share: 2,
    run: () => `${stop}; echo never >&2; exit 4`,
    want: () => ({ attempts: 1 }),
    expected: { outcome: 'failed', verified: null, starts: 1 },
  },
  {
    name: 'checked',
    share: 8,
    run: (i) => `: >made-${i}; ${stop}`,
    want: (i) => ({ verify: `test -e made-${i}` }),
    expected: { ...done, verified: true },
  },
  {
    name: 'closing, then failing',
    share: 4,
    run: () => `midwatch done closed by its session >&2; ${stop}; exit 7`,
    expected: done,
  },
  {
    name: 'closing by letter, then failing',
    share: 5,
    run: () =>
      `echo ${letter} >"$MIDWATCH_OUTBOX/.1"; mv "$MIDWATCH_OUTBOX/.1" "$MIDWATCH_OUTBOX/1"; ${stop}; exit 7`,
    expected: done,
  },
  {
    name: 'leaving a child behind',
    share: 5,
    run: () => `setsid sleep 60 & ${stop}`,
    expected: done,
  },
]

/** The kind of the task with this index: shares are spread evenly, in an order of their own. */
export function kindOf(index: number): Kind {
  let at = (index * 37) % 100
  for (const kind of kinds) {
    if (at < kind.share) return kind
    at -= kind.share
  }
  throw new Error('the shares add up to a hundred')
}

/** The first index from `from` on whose kind has this name. */
export function indexOf(name: KindName, from: number): number {
  const index = Array.from({ length: 100 }, (_, step) => from + step).find(
    (at) => kindOf(at).name === name,
  )
  return present(index, 'a hundred tasks in a row are of every kind')
}

/** The want with this index, whose folder is `cwd`. */
export function wantOf(index: number, cwd: string): Want {
  const kind = kindOf(index)
  const run = framed(kind.run(index))
  const title = `${index} ${kind.name}`
  return { ...plainWant, title, run, cwd, by: 'campaign', ...kind.want?.(index) }
}
