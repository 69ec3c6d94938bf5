// Reads: one statement is a snapshot by itself, and those that are asked in the same moment make one trip; a read that asks
// again is begun again in a transaction of its own.

import type { Pool } from 'pg'

import { type Ask, asksIn, isQuestion, type Script } from '../script.ts'
import { courseOf } from './course.ts'
import { withClient } from './lend.ts'
import type { Manner } from './merged.ts'

interface Reading {
  readonly pool: Pool
  readonly manner: Manner
  readonly soon: (begin: () => void) => void
  /** What begins a transaction that sees one moment. */
  readonly opening: readonly string[]
}

interface First {
  readonly ask: Ask
  readonly resolve: (rows: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

/** Answers scripts that only read. */
export function snapshots({ pool, manner, soon, opening }: Reading) {
  /** First statements of reads that asked for a second one, and so need a transaction from the start. */
  const severalQuestions = new WeakSet<object>()
  let firsts: First[] = []

  const consistent = <T>(script: () => Script<T>): Promise<T> =>
    withClient(pool, async (client) => {
      const course = courseOf(client, manner, { opening })
      const [value] = await course.run([{ script: script(), owns: [] }])
      await course.commit()
      return value as T
    })

  const rowsOf = (asks: readonly Ask[]) =>
    withClient(pool, (client) => courseOf(client, manner, { opening: [] }).ask(asks))

  async function askFirsts(): Promise<void> {
    const asked = firsts
    firsts = []
    try {
      const rows = await rowsOf(asked.map(({ ask }) => ask))
      asked.forEach((one, i) => {
        one.resolve(rows[i] ?? [])
      })
    } catch (error) {
      const [only, ...others] = asked
      if (others.length === 0) return only?.reject(error)
      for (const { ask, resolve, reject } of asked)
        rowsOf([ask]).then(([rows = []]) => resolve(rows), reject)
    }
  }

  const first = (ask: Ask): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      if (firsts.length === 0) soon(() => void askFirsts())
      firsts.push({ ask, resolve, reject })
    })

  return async <T>(script: () => Script<T>): Promise<T> => {
    const looked = script()
    const step = looked.next()
    if (step.done) return step.value
    const question = isQuestion(step.value) ? asksIn(step.value) : []
    const [ask, ...others] = question
    if (ask === undefined || others.length > 0) return consistent(script)
    if (!severalQuestions.has(ask.statement)) {
      const next = looked.next(await first(ask))
      if (next.done) return next.value
      severalQuestions.add(ask.statement)
    }
    return consistent(script)
  }
}
