// Takes scripts through one transaction side by side: what they ask at the same time makes one trip, what they only tell goes
// with the next one, and what they add to totals is summed and goes last, in one order. Scripts that own the same thing take turns,
// and one that says `alone` goes on when the others are done.

import type { ClientBase } from 'pg'

import { present } from '../../../base/assert.ts'
import { type Ask, asksIn, isQuestion, type Script, type Step } from '../script.ts'
import type { statementCompiler } from '../statement.ts'
import { type Answer, askTogether, type Question } from './trip.ts'

/** How questions are put on one kind of connection. */
export interface Manner {
  readonly compile: ReturnType<typeof statementCompiler>
  /** Whether statements keep their names; a pooler gives every transaction another connection. */
  readonly named: boolean
}

/** One script on its way. */
export interface Runner {
  readonly script: Script<unknown>
  /** What it alone may touch meanwhile. */
  readonly owns: readonly string[]
}

/** What one connection is asked within one transaction. */
export interface Course {
  /** Runs them to their ends; answers their values, in their order. What they told last is still to be sent. */
  run(runners: readonly Runner[]): Promise<readonly unknown[]>
  /** Asks outside of any script, in one trip; rows for each. */
  ask(asks: readonly Ask[]): Promise<readonly (readonly unknown[])[]>
  /** Sends what was told. */
  send(): Promise<void>
  /** Sends `COMMIT`, behind what was told; answers the server's word for what it did. */
  commit(): Promise<string>
  /** Whether something was changed. */
  readonly changed: () => boolean
}

/** Begins with `opening`, which goes along with the first trip. */
export function courseOf(client: ClientBase, manner: Manner, opening: readonly string[]): Course {
  let unsent: Question[] = opening.map((text) => plain(text, manner))
  const totals = new Map<string, { ask: Ask; by: Record<string, number> }>()
  let isChanged = false

  async function send(asks: readonly Ask[] = []): Promise<readonly (readonly unknown[])[]> {
    const told = unsent
    unsent = []
    const questions = asks.map((ask) => questionOf(ask, manner))
    const sent = questions.filter((one) => one !== null)
    if (told.length + sent.length === 0) return asks.map(() => [])
    const answers = await askTogether(client, [...told, ...sent])
    isChanged ||= answers.some(hasChanged)
    let at = told.length
    return questions.map((one) =>
      one === null ? [] : present(answers[at++], 'an answer for each question').rows,
    )
  }

  function note(step: Step): void {
    if ('told' in step) put(step.told)
    if (!('total' in step)) return
    const key = JSON.stringify([step.total.name, step.of])
    const known = totals.get(key)
    const by = { ...step.by }
    for (const [name, n] of Object.entries(known?.by ?? {})) by[name] = (by[name] ?? 0) + n
    totals.set(key, { ask: { statement: step.total, args: { ...step.of, ...by } }, by })
  }

  function put(ask: Ask): void {
    const question = questionOf(ask, manner)
    if (question !== null) unsent.push(question)
  }

  function putTotals(): void {
    for (const [, { ask }] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) put(ask)
    totals.clear()
  }

  return {
    ask: send,
    run: (runners) => sideBySide(runners, note, send),
    async send() {
      putTotals()
      await send()
    },
    async commit() {
      putTotals()
      unsent.push(plain('COMMIT', manner))
      const told = unsent
      unsent = []
      const answers = await askTogether(client, told)
      isChanged ||= answers.some(hasChanged)
      return answers.at(-1)?.tag ?? ''
    },
    changed: () => isChanged,
  }
}

type Running = Runner & {
  readonly at: number
  step: IteratorResult<Step, unknown> | null
  alone: boolean
}

async function sideBySide(
  runners: readonly Runner[],
  note: (step: Step) => void,
  send: (asks: readonly Ask[]) => Promise<readonly (readonly unknown[])[]>,
): Promise<readonly unknown[]> {
  const values: unknown[] = []
  let left: Running[] = runners.map((one, at) => ({ ...one, at, step: null, alone: false }))
  while (left.length > 0) {
    const going = whoGoes(left)
    const asks: Ask[] = []
    const asking: { one: Running; count: number; many: boolean }[] = []
    for (const one of going) {
      advance(one, note)
      if (one.step?.done === true) values[one.at] = one.step.value
      else if (!one.alone && one.step !== null && isQuestion(one.step.value)) {
        const own = asksIn(one.step.value)
        asking.push({ one, count: own.length, many: 'asks' in one.step.value })
        asks.push(...own)
      }
    }
    if (asking.length > 0) {
      const answers = await send(asks)
      let at = 0
      for (const { one, count, many } of asking) {
        const own = answers.slice(at, at + count)
        at += count
        one.step = one.script.next(many ? own : (own[0] ?? []))
      }
    }
    left = left.filter((one) => one.step?.done !== true || !(one.at in values))
  }
  return values
}

/** Up to its next question, its end, or its wish to be alone. */
function advance(one: Running, note: (step: Step) => void): void {
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
    note(one.step.value)
    one.step = one.script.next([])
  }
}

/** All that are not alone and own what nobody before them owns; when only such are left, the first who wants to be alone. */
function whoGoes(left: readonly Running[]): readonly Running[] {
  const owned = new Set<string>()
  const going: Running[] = []
  for (const one of left) {
    const isFree = !one.owns.some((name) => owned.has(name))
    for (const name of one.owns) owned.add(name)
    if (isFree && !one.alone) going.push(one)
  }
  return going.length > 0 ? going : left.slice(0, 1)
}

const hasChanged = ({ tag }: Answer): boolean => {
  const [word, ...counts] = tag.split(' ')
  return changing.has(word ?? '') && counts.at(-1) !== '0'
}
const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function questionOf({ statement, args }: Ask, { compile, named }: Manner): Question | null {
  const compiled = compile(statement)
  if (compiled === null) return null
  return { name: named ? compiled.name : '', text: compiled.sql, values: compiled.fill(args) }
}

const plain = (text: string, { named }: Manner): Question => ({
  name: named ? text : '',
  text,
  values: [],
})
