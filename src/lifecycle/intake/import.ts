// Takes a foreign board in: each open task becomes a want under a key of its own, so that a second run makes nothing new;
// each waits for those it waited for there. What is settled there stays settled: it is not taken in, and who waited for
// what ended well waits no more.

import { OperatingError } from '../../base/errors.ts'
import type { Board, ForeignTask, Oddity } from '../../drivers/boards/contract.ts'
import type { Release } from '../../model/hold.ts'
import { enqueue, type IntakeDeps, type Want } from './enqueue.ts'

export interface ImportReport {
  readonly imported: readonly { readonly ref: string; readonly taskId: number }[]
  /** Taken in by an earlier run. */
  readonly known: readonly { readonly ref: string; readonly taskId: number }[]
  readonly settled: readonly { readonly ref: string; readonly state: ForeignTask['state'] }[]
  /** Not taken in, and why. */
  readonly refused: readonly { readonly ref: string; readonly why: string }[]
  readonly odd: readonly Oddity[]
}

/** What all wants of an import have in common. */
export type ImportManner = Pick<Want, 'agent' | 'tier' | 'role' | 'cwd' | 'by'> & {
  /** Names the board in the keys. */
  readonly source: string
  readonly labels: readonly string[]
}

/** With `dryRun` nothing is taken in; the report says what would be, with the task id 0. */
export async function importBoard(
  deps: IntakeDeps,
  board: Board,
  manner: ImportManner,
  dryRun: boolean,
): Promise<ImportReport> {
  const odd = [...board.odd]
  const { ordered, after, questions } = inOrder(board.tasks, odd)
  const ids = new Map<string, number>()
  const imported: { ref: string; taskId: number }[] = []
  const known: { ref: string; taskId: number }[] = []
  const refused: { ref: string; why: string }[] = []
  for (const task of ordered) {
    const waitsFor = (after.get(task.ref) ?? []).flatMap((ref) => ids.get(ref) ?? [])
    if (dryRun) {
      ids.set(task.ref, 0)
      imported.push({ ref: task.ref, taskId: 0 })
      continue
    }
    try {
      const want = wantOf(task, manner, waitsFor, board.kind)
      const question = questions.get(task.ref)
      const holds = question === undefined ? [] : [askPerson(question, manner.by)]
      const { task: made, deduped } = await enqueue(deps, { ...want, holds })
      ids.set(task.ref, made.id)
      ;(deduped ? known : imported).push({ ref: task.ref, taskId: made.id })
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error
      refused.push({ ref: task.ref, why: error.message })
    }
  }
  const settled = board.tasks
    .filter((task) => task.state !== 'open')
    .map(({ ref, state }) => ({ ref, state }))
  return { imported, known, settled, refused, odd }
}

const askPerson = (question: string, told: string): Release => ({ kind: 'person', question, told })

function wantOf(
  task: ForeignTask,
  { agent, tier, role, cwd, by, source, labels }: ImportManner,
  after: readonly number[],
  kind: string,
): Want {
  const { title, text, run, ref } = task
  return {
    title: title.slice(0, 500),
    run,
    prompt: run !== null ? null : text === null ? title : `${title}\n\n${text}`,
    agent,
    tier,
    role,
    labels: [...new Set([...labels, ...task.labels.filter((label) => plainLabel.test(label))])],
    priority: task.priority,
    notBefore: task.notBefore,
    after,
    afterAny: [],
    key: { key: `import:${kind}:${source}:${ref}`, scope: 'ever' },
    verify: null,
    cwd,
    timeoutMs: null,
    attempts: null,
    once: false,
    anyway: true, // what nobody serves now is held for a person, not lost
    againOf: null,
    by,
  }
}

const plainLabel = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** The open tasks, each after those it waits for; and whom each waits for among them. */
function inOrder(tasks: readonly ForeignTask[], odd: Oddity[]) {
  const byRef = new Map(tasks.map((task) => [task.ref, task]))
  const ordered: ForeignTask[] = []
  const after = new Map<string, string[]>()
  const questions = new Map<string, string>()
  const seen = new Map<string, 'entered' | 'left'>()
  const visit = (task: ForeignTask): void => {
    seen.set(task.ref, 'entered')
    const waitsFor: string[] = []
    for (const ref of new Set(task.after)) {
      const other = byRef.get(ref)
      if (other === undefined) tell(task, `waits for ${ref}, which is not on the board; left out`)
      else if (other.state === 'done') continue
      else if (other.state !== 'open')
        ask(task, `it waits for ${ref}, which ended ${other.state} there: shall it be done?`)
      else if (seen.get(ref) === 'entered') tell(task, `waits for ${ref} in a circle; left out`)
      else {
        if (!seen.has(ref)) visit(other)
        waitsFor.push(ref)
      }
    }
    after.set(task.ref, waitsFor)
    seen.set(task.ref, 'left')
    ordered.push(task)
  }
  const tell = ({ ref }: ForeignTask, what: string) => void odd.push({ ref, what })
  // A task that waits for what failed is not free (incident 12): a person decides.
  const ask = (task: ForeignTask, question: string) => {
    tell(task, `${question.replace(/^it /, '').replace(/: shall.*/, '')}; held for a person`)
    questions.set(task.ref, question)
  }
  for (const task of tasks) if (task.state === 'open' && !seen.has(task.ref)) visit(task)
  return { ordered, after, questions }
}
