// Takes scripts through one transaction side by side: what they ask at the same time makes one trip, what they only tell goes
// with the next one, and what they add to totals is summed and goes last, in one order. Scripts that own the same thing take turns,
// and one that says `alone` goes on when the others are done.

import type { ClientBase } from 'pg'

import { assert, present } from '../../../base/assert.ts'
import {
  type Added,
  type Ask,
  asksIn,
  isLast,
  isQuestion,
  type Script,
  type Step,
} from '../script.ts'
import { type Manner, type Merged, merged, type Said } from './merged.ts'
import { type Answer, askTogether, type Question } from './trip.ts'

/** One script on its way. */
export interface Runner {
  readonly script: Script<unknown>
  /** What it alone may touch meanwhile. */
  readonly owns: readonly string[]
  /** Whether it keeps step with those before it that own the same. */
  readonly inStep?: boolean
}

/** What one connection is asked within one transaction. */
export interface Course {
  /** Runs them to their ends; answers their values, in their order. What they told last is still to be sent. */
  run(runners: readonly Runner[]): Promise<readonly unknown[]>
  /** Asks outside of any script, in one trip; rows for each. */
  ask(asks: readonly Ask[]): Promise<readonly (readonly unknown[])[]>
  /** Sends what was told. */
  send(): Promise<void>
  /** Sends `COMMIT` behind what was told, unless it went with the last words of all; answers the server's word for it. */
  commit(): Promise<string>
  /** Whether `COMMIT` was sent: from then on nobody but the server knows whether it was done. */
  readonly committing: () => boolean
  /** Whether it was. */
  readonly committed: () => boolean
  /** Whether something was changed. */
  readonly changed: () => boolean
}

export interface Framed {
  /** Goes along with the first trip. */
  readonly opening: readonly string[]
  /** Where something was changed: follows the commit, in a transaction of its own. */
  readonly closing?: readonly string[]
}

/** Begins with nothing said. */
export function courseOf(
  client: ClientBase,
  manner: Manner,
  { opening, closing = [] }: Framed,
): Course {
  let first: readonly Question[] = opening.map((text) => plain(text, manner))
  let unsent: Said[] = []
  const totals = createTotals()
  let isChanged = false
  let tags: readonly string[] = []
  /** The server's word for the commit; empty while it is on its way. */
  let word: string | null = null

  /** Sends what was told, then what is asked, then `last`, whose words are kept; answers what was asked. */
  async function send(said: readonly Said[], last: readonly Question[] = []) {
    const line = [...unsent, ...said]
    const ones = merged(line, manner)
    const before = first
    const questions = [...before, ...ones.map(({ question }) => question), ...last]
    ;[first, unsent] = [[], []]
    if (questions.length === 0) return []
    const answers = await askTogether(client, questions)
    isChanged ||= answers.some(hasChanged)
    const rows = sharedOut(ones, answers.slice(before.length), line.length)
    tags = answers.slice(answers.length - last.length).map(({ tag }) => tag)
    return rows.slice(line.length - said.length)
  }

  function note(step: Step, by: number): void {
    if ('told' in step) unsent.push({ ask: step.told, by })
    if ('total' in step) totals.add(step)
  }

  /** What is said from now on comes behind what was told so far. */
  function fence(): void {
    first = [...first, ...merged(unsent, manner).map(({ question }) => question)]
    unsent = []
  }

  /** Behind all else that is said, totals last. */
  async function conclude(said: readonly Said[], last: readonly string[]) {
    const line = [...said, ...totals.take()]
    const changes = isChanged || line.length + unsent.length > 0
    const words = [...last, ...(changes && last.length > 0 ? closing : [])]
    const questions = words.map((text) => plain(text, manner))
    return await send(line, questions)
  }

  /** With the last words that are said, if there are any. */
  async function commit(said: readonly Said[]) {
    word = ''
    const rows = await conclude(said, ['COMMIT'])
    word = tags[0] ?? ''
    return rows
  }

  return {
    ask: (asks) => send(asks.map((ask, by) => ({ ask, by }))),
    run: (runners) => sideBySide(runners, { note, fence, send, sendLast: commit }),
    send: async () => void (await conclude([], [])),
    async commit() {
      if (word === null) await commit([])
      return word ?? ''
    },
    committing: () => word !== null,
    committed: () => word === 'COMMIT',
    changed: () => isChanged,
  }
}

/** The rows of each that was said, by the answers to what they were put together to. */
function sharedOut(
  ones: readonly Merged[],
  answers: readonly Answer[],
  length: number,
): readonly (readonly unknown[])[] {
  const rows: (readonly unknown[])[] = Array.from({ length }, () => [])
  ones.forEach(({ places, shareOut }, i) => {
    const shares = shareOut(present(answers[i], 'an answer for each question').rows)
    places.forEach((place, nth) => {
      rows[place] = shares[nth] ?? []
    })
  })
  return rows
}

