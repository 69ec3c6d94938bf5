// From a want to a durable task, or to a sentence: on a real store, in memory.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import type { OperatingError } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { FolderState } from '../../../src/drivers/hosts/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { enqueue, type Want } from '../../../src/lifecycle/intake/enqueue.ts'
import { fleetConfig } from '../../support/nouns.ts'
import { plainWant } from '../../support/plain-want.ts'

const offers = [
  { agent: 'shell', takes: ['command' as const], tier: 'light', roles: ['tester'], onlyLabels: [] },
]
const plain: Want = { ...plainWant, agent: null, by: 'ada' }

let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const want = (changes: Partial<Want> = {}, folder: FolderState = 'ok') =>
  enqueue(
    { store, clock: systemClock, config: fleetConfig(), offers, folder: async () => folder },
    { ...plain, ...changes },
  )
const everything = async () => (await store.tasks({ limit: 10 })).tasks

describe('intake', () => {
  test('a want without holds is a ready task with a fact, and one that waits is born held', async () => {
    const { task } = await want()
    expect(task).toMatchObject({ state: 'ready', title: 'a task', attemptsMax: 5 })
    expect(await store.facts({ taskId: task.id, limit: 10 })).toMatchObject([
      { body: { kind: 'task.enqueued', by: 'ada' } },
    ])
    const later = await want({ after: [task.id] })
    expect(later.task.state).toBe('held')
    expect(await store.holdsOf(later.task.id, true)).toMatchObject([
      { release: { kind: 'after', taskId: task.id } },
    ])
  })

  test('the same key makes one task', async () => {
    const key = { key: 'nightly', scope: 'open' as const }
    const first = await want({ key })
    const second = await want({ key, title: 'another title' })
    expect(second).toMatchObject({ deduped: true, task: { id: first.task.id, title: 'a task' } })
    expect(await everything()).toHaveLength(1)
  })

  test.each<[Partial<Want>, FolderState, string]>([
    [{ title: ' ' }, 'ok', 'intake.title'],
    [{ run: null }, 'ok', 'intake.order'],
    [{ prompt: 'and a prompt' }, 'ok', 'intake.order'],
    [{ run: ' ' }, 'ok', 'intake.empty'],
    [{ run: 'echo a\0b' }, 'ok', 'intake.zero_byte'],
    [{ verify: 'test\0' }, 'ok', 'intake.zero_byte'],
    [{ priority: 0.5 }, 'ok', 'intake.priority'],
    [{ attempts: 0 }, 'ok', 'intake.attempts'],
    [{}, 'missing', 'intake.cwd_missing'],
    [{}, 'not_a_folder', 'intake.cwd_not_folder'],
    [{}, 'no_access', 'intake.cwd_access'],
    [{ tier: 'frontier' }, 'ok', 'intake.unserved'],
    [{ role: 'poet' }, 'ok', 'intake.unserved'],
    [{ run: null, prompt: 'write' }, 'ok', 'intake.unserved'],
    [{ after: [77] }, 'ok', 'task.missing'],
  ])(
    'a want that is refused leaves nothing behind: %j in a folder that is %s is %s',
    async (changes, folder, code) => {
      const error = await want(changes, folder).then(
        () => null,
        (thrown: OperatingError) => thrown,
      )
      expect(error?.code).toBe(code)
      expect(error?.remedy).not.toBe('')
      expect(await everything()).toEqual([])
      expect(await store.facts({ limit: 10 })).toEqual([])
    },
  )

  test('the refusal of an unserved want names what is missing, and `anyway` holds it for a person', async () => {
    await expect(want({ tier: 'frontier' })).rejects.toThrow(
      'tier frontier is asked for, this is light',
    )
    const { task } = await want({ tier: 'frontier', anyway: true })
    expect(task.state).toBe('held')
    expect(await store.holdsOf(task.id, true)).toMatchObject([{ release: { kind: 'person' } }])
  })
})
