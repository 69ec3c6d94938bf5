// Law: the page shows and refuses what the command line does. What one refuses the other refuses, in the same words; what the page
// does stands in the rows; and what it shows of a task is its row at that moment.

import { type Acted, actedIn, type Seen, seenIn } from '../acting.ts'
import type { Checker } from './contract.ts'

export const pages: Checker = {
  law: 'the page shows and refuses what the command line does',
  invariants: [40],
  look({ world, accuse }) {
    const acted = actedIn(world)
    for (const one of acted.acts) {
      const wrong = one.atOnce ? judged(one, (what) => world.truth.count(what)) : null
      if (wrong !== null) accuse(`${one.what} of task ${one.taskId}: ${wrong}`, one.taskId)
    }
    acted.acts = []
    const known = seenIn(world)
    for (const one of known.seen) {
      if (one.told.status >= 500) continue
      world.truth.count('page compared')
      const wrong = differing(one)
      if (wrong !== null) accuse(`task ${one.taskId} on the page: ${wrong}`, one.taskId)
    }
    known.seen = []
  },
}

function judged(
  { what, shown, told, typed, came }: Acted,
  count: (what: string) => void,
): string | null {
  if (told === null || told.status >= 500) return null
  const { code, sentence, remedy } = told.said
  if (told.status === 200) {
    count(`page did ${what}`)
    if (typed !== null) return `done by the page, refused before: ${typed.json.error?.sentence}`
    if (shown !== null) return `done by the page, which showed: ${shown.sentence}`
    return came ? null : 'done, and it is not there'
  }
  count(`page refused ${what}`)
  if (shown !== null && shown.sentence !== sentence)
    return `shown with “${shown.sentence}”, refused with “${sentence}”`
  if (typed === null) return null
  const other = typed.json.error
  // Where there is nothing to release, the page offers no button, and who types it is told that nothing was.
  if (typed.json.released?.length === 0) return null
  if (other === undefined) return `refused by the page (“${sentence}”), done at the terminal`
  const words = JSON.stringify({ code, sentence, remedy })
  const typedWords = JSON.stringify(other)
  return words === typedWords ? null : `the page says ${words}, the terminal ${typedWords}`
}

function differing({ told, row, typed }: Seen): string | null {
  if (row.task === null) return told.status === 404 ? null : `shown, and it is not there`
  const page = JSON.parse(told.text) as Record<string, unknown>
  for (const part of ['task', 'attempts', 'holds'] as const) {
    const [shown, printed] = [page, typed.json as Record<string, unknown>].map((one) =>
      JSON.stringify(one[part]),
    )
    if (shown !== printed) return `it shows ${shown}, the terminal ${printed}`
  }
  const { task, attempts, holds } = row
  const shown = page as unknown as ShownTask
  const is = [task.id, task.title, task.state, task.priority, task.attempts, task.order.run]
  const { id, title, state, priority, attempts: tried, run } = shown.task
  const said = [id, title, state, priority, tried, run]
  if (JSON.stringify(is) !== JSON.stringify(said)) return `it shows ${said}, its row is ${is}`
  const stands = [
    ...attempts.map((one) => `${one.id} ${one.state} ${one.verdict?.class ?? null}`),
    ...holds.map((one) => `h${one.id} ${one.kind} ${one.releasedAt === null}`),
  ]
  const seen = [
    ...shown.attempts.map((one) => `${one.id} ${one.state} ${one.class}`),
    ...shown.holds.map((one) => `h${one.id} ${one.kind} ${one.releasedAt === null}`),
  ]
  return `${stands}` === `${seen}` ? null : `it shows ${seen}, the rows are ${stands}`
}

interface ShownTask {
  readonly task: Readonly<
    Record<'id' | 'title' | 'state' | 'priority' | 'attempts' | 'run', unknown>
  >
  readonly attempts: readonly Readonly<Record<'id' | 'state' | 'class', unknown>>[]
  readonly holds: readonly Readonly<Record<'id' | 'kind' | 'releasedAt', unknown>>[]
}
