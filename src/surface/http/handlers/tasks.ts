// What is done with tasks, by the same rooms and verbs as the command line. The table of `can.ts` speaks first, the store's
// fences last.

import { parseDuration } from '../../../base/duration.ts'
import { refused, usage } from '../../../base/errors.ts'
import { hashOf } from '../../../base/ids.ts'
import { wantAgain } from '../../../lifecycle/intake/again.ts'
import { enqueue, type Want } from '../../../lifecycle/intake/enqueue.ts'
import { whyTask } from '../../../loops/dispatch/why.ts'
import type { KeyScope } from '../../../model/task.ts'
import { titleWords } from '../../cli/arguments.ts'
import { taskCans } from '../../can.ts'
import { attemptShape, holdShape, taskLine, taskWhole, whyShape } from '../../cli/shapes.ts'
import { taskOf } from '../../cli/task-of.ts'
import { bySession } from '../../../lifecycle/intake/by-session.ts'
import { checkOwn } from '../access/guards.ts'
import type { taskRoutes } from '../contract/tasks.ts'
import type { House } from '../house.ts'
import { refusalOf, refuse } from '../problem.ts'
import { allowed } from './allowed.ts'
import type { Call, Handlers } from './call.ts'
import { editTask } from './edit.ts'
import { holdTask } from './hold.ts'
import { timeToCome } from './times.ts'

type Names = keyof typeof taskRoutes

export const taskHandlers: Handlers<Names> = {
  async listTasks({ house, query }) {
    const { ids, state, outcome, agent, label, words, before, limit } = query
    const { tasks, next } = await house.store.briefs({
      limit,
      ...(ids && { ids }),
      ...(state && { states: state }),
      ...(outcome && { outcomes: outcome }),
      ...(agent !== undefined && { agent }),
      ...(label !== undefined && { label }),
      ...(words !== undefined && { words: titleWords(words) }),
      ...(before !== undefined && { before }),
    })
    return { tasks: tasks.map(taskLine), next }
  },
  async addTask({ house, who, body, onceKey }) {
    const now = house.clock.now()
    const want: Want = {
      title: oneLine(body.title),
      run: body.run ?? null,
      prompt: body.prompt ?? null,
      agent: whoShall(house, body),
      tier: body.tier ?? null,
      role: body.role ?? null,
      labels: body.labels ?? [],
      priority: body.priority ?? 0,
      notBefore: body.until === undefined ? null : timeToCome(body.until, now),
      after: body.after ?? [],
      afterAny: body.afterAny ?? [],
      key: keyOf(body, onceKey),
      verify: body.verify ?? null,
      cwd: body.cwd ?? house.dir,
      timeoutMs: body.timeoutMs ?? null,
      attempts: body.attempts ?? null,
      once: body.once === true,
      ...(body.calm !== undefined && { calm: body.calm }),
      locks: body.locks ?? [],
      hosts: body.hosts ?? [],
      workspace: body.workspace ?? null,
      review: body.review === true,
      anyway: body.anyway === true,
      againOf: null,
      ...(who.attempt !== null && { origin: bySession(who.attempt) }),
      by: who.by,
    }
    return await made(house, want)
  },
  async showTask({ house, who, params }) {
    checkOwn(who, params.id)
    const task = await taskOf(house.store, params.id)
    const [attempts, holds] = await Promise.all([
      house.store.attemptsOf(task.id),
      house.store.holdsOf(task.id, false),
    ])
    const liveHolds = holds.filter((hold) => hold.releasedAt === null).length
    return {
      task: taskWhole(task),
      attempts: attempts.map(attemptShape),
      holds: holds.map(holdShape),
      can: taskCans({ task, liveHolds }),
    }
  },
  async whyTask({ house, who, params }) {
    checkOwn(who, params.id)
    const { store, clock, hostName } = house
    return whyShape(await whyTask({ store, clock, hostName, ...house.current() }, params.id))
  },
  async editTask(call) {
    await allowed(call.house, 'edit', call.params.id)
    return { task: taskWhole(await editTask(call)) }
  },
  holdTask,
  async releaseTask({ house, who, params, body }) {
    await allowed(house, 'release', params.id)
    const live = (await house.store.holdsOf(params.id, true)).map((hold) => hold.id)
    if (body.hold !== undefined && !live.includes(body.hold))
      throw refuse(
        409,
        'hold.not_live',
        `no live hold h${body.hold} is on task ${params.id}`,
        `live are ${live.map((id) => `h${id}`).join(', ')}`,
      )
    const released = body.hold === undefined ? live : [body.hold]
    let ready = false
    for (const holdId of released) {
      const answer = await house.store.release({ holdId, by: who.by, now: house.clock.now() })
      if (!answer.ok) throw refusalOf(answer.refusal)
      ready = answer.ready
    }
    house.store.poke()
    return { released, ready }
  },
  async cancelTask({ house, who, params, body }) {
    await allowed(house, 'cancel', params.id)
    const reason = body.reason ?? `cancelled by ${who.by}`
    const { stopping } = await byHand(house, params.id, 'cancelled', who.by, reason)
    return { id: params.id, stopping }
  },
  async againTask({ house, who, params, onceKey }) {
    await allowed(house, 'again', params.id)
    const old = await taskOf(house.store, params.id)
    return await made(house, { ...wantAgain(old, who.by), key: keyOf({}, onceKey) })
  },
  sayDone: (call) => say(call, 'done'),
  sayFail: (call) => say(call, 'fail'),
}

