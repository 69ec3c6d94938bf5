// Law: a task that waits for calm is taken only in an opening of its window on that host, in the number that was set; unless it was
// let out, and then it says so.

import { partOf } from '../part.ts'
import type { World } from '../world.ts'
import type { Bench, Checker } from './contract.ts'

interface Openings {
  /** Tasks taken in the opening that lasts, by `window@host`. */
  readonly taken: Map<string, number>
  /** The windows that tasks wait for. */
  readonly waiting: Map<number, string>
}

const openingsOf = partOf<World, Openings>(() => ({ taken: new Map(), waiting: new Map() }))

/** The window of a wanted task, by the title under which the workload wants it. Who reviews or lands it need not wait for calm. */
function windowOf({ world, config }: Bench, title: string): string | null {
  if (/^(review|land)/i.test(title)) return null
  const traits = world.wants.get(title.split(' ').at(-1) ?? '')?.traits
  const { windows = [] } = config.lastGood
  const named = windows.find(({ name }) => name === traits?.['calm'])
  const label = String(traits?.['labelled'])
  return (named ?? windows.find(({ labels }) => labels.includes(label)))?.name ?? null
}

export const calm: Checker = {
  law: 'calm tasks are taken only where it is calm',
  invariants: [44],
  fact(bench, { taskId, body }) {
    const { taken, waiting } = openingsOf(bench.world)
    if (body.kind === 'window.opened') taken.set(`${body.window}@${body.host}`, 0)
    if (body.kind === 'window.closed') taken.delete(`${body.window}@${body.host}`)
    if (taskId === null) return
    if (body.kind === 'task.enqueued') {
      const window = windowOf(bench, body.title)
      if (window !== null) waiting.set(taskId, window)
    }
    if (body.kind === 'task.waived') waiting.delete(taskId)
    const window = waiting.get(taskId)
    if (body.kind !== 'attempt.claimed' || window === undefined) return
    const lane = `${window}@${body.host}`
    const before = taken.get(lane)
    if (before === undefined)
      return bench.accuse(`task ${taskId} was taken while ${lane} is not open`, taskId)
    taken.set(lane, before + 1)
    bench.world.truth.count('calm task taken')
    const most =
      bench.config.lastGood.windows?.find((one) => one.name === window)?.perWindow ?? null
    if (most !== null && before >= most)
      bench.accuse(`${lane} let ${before + 1} through in one opening, it may ${most}`, taskId)
  },
}
