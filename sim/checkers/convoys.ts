// Law: a convoy lands once, when every member is done, itself or by a later task that does it again; and at the end none is left
// on its way whose members are all done, and whose landing is, if a task lands it.

import type { Task } from '../../src/model/task.ts'
import { landingTitleOf } from '../landing.ts'
import { partOf } from '../part.ts'
import type { Bench, Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Convoy {
  readonly members: Set<number>
  /** What the task that lands it is called; null where none does. */
  readonly landing: string | null
  landed: number
}

/** Tasks that land convoys, by their title. */
const landingsIn = partOf<Journal, Map<string, number>>(() => new Map())

/** Whether a task of this title was settled, though it may be pruned by now. */
const wasSettled = ({ journal }: Bench, title: string | null): boolean =>
  journal.tasks.get(landingsIn(journal).get(title ?? '') ?? 0)?.state === 'settled'

const seenOf = new WeakMap<Bench['journal'], Map<number, Convoy>>()
const convoysOf = ({ journal }: Bench): Map<number, Convoy> => {
  const known = seenOf.get(journal) ?? new Map<number, Convoy>()
  seenOf.set(journal, known)
  return known
}

export const convoys: Checker = {
  law: 'a convoy lands once, with everything done',
  invariants: [30],
  fact(bench, { taskId, body }) {
    const all = convoysOf(bench)
    if (body.kind === 'task.enqueued' && taskId !== null && body.title.startsWith('Land: '))
      landingsIn(bench.journal).set(body.title, taskId)
    if (body.kind === 'convoy.created')
      all.set(body.convoyId, {
        members: new Set(body.tasks),
        landing: landingTitleOf(body.title),
        landed: 0,
      })
    if (body.kind === 'convoy.changed') {
      const members = all.get(body.convoyId)?.members
      for (const one of body.added) members?.add(one)
      for (const one of body.removed) members?.delete(one)
      if ((all.get(body.convoyId)?.landed ?? 0) > 0)
        bench.accuse(`convoy ${body.convoyId} was changed after it had landed`)
    }
    if (body.kind !== 'convoy.landed') return
    bench.world.truth.count('convoys landed')
    const convoy = all.get(body.convoyId)
    if (convoy === undefined) return bench.accuse(`convoy ${body.convoyId} landed unmade`)
    convoy.landed += 1
    if (convoy.landed > 1) bench.accuse(`convoy ${body.convoyId} landed ${convoy.landed} times`)
  },
  end(bench, { tasks }) {
    const byId = new Map(tasks.map((task) => [task.id, task]))
    const isWell = (task: Task) => task.state === 'settled' && task.outcome === 'done'
    const isDone = (id: number): boolean =>
      tasks.some((task) => (task.id === id || againsOf(id).has(task.id)) && isWell(task))
    const againsOf = (id: number): ReadonlySet<number> => {
      const line = new Set([id])
      for (const task of tasks)
        if (task.againOf !== null && line.has(task.againOf)) line.add(task.id)
      return line
    }
    for (const [id, { members, landing, landed }] of convoysOf(bench)) {
      const there = [...members].filter((one) => byId.has(one))
      const done = there.filter(isDone).length
      if (landed > 0 && done < there.length)
        bench.accuse(`convoy ${id} landed with ${done} of ${there.length} done`)
      const landings = tasks.filter(({ title }) => title === landing)
      const good = landings.filter(isWell).length
      const isGone = landings.length === 0 && wasSettled(bench, landing)
      if (landing !== null && landed > 0 && good === 0 && !isGone)
        bench.accuse(`convoy ${id} landed, and no task that lands it is done`)
      if (landed === 0 && done === members.size && good === landings.length)
        bench.accuse(`convoy ${id} has not landed, though all ${done} are done`)
    }
  },
}