async function made(house: House, want: Want) {
  const { store, clock, folder } = house
  const { task, deduped } = await enqueue({ store, clock, folder, ...house.current() }, want)
  store.poke()
  return { task: taskWhole(task), deduped }
}

async function byHand(
  { store, clock }: House,
  taskId: number,
  outcome: 'done' | 'failed' | 'cancelled',
  by: string,
  reason: string,
) {
  const answer = await store.settleByHand({ taskId, outcome, by, reason, now: clock.now() })
  if (!answer.ok) throw refusalOf(answer.refusal)
  store.poke()
  return answer
}

async function say(
  { house, who, params, body }: Call<(typeof taskRoutes)['sayDone' | 'sayFail']>,
  word: 'done' | 'fail',
) {
  const text = body.text ?? ''
  if (who.attempt === null) {
    await allowed(house, word, params.id)
    const outcome = word === 'done' ? 'done' : 'failed'
    const reason = text.trim() || `${who.by} says so`
    const { stopping } = await byHand(house, params.id, outcome, who.by, reason)
    return { settled: true, stopping }
  }
  checkOwn(who, params.id)
  const { store, clock } = house
  const answer = await store.say({ attemptId: who.attempt.id, word, text, now: clock.now() })
  if (!answer.ok) throw refusalOf(answer.refusal)
  store.poke()
  return { settled: answer.settled, stopping: null }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The key a client names, or its idempotency key, so that a lost answer makes no second task. */
function keyOf(
  body: { key?: string | undefined; scope?: string | undefined },
  onceKey: string | null,
): Want['key'] {
  if (body.key !== undefined) return { key: body.key, ...scopeOf(body.scope ?? 'open') }
  if (onceKey === null) return null
  return { key: `http:${hashOf(onceKey)}`, scope: 'window', windowMs: 86_400_000 }
}

function scopeOf(text: string): KeyScope {
  if (text === 'open' || text === 'ever') return { scope: text }
  const windowMs = parseDuration(text)
  if (windowMs !== null && windowMs > 0) return { scope: 'window', windowMs }
  throw usage('usage.word', `there is no scope \`${text}\``, 'one of open, ever, or a duration')
}

/** A command goes to `shell` unless told otherwise; a name must be one of ours. */
function whoShall(
  house: House,
  body: {
    agent?: string | undefined
    tier?: string | undefined
    role?: string | undefined
    run?: string | undefined
    anyway?: boolean | undefined
  },
): string | null {
  const names = house.current().offers.map((offer) => offer.agent)
  if (body.agent === undefined) {
    const free = body.tier === undefined && body.role === undefined
    return body.run !== undefined && free && names.includes('shell') ? 'shell' : null
  }
  if (body.agent === 'any') return null
  if (!names.includes(body.agent) && body.anyway !== true)
    throw refused(
      'intake.unknown_agent',
      `no agent is called ${body.agent}`,
      `one of ${names.join(', ')}; or add it to midwatch.yaml`,
    )
  return body.agent
}
