// Checks and questions: a look changes nothing but itself, a question is told once and answered once, and asking ends
// the asker.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { Release } from '../../../../src/model/hold.ts'
import { freshLane, type Lane } from '../../../../src/model/lane.ts'
import type { ProbeAnswer } from '../../../../src/model/probe.ts'
import { put } from './lanes.ts'
import { conformance } from './world.ts'
import {
  afterTask,
  checked,
  claimOne,
  enqueue,
  forPerson,
  giveBackArgs,
  kindsOf,
  passed,
  refusedCode,
  settled,
  stateOf,
  success,
  t0,
  taken,
} from './wants.ts'

const forFile: Release = {
  kind: 'check',
  probe: { look: 'file', path: '/tmp/flag' },
  everyMs: 60_000,
  timeoutMs: 1_000,
}
const takeLooks = (store: Store, kind: 'check' | 'person', now: number) =>
  store.takeLooks({ kind, now, takeMs: 5_000, limit: 10 })
const look = (store: Store, holdId: number, answer: ProbeAnswer, now: number) =>
  store.noteLook({ holdId, look: { answer, detail: `it is ${answer}` }, nextAt: now + 60_000, now })
const openKeys = async (store: Store) =>
  (await store.incidents({ openOnly: true, limit: 50 })).map((one) => one.key).sort()

