// Deeds by the page: what an operator does there or at the terminal, what somebody sees, and what those try who may not. They
// belong to worlds whose hosts serve it, and are planned apart from all others.

import { actByHand, type ByHand, lookBothWays } from '../acting.ts'
import { type Sight, signedIn } from '../asking.ts'
import { changesOf, sessionOn, tryIt } from '../trespass.ts'
import { guess, heap, watchUnread } from '../watching.ts'
import { by, type Deed, type Subject, taskDeed } from './contract.ts'

const settledAs =
  (outcome: string) =>
  (_before: Sight, { task }: Sight): boolean =>
    task?.state === 'settled' && task.outcome === outcome && task.settledBy === by

const post = (path: string, body: object) => ({ method: 'POST', path, body }) as const

/** What an operator may do to a task, by its name on the page. */
const byHand: Readonly<Record<string, (id: number, seen: Sight) => ByHand | null>> = {
  cancel: (id) => ({
    name: 'cancel',
    words: ['cancel', `${id}`],
    wish: post(`/api/tasks/${id}/cancel`, {}),
    came: settledAs('cancelled'),
  }),
  done: (id) => ({
    name: 'done',
    words: ['done', `${id}`, 'seen'],
    wish: post(`/api/tasks/${id}/done`, { text: 'seen' }),
    came: settledAs('done'),
  }),
  fail: (id) => ({
    name: 'fail',
    words: ['fail', `${id}`, 'seen'],
    wish: post(`/api/tasks/${id}/fail`, { text: 'seen' }),
    came: settledAs('failed'),
  }),
  edit: (id, { task }) => {
    // Within what it is: who is exempt from budgets stays so.
    const priority = (task?.priority ?? 0) >= 5 ? 6 : 4
    return {
      name: 'edit',
      words: ['edit', `${id}`, '--priority', `${priority}`],
      wish: { method: 'PATCH', path: `/api/tasks/${id}`, body: { priority } },
      came: (_before, after) => after.task?.priority === priority,
    }
  },
  hold: (id) => ({
    name: 'hold',
    words: ['hold', `${id}`, '--until', '10m'],
    wish: post(`/api/tasks/${id}/hold`, { until: '10m' }),
    came: (before, after) =>
      after.task?.state === 'held' && after.holds.length === before.holds.length + 1,
  }),
  // What waits for something else than a time is left to it.
  release(id, { holds }) {
    const live = holds.filter(({ releasedAt }) => releasedAt === null)
    const hold = live.find(({ release }) => release.kind === 'time')
    if (live.length > 0 && hold === undefined) return null
    return {
      name: 'release',
      words: ['release', hold === undefined ? `${id}` : `h${hold.id}`],
      wish: post(`/api/tasks/${id}/release`, hold === undefined ? {} : { hold: hold.id }),
      came: (_before, after) =>
        after.holds.some((one) => one.id === hold?.id && one.releasedBy === by),
    }
  },
}

const laneOf = ({ machine }: Subject): string => `host:${machine.name}`

export const pageDeeds: readonly Deed[] = [
  ...Object.entries(byHand).map(([name, actOf]) =>
    taskDeed(`page_${name}`, (deps, taskId, subject) =>
      actByHand(deps, subject, taskId, (seen) => actOf(taskId, seen)),
    ),
  ),
  taskDeed('page_look', (deps, taskId, subject) => lookBothWays(deps, subject, taskId)),
  // Somebody who may only look, and somebody who may not even that.
  taskDeed('page_viewer', async ({ world }, taskId, subject) => {
    const { machine } = subject
    const headers = await signedIn(world, machine, 'viewer', 'vic')
    if (headers === null) return
    const path = `/api/tasks/${taskId}`
    await tryIt(world, machine, taskId, { who: 'viewer', may: true, method: 'GET', path, headers })
    for (const wish of changesOf(taskId, laneOf(subject)))
      await tryIt(world, machine, taskId, { who: 'viewer', may: false, ...wish, headers })
    await tryIt(world, machine, taskId, { who: 'nobody', may: false, method: 'GET', path })
  }),
  // A session, which reads its own task, and reaches for another.
  taskDeed('page_session', async ({ world }, taskId, subject) => {
    const { machine } = subject
    const session = await sessionOn(world, machine)
    if (session === null || session.taskId === taskId) return
    const { headers, taskId: own } = session
    const who = 'session'
    const read = { method: 'GET', headers } as const
    const ownPath = `/api/tasks/${own}`
    await tryIt(world, machine, own, { who, may: true, ...read, path: ownPath })
    for (const path of [`/api/tasks/${taskId}`, '/api/tasks'])
      await tryIt(world, machine, taskId, { who, may: false, ...read, path })
    for (const wish of changesOf(taskId, laneOf(subject)))
      await tryIt(world, machine, taskId, { who, may: false, ...wish, headers })
  }),
  // The page of somebody else, in a browser in which an operator is signed in; and one that points a name of its own here.
  taskDeed('page_foreign', async ({ world }, taskId, subject) => {
    const { machine } = subject
    const headers = await signedIn(world, machine, 'operator', by)
    if (headers === null) return
    const { 'x-midwatch-csrf': _ours, ...cookie } = headers
    const path = `/api/tasks/${taskId}`
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const foreign = [
      { method: 'GET', path, headers: { ...cookie, ...evil } },
      { method: 'GET', path, headers: { ...cookie, host: 'evil.example' } },
      ...changesOf(taskId, laneOf(subject)).flatMap((wish) => [
        { ...wish, headers: { ...cookie, ...evil } },
        { ...wish, headers: cookie },
      ]),
    ] as const
    for (const wish of foreign)
      await tryIt(world, machine, taskId, { who: 'foreign page', may: false, ...wish })
  }),
  {
    name: 'page_unread',
    act: async ({ world }, { machine, ref, now }) =>
      watchUnread(world, machine, world.chance.split(`unread ${ref} ${now}`).whole(1, 20) * 60_000),
  },
  { name: 'page_guess', act: ({ world }, { machine }) => guess(world, machine) },
  taskDeed('page_heap', ({ world }, taskId, { machine }) => heap(world, machine, taskId)),
]
