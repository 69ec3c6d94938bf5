// The collection of worktrees: only of tasks that are over for long, and only of those that hold nothing.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import type { Workspaces, Worktree } from '../../../src/drivers/workspaces/contract.ts'
import { keptMs } from '../../../src/lifecycle/leave/worktree.ts'
import { collect } from '../../../src/loops/workspaces/collect.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import { simulatedWorkspaces } from '../../../sim/workspaces.ts'
import { enqueue, settled, t0 } from '../../drivers/store/conformance/wants.ts'

let store: Store
let now: number
const made = new Map<number, Worktree>()
const firings: Firing[] = []
beforeEach(() => {
  now = t0
  made.clear()
  firings.length = 0
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const round = (more: Partial<Workspaces> = {}) =>
  collect({
    store,
    clock: { ...systemClock, now: () => now },
    host: { name: 'h1' },
    workspaces: { ...simulatedWorkspaces(made), ...more },
    fired: (firing) => firings.push(firing),
    onError: (_where, error) => {
      throw error
    },
  })
const workIn = (taskId: number) =>
  simulatedWorkspaces(made).prepare({
    kind: 'worktree',
    taskId,
    attemptId: 1,
    title: 't',
    cwd: '/r',
  })

test('a worktree of a task that is over goes after a day, never sooner, and one of a living task never', async () => {
  const over = await settled(store, 'done')
  const living = await enqueue(store)
  await workIn(over.id)
  await workIn(living.id)
  now = t0 + keptMs - 1
  expect(await round()).toBe(0)
  now = t0 + 30 * keptMs
  expect(await round()).toBe(1)
  expect([...made.keys()]).toEqual([living.id])
  expect(firings.at(-1)).toEqual({ name: 'worktrees', had: 1, moved: 1 })
  expect(await store.facts({ kinds: ['workspace.removed'], limit: 9 })).toHaveLength(1)
})

test('what holds something stays, and is no trouble', async () => {
  const over = await settled(store, 'failed')
  await workIn(over.id)
  now = t0 + 30 * keptMs
  expect(await round({ remove: async () => ['2 files not committed'] })).toBe(0)
  expect([...made.keys()]).toEqual([over.id])
  expect(firings).toEqual([{ name: 'worktrees', had: 0, moved: 0 }])
  expect(await store.facts({ kinds: ['workspace.removed'], limit: 9 })).toEqual([])
})
