// Law: what machines make is bounded. By the world's own count no session makes more than so many tasks, none is further than so
// many steps from a person, and no more come below one root; nobody is refused while there is room; and each such task knows its
// root and its steps.

import type { Task } from '../../src/model/task.ts'
import { depthMax, perAttemptMax, perRootMax, type Provenance } from '../../src/model/provenance.ts'
import { by as person } from '../deeds/contract.ts'
import { partOf } from '../part.ts'
import { deniedIn } from '../additions.ts'
import { takenIn } from '../wanting.ts'
import type { Bench, Checker, Rows } from './contract.ts'
import type { Journal } from './journal.ts'

type Line = Pick<Provenance, 'parent' | 'root' | 'depth'>

interface Made {
  /** Where each task comes from that a session made. */
  readonly lines: Map<number, Line>
  /** How many there are of each session, and below each root. */
  readonly byAttempt: Map<number, number>
  readonly below: Map<number, number>
}

const madeIn = partOf<Journal, Made>(() => ({
  lines: new Map(),
  byAttempt: new Map(),
  below: new Map(),
}))

const oneMore = <K>(counts: Map<K, number>, what: K): number => {
  const n = (counts.get(what) ?? 0) + 1
  counts.set(what, n)
  return n
}

export const provenance: Checker = {
  law: 'what machines make is bounded',
  invariants: [49],
  fact(bench, { taskId, body }) {
    const maker = body.kind === 'task.enqueued' ? /^attempt (\d+)$/.exec(body.by)?.[1] : undefined
    if (maker === undefined || taskId === null) return
    const { world, journal, accuse } = bench
    const attemptId = Number(maker)
    const parent = journal.attempts.get(attemptId)?.taskId
    if (parent === undefined) return accuse(`task ${taskId} is of attempt ${maker}, which is none`)
    const made = madeIn(journal)
    const line = below(made, parent)
    made.lines.set(taskId, line)
    const { root, depth } = line
    const [ofIt, ofAll] = [oneMore(made.byAttempt, attemptId), oneMore(made.below, root)]
    world.truth.count('made by a session')
    if (depth > depthMax) accuse(`task ${taskId} is ${depth} steps from a person`, taskId)
    if (ofIt > perAttemptMax) accuse(`attempt ${maker} has made ${ofIt} tasks`, taskId)
    if (ofAll > perRootMax) accuse(`${ofAll} tasks have come of task ${root}`, taskId)
  },
  look: judgeDenied,
  end: judgeLines,
}

/** The line of what is made in the work at a task. */
const below = ({ lines }: Made, parent: number): Line => {
  const above = lines.get(parent)
  return { parent, root: above?.root ?? parent, depth: (above?.depth ?? 0) + 1 }
}

/** Who was refused had no room; what came since only takes more of it. */
function judgeDenied({ world, journal, accuse }: Bench): void {
  const made = madeIn(journal)
  const seen = deniedIn(world)
  for (const { attemptId, code } of seen.denied) {
    const parent = journal.attempts.get(attemptId)?.taskId ?? 0
    const { root, depth } = below(made, parent)
    const isRight =
      (code === 'session.too_deep' && depth > depthMax) ||
      (code === 'session.too_many' && (made.byAttempt.get(attemptId) ?? 0) >= perAttemptMax) ||
      (code === 'provenance.budget' && (made.below.get(root) ?? 0) >= perRootMax)
    if (!isRight) accuse(`attempt ${attemptId} was refused to add a task: ${code}`, parent)
  }
  seen.denied = []
}

function judgeLines(bench: Bench, { tasks, lines }: Rows): void {
  const made = madeIn(bench.journal)
  for (const task of tasks) {
    const truly = lineOf(bench, made, task)
    const line = lines.get(task.id)
    const told = line && { parent: line.parent, root: line.root, depth: line.depth }
    if (JSON.stringify(told ?? null) !== JSON.stringify(truly))
      bench.accuse(
        `task ${task.id} of ${task.createdBy} says that it comes from ${JSON.stringify(told)}, and it comes from ${JSON.stringify(truly)}`,
        task.id,
      )
  }
}

/** Where a task truly comes from; null where a person wanted it. */
function lineOf({ world }: Bench, made: Made, { id, order }: Task): Line | null {
  if (order.reviewOf !== undefined) return below(made, order.reviewOf)
  const known = made.lines.get(id)
  if (known !== undefined) return known
  return takenIn(world).get(id)?.want.by === person ? null : { parent: null, root: id, depth: 1 }
}
