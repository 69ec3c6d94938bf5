// A verb is a script: a generator that asks for statements and decides by their rows, without knowing which database
// answers or whether it answers at once (SQLite) or later (PostgreSQL). The driver runs the whole script in one
// transaction. Nothing else may be awaited inside, which the generator makes impossible.

import type { Statement } from './statement.ts'

/** One question of a script to its database. */
export interface Ask {
  readonly statement: Statement<never, unknown>
  readonly args: object
}

/** Several questions, none of which needs the answer to another: one way there and back. Answered by a list of rows each. */
export interface Asks {
  readonly asks: readonly Ask[]
  /** Whether nothing more is said behind it, whatever the answer: the commit may go with it. */
  readonly last?: true
}

/** A change whose answer nobody needs: it is done before the next question, and in any case before the commit. */
export interface Told {
  readonly told: Ask
}

/**
 * From here on others of the same transaction may be concerned: their scripts come to their ends first. What was read before
 * has to be read again.
 */
export interface Alone {
  readonly alone: true
}

/**
 * Adds to a running total that many share: rows that everybody wants are held as shortly as can be, in one order, and what several
 * scripts add is added once.
 */
export interface Added {
  readonly total: Statement<never, unknown>
  /** Which total it is. */
  readonly of: Readonly<Record<string, string | number>>
  readonly by: Readonly<Record<string, number>>
}

export type Step = Ask | Asks | Told | Added | Alone

export type Script<T> = Generator<Step, T, readonly unknown[]>

const askOf = <A extends object, R>(statement: Statement<A, R>, args: A): Ask => ({
  statement: statement as unknown as Statement<never, unknown>,
  args,
})

/** All rows of a statement. */
export function* all<A extends object, R>(stmt: Statement<A, R>, args: A): Script<readonly R[]> {
  return (yield askOf(stmt, args)) as readonly R[]
}

/** The first row of a statement, or undefined. */
export function* first<A extends object, R>(stmt: Statement<A, R>, args: A): Script<R | undefined> {
  const rows = yield* all(stmt, args)
  return rows[0]
}

/** Whether a statement that returns the rows it changed has changed one. */
export function* changed<A extends object, R>(stmt: Statement<A, R>, args: A): Script<boolean> {
  const rows = yield* all(stmt, args)
  return rows.length > 0
}

/** A script whose one question is the last words of all: what is said behind it is lost. */
export function* last<T>(script: Script<T>): Script<T> {
  let step = script.next()
  while (step.done !== true) {
    const { value } = step
    if (!isQuestion(value)) step = script.next(yield value)
    else {
      const answers = (yield { asks: asksIn(value), last: true }) as readonly (readonly unknown[])[]
      step = script.next('asks' in value ? answers : (answers[0] ?? []))
    }
  }
  return step.value
}

/** Changes something without waiting for an answer. */
export function* tell<A extends object, R>(stmt: Statement<A, R>, args: A): Script<void> {
  yield { told: askOf(stmt, args) }
}

/** Adds `by` to the total that `of` names; before the commit, behind all else. */
export function* add<K extends Added['of'], B extends Added['by']>(
  total: Statement<K & B, unknown>,
  of: K,
  by: B,
): Script<void> {
  yield { total: total as unknown as Statement<never, unknown>, of, by }
}

/** Lets the others of this transaction finish first. */
export function* alone(): Script<void> {
  yield { alone: true }
}

/**
 * Runs scripts side by side: what they ask at the same time goes together, in their order. None of them may need what another
 * does.
 */
export function* together<T extends readonly unknown[]>(
  ...scripts: { readonly [K in keyof T]: Script<T[K]> }
): Script<T> {
  const results: unknown[] = []
  let waiting = scripts.map((script, i) => ({ script, i, step: script.next() }))
  for (;;) {
    const asking: { one: (typeof waiting)[number]; question: Ask | Asks }[] = []
    for (const one of waiting) {
      while (one.step.done !== true && !isQuestion(one.step.value)) {
        yield one.step.value
        one.step = one.script.next([])
      }
      if (one.step.done === true) results[one.i] = one.step.value
      else if (isQuestion(one.step.value)) asking.push({ one, question: one.step.value })
    }
    if (asking.length === 0) return results as unknown as T
    const asks = asking.flatMap(({ question }) => asksIn(question))
    const answers = (yield { asks }) as readonly (readonly unknown[])[]
    let at = 0
    for (const { one, question } of asking) {
      const own = answers.slice(at, at + asksIn(question).length)
      at += own.length
      one.step = one.script.next('asks' in question ? own : (own[0] ?? []))
    }
    waiting = asking.map(({ one }) => one)
  }
}

/** Whether its answer is waited for. */
export const isQuestion = (step: Step): step is Ask | Asks => 'statement' in step || 'asks' in step

/** Whether a script says nothing more behind this question. */
export const isLast = (step: Step): boolean => 'last' in step

/** What a question consists of. */
export const asksIn = (step: Ask | Asks): readonly Ask[] => ('asks' in step ? step.asks : [step])

/** How a write is done where not alone. */
export type How =
  /**
   * It changes only what tells that somebody lives (pulses, leases, firings of mechanisms), of which no named read answers
   * unless its name begins with `live`. Each of its statements is right by itself: they may become durable one by one.
   */
  | 'quiet'
  /** Repeating it is harmless, and no commit of others need be waited for: its last words go with its commit. */
  | 'brisk'
  /**
   * It may share its transaction with others that were asked for in the same moment: until it says `alone`, it touches nothing
   * but what it names here.
   */
  | Owning

export interface Owning {
  readonly owns: readonly string[]
  /**
   * Of those that own the same and say this too, one is asked right behind the other, without waiting for its answer: each of their
   * statements is right whatever the one before it answers.
   */
  readonly inStep?: boolean
}

/** How a driver runs scripts. */
export interface Executor {
  /** In one durable transaction. */
  write<T>(script: () => Script<T>, how?: How): Promise<T>
  /**
   * Where each way there and back is dear: in one of them, with its commit, for scripts whose first question is their last; with
   * others of the same moment. Absent where a way costs nothing.
   */
  readonly inOneTrip?: <T>(script: () => Script<T>, how: Owning) => Promise<T>
  /**
   * In one snapshot. A read that is named may be answered from memory as long as nothing changed: its name says the
   * question with all its arguments.
   */
  read<T>(script: () => Script<T>, named?: string): Promise<T>
  /** Resolves when everything asked for so far has its answer. */
  drain(): Promise<void>
}