export const waits = conformance('checks and questions', {
  'a check is looked at by one at a time, and by another when the first one died': async ({
    store,
    another,
  }) => {
    const { id } = await enqueue(store, { holds: [forFile] })
    const other = await another()
    const [mine, theirs] = await Promise.all([
      takeLooks(store, 'check', t0),
      takeLooks(other, 'check', t0),
    ])
    expect([...mine, ...theirs].map((hold) => hold.taskId)).toEqual([id])
    expect(await takeLooks(other, 'check', t0 + 5_999)).toEqual([])
    expect(await takeLooks(other, 'check', t0 + 6_000)).toHaveLength(1)
  },

  'not yet and broken change nothing but the look, and met releases': async ({ store }) => {
    const { id } = await enqueue(store, { holds: [forFile] })
    const [hold] = await takeLooks(store, 'check', t0)
    const holdId = hold?.id ?? 0
    for (let i = 0; i < 3; i += 1)
      expect(passed(await look(store, holdId, 'not_yet', t0 + i)).released).toBe(false)
    expect(await store.holdById(holdId)).toMatchObject({
      since: t0,
      release: forFile,
      state: { answer: 'not_yet', tries: 3, at: t0 + 2 },
    })
    passed(await look(store, holdId, 'broken', t0 + 10))
    const broken = passed(await look(store, holdId, 'broken', t0 + 20))
    expect(broken.state).toMatchObject({ broken: 2, brokenSince: t0 + 10, tries: 5 })
    expect(await stateOf(store, id)).toBe('held')
    const again = passed(await look(store, holdId, 'not_yet', t0 + 30)).state
    expect([again.broken, again.brokenSince]).toEqual([undefined, undefined])
    expect(passed(await look(store, holdId, 'met', t0 + 40)).released).toBe(true)
    expect(await stateOf(store, id)).toBe('ready')
    expect((await store.holdsOf(id, false))[0]?.releasedBy).toBe('check: it is met')
    expect((await kindsOf(store, id)).filter((kind) => kind === 'hold.looked')).toHaveLength(4)
  },

  'a look that comes after a person released it is refused': async ({ store }) => {
    await enqueue(store, { holds: [forFile] })
    const [hold] = await takeLooks(store, 'check', t0)
    const holdId = hold?.id ?? 0
    passed(await store.release({ holdId, by: 'ann', now: t0 }))
    expect(refusedCode(await look(store, holdId, 'broken', t0))).toBe('hold.released')
    expect(await takeLooks(store, 'check', t0 + 90_000)).toEqual([])
  },

  'a question is an incident of its own from the moment it is put, and its answer is kept': async ({
    store,
  }) => {
    const { id } = await enqueue(store, { holds: [forPerson, { ...forPerson, question: 'red?' }] })
    const [first, second] = await store.holdsOf(id, true)
    expect(await openKeys(store)).toEqual([`ask:${first?.id}`, `ask:${second?.id}`].sort())
    const holdId = first?.id ?? 0
    const answer = (text: string) => store.answer({ holdId, by: 'ann', text, now: t0 + 5 })
    expect(passed(await answer('yes')).ready).toBe(false)
    expect(refusedCode(await answer('no'))).toBe('hold.released')
    passed(await store.release({ holdId: second?.id ?? 0, by: 'ann', now: t0 + 6 }))
    expect(await stateOf(store, id)).toBe('ready')
    expect(await kindsOf(store, id)).toContain('hold.answered')
    const { answers } = await claimOne(store)
    expect(answers).toMatchObject([{ id: holdId, answer: 'yes' }])
  },

  'an incident about what waits is groundless once that is over, and no other incident ever is':
    async ({ store }) => {
      const asked = await enqueue(store, { holds: [forPerson] })
      const [question] = await store.holdsOf(asked.id, true)
      const stuck = await enqueue(store)
      const failed = await settled(store, 'failed')
      const waiting = await enqueue(store, { holds: [afterTask(failed.id)] })
      const keys = [`stuck:${stuck.id}`, `blocked:${failed.id}`, 'probe:9999', 'agent:shell']
      for (const key of keys) await store.openIncident({ key, title: key, now: t0 })
      const groundless = async () =>
        Object.fromEntries(
          (await store.groundless({ limit: 50 })).map(({ key, by }) => [key, by] as const),
        )
      expect(await groundless()).toEqual({ 'probe:9999': 'its hold is gone' })
      await store.resolveIncident({ key: 'probe:9999', by: 'its hold is gone', now: t0 })
      expect(await groundless()).toEqual({})
      passed(await store.answer({ holdId: question?.id ?? 0, by: 'ann', text: 'yes', now: t0 + 1 }))
      expect(Object.keys(await groundless())).toEqual([`ask:${question?.id}`])
      const [hold] = await store.holdsOf(waiting.id, true)
      passed(await store.release({ holdId: hold?.id ?? 0, by: 'ann', now: t0 + 2 }))
      const cancel = { taskId: stuck.id, outcome: 'cancelled', by: 'ann', reason: '' } as const
      passed(await store.settleByHand({ ...cancel, now: t0 + 3 }))
      expect(await groundless()).toMatchObject({
        [`ask:${question?.id}`]: expect.stringContaining('ann'),
        [`blocked:${failed.id}`]: 'nobody waits for it any more',
        [`stuck:${stuck.id}`]: 'it is settled',
      })
      expect(Object.keys(await groundless())).toHaveLength(3)
    },

  'an incident of lost sessions is groundless once its host does not remember them any more':
    async ({ store }) => {
      const host = freshLane('host:h1')
      const other = freshLane('host:h2')
      const lost = ({ memory, ...lane }: Lane) => ({ ...lane, memory: { ...memory, mass: true } })
      await put(store, [lost(host), lost(other)])
      for (const key of ['lost:host:h1', 'lost:host:h2'])
        await store.openIncident({ key, title: key, now: t0 })
      expect(await store.groundless({ limit: 50 })).toEqual([])
      expect(await put(store, [{ ...host, rev: 1 }])).toEqual({ folded: true })
      expect(await store.groundless({ limit: 50 })).toEqual([
        { key: 'lost:host:h1', by: 'a session started there' },
      ])
    },

  'a session lets its task wait: it is stopped, and what it said stands until it has ended':
    async ({ store }) => {
      const { id: other } = await enqueue(store)
      const { attempt, task } = await taken(store, { priority: 9 })
      const release = afterTask(other)
      passed(await store.waitFor({ attemptId: attempt.id, release, now: t0 + 1 }))
      const said = await store.attempt(attempt.id)
      expect(said?.waitsFor).toEqual(release)
      expect(said?.stop).toEqual({ reason: 'its task waits', by: `attempt ${attempt.id}` })
      expect(await store.holdsOf(task.id, true)).toEqual([])
      expect(await kindsOf(store, task.id)).toContain('attempt.waits')
      await store.end({ attemptId: attempt.id, verdict: success, usage: null, now: t0 + 2 })
      const late = await store.waitFor({ attemptId: attempt.id, release, now: t0 + 3 })
      expect(refusedCode(late)).toBe('attempt.ended')
    },

  'a session cannot let its task wait for one that waits for it': async ({ store }) => {
    const { attempt, task } = await taken(store)
    const { id: follower } = await enqueue(store, { holds: [afterTask(task.id)] })
    for (const release of [afterTask(follower), afterTask(task.id)])
      expect(refusedCode(await store.waitFor({ attemptId: attempt.id, release, now: t0 }))).toBe(
        'hold.circle',
      )
    expect((await store.attempt(attempt.id))?.stop).toBeNull()
  },

  'who asks nothing cannot be answered': async ({ store }) => {
    await enqueue(store, { holds: [forFile] })
    const [hold] = await takeLooks(store, 'check', t0)
    const answer = await store.answer({ holdId: hold?.id ?? 0, by: 'ann', text: 'x', now: t0 })
    expect(refusedCode(answer)).toBe('hold.no_question')
  },

  'a reminder tells the question once more, at its interval, until it is answered': async ({
    store,
  }) => {
    const { id } = await enqueue(store, { holds: [{ ...forPerson, remindMs: 3_600_000 }] })
    expect(await takeLooks(store, 'person', t0 + 3_599_999)).toEqual([])
    const told = async (now: number) => {
      const [due] = await store.untold({ now, takeMs: 1, limit: 5 })
      if (due === undefined) return 0
      const { id: incidentId, key } = due.incident
      await store.told({ id: incidentId, key, what: 'opened', notifier: 'log', now })
      return due.incident.count
    }
    expect(await told(t0)).toBe(1)
    expect(await told(t0 + 10)).toBe(0)
    const [due] = await takeLooks(store, 'person', t0 + 3_600_000)
    const now = t0 + 3_600_000
    await store.remind({ holdId: due?.id ?? 0, nextAt: now + 3_600_000, now })
    expect(await told(now)).toBe(2)
    expect((await store.holdsOf(id, true))[0]?.state).toEqual({ reminders: 1, remindedAt: now })
    expect(await takeLooks(store, 'person', now + 1)).toEqual([])
    expect(await takeLooks(store, 'person', now + 3_600_000)).toHaveLength(1)
  },

  'whoever waits for a person is listed, oldest first: questions, and tasks that did not end well':
    async ({ store }) => {
      const failed = await settled(store, 'failed')
      const asks = await enqueue(store, { holds: [forPerson] })
      const waits = await enqueue(store, { holds: [afterTask(failed.id)] })
      await enqueue(store, { holds: [forFile] })
      const listed = await store.waitingForPersons({ after: 0, limit: 10 })
      expect(listed.map((hold) => hold.taskId)).toEqual([asks.id, waits.id])
      const after = listed[0]?.id ?? 0
      expect(await store.waitingForPersons({ after, limit: 10 })).toHaveLength(1)
    },

  'one message per failed task, however many wait, and however late they come': async ({
    store,
  }) => {
    const { id } = await enqueue(store)
    for (let i = 0; i < 12; i += 1) await enqueue(store, { holds: [afterTask(id)] })
    passed(
      await store.settleByHand({ taskId: id, outcome: 'failed', by: 'ann', reason: '', now: t0 }),
    )
    await enqueue(store, { holds: [afterTask(id)] })
    const open = await store.incidents({ openOnly: true, limit: 50 })
    expect(open.map((one) => one.key)).toEqual([`blocked:${id}`])
    expect(open[0]?.data.tasks).toHaveLength(13)
    expect(open[0]?.title).toContain('and 7 more')
    expect(await store.untold({ now: t0, takeMs: 9, limit: 9 })).toHaveLength(1)
    expect(await store.countFollowers(id)).toBe(13)
  },

  'a session that asks is stopped, and its task waits for the answer once it has ended': async ({
    store,
  }) => {
    const one = await taken(store, { order: checked })
    const { attempt, task } = one
    const ask = (question: string) => store.ask({ attemptId: attempt.id, question, now: t0 + 1 })
    passed(await ask('which colour?'))
    expect(await store.attempt(attempt.id)).toMatchObject({
      asked: 'which colour?',
      stop: { reason: 'it asks a person', by: `attempt ${attempt.id}` },
    })
    expect(await stateOf(store, task.id)).toBe('taken')
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 + 2 }))
    expect(refusedCode(await ask('too late?'))).toBe('attempt.ended')
    const release: Release = { ...forPerson, attemptId: attempt.id }
    passed(await store.giveBack(giveBackArgs(one, [release], t0 + 3)))
    expect(await stateOf(store, task.id)).toBe('held')
    expect((await store.incidents({ openOnly: true, limit: 5 }))[0]?.title).toContain(
      `asked by attempt ${attempt.id}`,
    )
  },

  'an attempt whose task somebody settled asks nobody': async ({ store }) => {
    const { attempt, task } = await taken(store)
    passed(
      await store.settleByHand({
        taskId: task.id,
        outcome: 'done',
        by: 'ann',
        reason: '',
        now: t0,
      }),
    )
    const ask = await store.ask({ attemptId: attempt.id, question: 'still?', now: t0 })
    expect(refusedCode(ask)).toBe('fence.stale')
    expect((await store.attempt(attempt.id))?.asked).toBeUndefined()
  },
})
