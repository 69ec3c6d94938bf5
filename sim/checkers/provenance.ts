// Law: what machines make is bounded. By the world's own count no session makes more than so many tasks, none is further than so
// many steps from a person, and no more come below one root; nobody is refused while there is room; and each such task knows its
// root and its steps.

import { deniedIn } from '../additions.ts'
import { foldLine, lineBelow, lineIn, madeLineIn } from '../lines.ts'
import { partOf } from '../part.ts'
import { depthMax, perAttemptMax, perRootMax, type Provenance } from '../../src/model/provenance.ts'
import type { Bench, Checker, Rows } from './contract.ts'
import { count, type Journal } from './journal.ts'

/** How many tasks each session made, and how many sessions and sensors made below each root. */
const madeIn = partOf<Journal, { readonly by: Map<string, number> }>(() => ({ by: new Map() }))

export const provenance: Checker = {
  law: 'what machines make is bounded',
  invariants: [49],
  fact(bench, fact) {
    const { world, journal, accuse } = bench
    const { taskId, body } = fact
    foldLine(world, journal, fact)
    if (body.kind !== 'task.enqueued' || taskId === null) return
    const [maker] = /^(attempt|sensor) /.exec(body.by) ?? []
    if (maker === undefined) return
    const { by } = madeIn(journal)
    const { root, depth } = lineIn(journal, taskId)
    count(by, body.by)
    count(by, `root ${root}`)
    const isSession = maker === 'attempt '
    if (isSession && depth > depthMax)
      accuse(`task ${taskId} is ${depth} steps from a person`, taskId)
    if (isSession && (by.get(body.by) ?? 0) > perAttemptMax)
      accuse(`${body.by} has made ${by.get(body.by)} tasks`, taskId)
    if ((by.get(`root ${root}`) ?? 0) > perRootMax)
      accuse(`${by.get(`root ${root}`)} tasks have come of task ${root}`, taskId)
  },
  look: judgeDenied,
  end: judgeLines,
}

/** Who was refused had no room; what came since only takes more of it. */
function judgeDenied({ world, journal, accuse }: Bench): void {
  const { by } = madeIn(journal)
  const seen = deniedIn(world)
  for (const { attemptId, code } of seen.denied) {
    const parent = journal.attempts.get(attemptId)?.taskId ?? 0
    const { root, depth } = lineBelow(journal, parent)
    const isRight =
      (code === 'session.too_deep' && depth > depthMax) ||
      (code === 'session.too_many' && (by.get(`attempt ${attemptId}`) ?? 0) >= perAttemptMax) ||
      (code === 'provenance.budget' && (by.get(`root ${root}`) ?? 0) >= perRootMax)
    if (!isRight) accuse(`attempt ${attemptId} was refused to add a task: ${code}`, parent)
  }
  seen.denied = []
}

function judgeLines({ journal, accuse }: Bench, { tasks, lines }: Rows): void {
  for (const { id, createdBy } of tasks) {
    const [told, truly] = [inWords(lines.get(id)), inWords(madeLineIn(journal, id))]
    if (told !== truly)
      accuse(`task ${id} of ${createdBy} comes ${truly}, and says that it comes ${told}`, id)
  }
}

const inWords = (line: Omit<Provenance, 'taskId' | 'kind'> | null | undefined): string =>
  line == null
    ? 'from a person'
    : `from task ${line.parent}, at its root ${line.root}, in ${line.depth} steps, ${line.sensed} of them by sensors`