/** What is added to totals: summed, and said last in one order. */
function createTotals() {
  const totals = new Map<string, { ask: Ask; by: Record<string, number> }>()
  return {
    add({ total, of, by }: Added): void {
      const key = JSON.stringify([total.name, of])
      const sums = { ...by }
      for (const [name, n] of Object.entries(totals.get(key)?.by ?? {}))
        sums[name] = (sums[name] ?? 0) + n
      totals.set(key, { ask: { statement: total, args: { ...of, ...sums } }, by: sums })
    },
    take(): readonly Said[] {
      const sums = [...totals].sort(([a], [b]) => (a < b ? -1 : 1))
      totals.clear()
      return sums.map(([, { ask }]) => ({ ask, by: totalling }))
    },
  }
}

/** Whoever adds up the totals comes last. */
const totalling = Number.MAX_SAFE_INTEGER

type Running = Runner & {
  readonly at: number
  /** In whose name it speaks: of those that keep step, the first. */
  by: number
  step: IteratorResult<Step, unknown> | null
  alone: boolean
  /** Whether it comes behind somebody who owned the same. */
  waited: boolean
}

interface Sending {
  readonly note: (step: Step, by: number) => void
  readonly fence: () => void
  readonly send: (said: readonly Said[]) => Promise<readonly (readonly unknown[])[]>
  /** The last words of all. */
  readonly sendLast: Sending['send']
}

async function sideBySide(
  runners: readonly Runner[],
  sending: Sending,
): Promise<readonly unknown[]> {
  const values: unknown[] = []
  let left: Running[] = runners.map((one, at) => ({
    ...one,
    at,
    by: at,
    step: null,
    alone: false,
    waited: false,
  }))
  while (left.length > 0) {
    const going = whoGoes(left)
    if (going.some(({ alone, waited }) => alone || waited)) sending.fence()
    const said: Said[] = []
    const asking: { one: Running; count: number; many: boolean; last: boolean }[] = []
    for (const one of going) {
      advance(one, sending.note)
      if (one.step?.done === true) values[one.at] = one.step.value
      else if (!one.alone && one.step !== null && isQuestion(one.step.value)) {
        const own = asksIn(one.step.value)
        const { value } = one.step
        asking.push({ one, count: own.length, many: 'asks' in value, last: isLast(value) })
        for (const ask of own) said.push({ ask, by: one.by })
      }
    }
    if (asking.length > 0) {
      const more = left.filter(({ step }) => step?.done !== true).length > asking.length
      const isOver = !more && asking.every(({ last }) => last)
      const answers = await (isOver ? sending.sendLast : sending.send)(said)
      let at = 0
      for (const { one, count, many } of asking) {
        const own = answers.slice(at, at + count)
        at += count
        one.step = one.script.next(many ? own : (own[0] ?? []))
        assert(!isOver || one.step.done === true, 'nothing is said behind the last words')
      }
    }
    left = left.filter((one) => one.step?.done !== true || !(one.at in values))
  }
  return values
}

/** Up to its next question, its end, or its wish to be alone. */
function advance(one: Running, note: Sending['note']): void {
  one.step ??= one.script.next()
  if (one.alone) {
    // Its turn has come: whoever said so before goes on as if it had been answered.
    one.alone = false
    if (one.step.done !== true && 'alone' in one.step.value) one.step = one.script.next([])
  }
  while (one.step.done !== true && !isQuestion(one.step.value)) {
    if ('alone' in one.step.value) {
      one.alone = true
      return
    }
    note(one.step.value, one.by)
    one.step = one.script.next([])
  }
}

/** All that are not alone and own what nobody before them owns; when only such are left, the first who wants to be alone. */
function whoGoes(left: readonly Running[]): readonly Running[] {
  const owners = new Map<string, Running>()
  const going: Running[] = []
  for (const one of left) {
    one.waited &&= one.step === null
    const before = one.owns.flatMap((name) => owners.get(name) ?? [])
    for (const name of one.owns) owners.set(name, one)
    if (!before.every((other) => keepStep(other, one))) one.waited = true
    else if (!one.alone) going.push(one)
  }
  return going.length > 0 ? going : left.slice(0, 1)
}

/** Whether `one` may be asked right behind `other`; then they speak as one. */
function keepStep(other: Running, one: Running): boolean {
  if (other.inStep !== true || one.inStep !== true || other.alone || other.waited) return false
  one.by = other.by
  return true
}

/** `INSERT 0 8`, `UPDATE 0`, `SELECT 1`: the last number is how many. */
const hasChanged = ({ tag }: Answer): boolean => changing.test(tag) && !tag.endsWith(' 0')
const changing = /^(?:INSERT|UPDATE|DELETE|MERGE) /

const plain = (text: string, { named }: Manner): Question => ({
  name: named ? text : '',
  text,
  values: [],
})
