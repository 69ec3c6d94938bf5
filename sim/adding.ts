// What sessions of the simulated fleet want done as tasks of their own: drawn with the work that adds it, so that leaving out
// another task changes nothing of it. Some add tasks that add tasks; in some worlds one session adds without end.

import type { Chance } from './chance.ts'
import type { Nature, PlannedTask } from './planned.ts'

/** One task that a session adds. */
interface Addition {
  readonly nature: Nature
  readonly workMs: number
  /** Wanted once, however many sessions want it. */
  readonly keyed: boolean
  /** It is wanted again at once: the first answer was not heard. */
  readonly twice: boolean
  readonly adds: Adds | null
}

/** What the sessions of a task add, each of them. */
export interface Adds {
  readonly some: readonly Addition[]
  /** How many steps it goes on that a session adds without end; 0 where none does. */
  readonly flood: number
}

/** One more than how many steps tasks may be from a person: the last of them are refused. */
const stepsMost = 4
/** Some more than one session may add, by so many sessions that all below their root are too many. */
const floodTasks = 55
const floodSessions = 4

const natures = { good: 8, flaky: 1, bad: 1 } as const

function drawAdds(chance: Chance, steps: number): Adds {
  const some = Array.from({ length: chance.whole(1, 3) }, (_, i) => {
    const own = chance.split(`addition ${i}`)
    return {
      nature: own.weighed(natures),
      workMs: Math.max(2_000, Math.round(own.about(30_000))),
      keyed: own.happens(0.5),
      twice: own.happens(0.2),
      adds: steps > 1 && own.happens(0.35) ? drawAdds(own.split('adds'), steps - 1) : null,
    }
  })
  return { some, flood: 0 }
}

const flooding: Adds = { some: [], flood: 2 }

/** The same tasks, some of whose sessions add tasks. */
export function withAdding(chance: Chance, tasks: readonly PlannedTask[]): PlannedTask[] {
  const floods = tasks.length > 0 && chance.happens(0.2)
  const flood = floods ? chance.pick(tasks).ref : null
  return tasks.map((task) => {
    const own = chance.split(task.ref)
    const isAdding = own.happens(0.1)
    const adds = task.ref === flood ? flooding : isAdding ? drawAdds(own, stepsMost) : null
    return adds === null ? task : { ...task, traits: { ...task.traits, adds } }
  })
}

/** The work that each session at this task adds, in its order. */
export function additionsOf({ ref, traits }: PlannedTask): readonly {
  readonly planned: PlannedTask
  readonly twice: boolean
}[] {
  const adds = traits['adds'] as Adds | undefined
  if (adds === undefined) return []
  const { some, flood } = adds
  const more = flood === 0 ? 0 : floodTasks
  return [
    ...some.map((one, i) => ({ planned: workOf(`${ref}-${i}`, one), twice: one.twice })),
    ...Array.from({ length: more }, (_, i) => {
      const goesOn = flood > 1 && i < floodSessions
      const its = { ...small, adds: goesOn ? { some: [], flood: flood - 1 } : null }
      return { planned: workOf(`${ref}-${i}`, its), twice: false }
    }),
  ]
}

const small = { nature: 'good', workMs: 2_000, keyed: false, twice: false } as const

/** Short work of a shell: it costs no money. */
const workOf = (ref: string, { nature, workMs, keyed, adds }: Addition): PlannedTask => ({
  ...{ ref, atMs: 0, kind: 'command', nature, says: 'none', workMs },
  ...{ timeoutMs: null, attempts: null, verify: 'none', once: false, after: null },
  ...{ afterAny: false, notBeforeMs: null, key: keyed ? `added ${ref}` : null, priority: 0 },
  ...{ leavesChildren: false, deaf: false, progress: 0, unserved: false },
  traits: adds === null ? {} : { adds },
})

/** All work that comes of these tasks, however many sessions stand between. */
export const addedWork = (tasks: readonly PlannedTask[]): readonly PlannedTask[] =>
  tasks.flatMap((task) => {
    const added = additionsOf(task).map(({ planned }) => planned)
    return [...added, ...addedWork(added)]
  })

/** How many steps from a person what comes of these tasks is at most. */
export const stepsOf = (tasks: readonly PlannedTask[]): number =>
  Math.max(
    0,
    ...tasks.map((task) => {
      const added = additionsOf(task).map(({ planned }) => planned)
      return added.length === 0 ? 0 : 1 + stepsOf(added)
    }),
  )
