// Law: ready work has somebody who could take it. What nobody of the configuration serves waits for a person before long, and
// for nobody within the first minute of an edit; and it goes on by itself once it is served.

import { present } from '../../src/base/assert.ts'
import type { Task } from '../../src/model/task.ts'
import type { ConfigFile, Version } from '../config.ts'
import { type Asking, crossingsIn } from '../crossings.ts'
import { partOf } from '../part.ts'
import { clocksAgree } from '../server.ts'
import { isServed, isUnserved } from '../served.ts'
import { ableSince } from './able.ts'
import type { Bench, Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Waits {
  /** Ready tasks that nobody serves, with the world time of the first look that saw them so. */
  readonly idle: Map<number, number>
  /** Live holds that wait for an agent, with the first look at which there was one again. */
  readonly asking: Map<number, { readonly taskId: number; servedMs: number | null }>
}

const waitsIn = partOf<Journal, Waits>(() => ({ idle: new Map(), asking: new Map() }))

/** The first minute, as a host's clock that drifts may count it. */
const firstMs = 58_000
/** The reconciler and the loop of holds look once for each poll, or seldom where nothing happens. */
const soonMs = 45 * 60_000

export const served: Checker = {
  law: 'ready work has somebody who could take it',
  invariants: [52],
  fact({ world, journal }, { taskId, body }) {
    const { asking } = waitsIn(journal)
    if (body.kind === 'task.held' && body.release.kind === 'person' && taskId !== null)
      if (body.release.untilServed === true) asking.set(body.holdId, { taskId, servedMs: null })
    if (body.kind !== 'hold.released' || !asking.delete(body.holdId)) return
    if (body.by === 'a configuration that fits') world.truth.count('an agent serves it again')
  },
  async look(bench) {
    const { world, config, journal } = bench
    const since = Math.max(ableSince(world), config.mendedMs)
    const isQuiet = config.brokenMs === null && clocksAgree(world)
    await judgeAsked(bench)
    const newest = present(config.versions.at(-1), 'something always stood in the file')
    const { idle, asking } = waitsIn(journal)
    if (config.versions.length === 1) return
    await judgeIdle(bench, newest, isQuiet ? since : Number.POSITIVE_INFINITY, idle)
    await judgeAsking(bench, newest, isQuiet ? since : Number.POSITIVE_INFINITY, asking)
  },
}

/** Nobody is asked about work that was served a moment ago. */
async function judgeAsked({ world, config, accuse }: Bench): Promise<void> {
  const seen = crossingsIn(world)
  for (const asking of seen.asked.splice(0)) {
    const task = await world.store.task(asking.taskId)
    if (task === null) continue
    world.truth.count('nobody serves it any more')
    const outMs = outFor(config, task, asking.atMs)
    if (outMs < firstMs && !hasNapped(asking))
      accuse(
        `task ${task.id} waits for a person, ${outMs} ms after its agents were taken out`,
        task.id,
      )
  }
}

/** For how long nobody may have served it by then, in one piece of which its end may just have been missed. */
function outFor({ versions }: ConfigFile, { demand }: Task, atMs: number): number {
  let longestMs = 0
  let fromMs: number | null = null
  for (const one of versions.filter((version) => version.fromMs <= atMs)) {
    const isOver = isServed(one, demand)
    if (isOver && fromMs !== null && one.fromMs > atMs - missedMs)
      longestMs = Math.max(longestMs, one.fromMs - fromMs)
    fromMs = isOver ? null : (fromMs ?? one.fromMs)
  }
  return Math.max(longestMs, fromMs === null ? 0 : atMs - fromMs)
}

/** Changes are told of at once, and looked for once a poll besides; a call to the store may take its time. */
const missedMs = 10 * 60_000

const hasNapped = ({ life, atMs }: Asking): boolean =>
  life.naps.some(({ toMs }) => toMs > atMs - missedMs)

/** What nobody serves does not stay ready. */
async function judgeIdle(
  { world, journal, accuse }: Bench,
  newest: Version,
  since: number,
  idle: Waits['idle'],
): Promise<void> {
  const { nowMs } = world.time
  for (const { id, state } of journal.tasks.values()) {
    const task = state === 'ready' ? await world.store.task(id) : null
    if (task?.state !== 'ready' || !isUnserved(newest, task.demand)) {
      idle.delete(id)
      continue
    }
    const seenMs = idle.get(id) ?? nowMs
    idle.set(id, seenMs)
    if (nowMs - Math.max(seenMs, since) > soonMs)
      accuse(`task ${id} is ready, no agent serves it, and nobody was asked`, id)
  }
}

/** What is served again does not go on waiting. */
async function judgeAsking(
  { world, accuse }: Bench,
  newest: Version,
  since: number,
  asking: Waits['asking'],
): Promise<void> {
  const { nowMs } = world.time
  for (const [holdId, one] of asking) {
    const task = await world.store.task(one.taskId)
    if (task === null || task.state === 'settled') asking.delete(holdId)
    else if (!isServed(newest, task.demand)) one.servedMs = null
    else one.servedMs ??= nowMs
    if (asking.has(holdId) && one.servedMs !== null)
      if (nowMs - Math.max(one.servedMs, since) > soonMs)
        accuse(`task ${one.taskId} waits for an agent, and some serve it`, one.taskId)
  }
}
