// Law: a want is taken whole or not at all. Who was answered finds its task as it was wanted, held by all that it was to wait
// for; who was refused left neither task nor fact; and what nobody serves waits for a person from the start.

import type { Release } from '../../src/model/hold.ts'
import { partOf } from '../part.ts'
import { type Taken, takenIn } from '../wanting.ts'
import type { World } from '../world.ts'
import { by } from '../deeds/contract.ts'
import type { Bench, Checker, Rows } from './contract.ts'
import type { Journal } from './journal.ts'

interface Birth {
  readonly taskId: number
  readonly held: Release[]
}

interface Births {
  /** The task whose birth is being told. */
  newest: Birth | null
}

const birthsIn = partOf<Journal, Births>(() => ({ newest: null }))
const titlesIn = partOf<World, Set<string>>(
  ({ wants }) => new Set([...wants.values()].map(({ nature, ref }) => `${nature} ${ref}`)),
)

export const wants: Checker = {
  law: 'a want is taken whole or not at all',
  invariants: [11],
  fact(bench, { taskId, body }) {
    const births = birthsIn(bench.journal)
    const { newest } = births
    if (newest !== null && taskId === newest.taskId && body.kind === 'task.held')
      return void newest.held.push(body.release)
    // What its birth tells besides is about itself, or an incident.
    if (newest !== null && taskId !== null && taskId !== newest.taskId) judgeNewest(bench)
    if (body.kind !== 'task.enqueued' || taskId === null) return
    if (newest !== null && births.newest !== null) judgeNewest(bench)
    const isWanted = body.by === by && titlesIn(bench.world).has(body.title)
    if (isWanted && !takenIn(bench.world).has(taskId))
      bench.accuse(`task ${taskId} (${body.title}) is there, and who wanted it was refused`, taskId)
    births.newest = { taskId, held: [] }
  },
  look: judgeNewest,
  end(bench, rows) {
    judgeRows(bench, rows)
  },
}

function judgeNewest({ world, journal, accuse }: Bench): void {
  const births = birthsIn(journal)
  const taken = takenIn(world).get(births.newest?.taskId ?? 0)
  if (births.newest !== null && taken !== undefined) {
    const { taskId, held } = births.newest
    for (const missing of wantedOf(taken, journal).filter((one) => !isAmong(held, one)))
      accuse(`task ${taskId} was wanted held: ${JSON.stringify(missing)}`, taskId)
    const asksPerson = held.some(({ kind }) => kind === 'person')
    if (taken.want.agent === 'nobody' && !asksPerson)
      accuse(`task ${taskId} is for nobody who is configured, and no person was asked`, taskId)
  }
  births.newest = null
}

const isAmong = (held: readonly Release[], wanted: Release): boolean =>
  held.some((one) => JSON.stringify(one) === JSON.stringify(wanted))

/** What it must be held by, whatever came meanwhile: what waits for a task that is settled by now may have been answered. */
function wantedOf({ want, at }: Taken, journal: Journal): readonly Release[] {
  const after = (taskId: number, any: boolean): readonly Release[] =>
    journal.tasks.get(taskId)?.state === 'settled'
      ? []
      : [{ kind: 'after', taskId, any, needsPerson: false }]
  return [
    ...(want.holds ?? []).filter(({ kind }) => kind === 'check' || kind === 'person'),
    ...(want.notBefore !== null && want.notBefore > at
      ? [{ kind: 'time' as const, until: want.notBefore, why: 'not_before' as const }]
      : []),
    ...want.after.flatMap((id) => after(id, false)),
    ...want.afterAny.flatMap((id) => after(id, true)),
  ]
}

/** Each answered want has its row, as it was wanted. */
function judgeRows({ world, journal, accuse }: Bench, { tasks }: Rows): void {
  const rows = new Map(tasks.map((task) => [task.id, task]))
  for (const [taskId, { want }] of takenIn(world)) {
    if (!journal.tasks.has(taskId)) accuse(`task ${taskId} was answered, and no fact tells of it`)
    const row = rows.get(taskId)
    if (row === undefined) continue
    const { title, order, demand } = row
    const found = [title, order.run, order.prompt, order.verify, order.timeoutMs, order.once]
    const asked = [want.title, want.run, want.prompt, want.verify, want.timeoutMs, want.once]
    const labels = want.labels.every((label) => demand.labels.includes(label))
    if (JSON.stringify(found) !== JSON.stringify(asked) || !labels || demand.agent !== want.agent)
      accuse(`task ${taskId} is not what was wanted: ${JSON.stringify(found)}`, taskId)
  }
}
