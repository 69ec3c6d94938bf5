// Letters that the daemon sends for sessions: asked twice is sent once, and a daemon that dies in between sends nothing
// again before the channel was asked.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Channel, Delivered, Found } from '../../../src/drivers/channels/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type Post, startPost } from '../../../src/surface/session/post.ts'
import { success, taken } from '../../drivers/store/conformance/wants.ts'
import { bench, holderProcess } from '../../support/effects.ts'

let store: Store
let attemptId = 0
let delivered: string[]
let ends: ((how: Delivered) => void)[]
const finish = (how: Delivered) => {
  for (const end of ends) end(how)
}
let found: Found
const posts: Post[] = []
beforeEach(async () => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
  attemptId = (await taken(store)).attempt.id
  delivered = []
  ends = []
  found = { found: 'no' }
})
afterEach(async () => {
  finish(sent)
  for (const post of posts.splice(0)) await post.stop()
  await store.close()
})

const sent: Delivered = { did: 'performed', receipt: 'ok', output: '' }
const office: Channel = {
  name: 'office',
  kind: 'mail',
  deliver: ({ text }) => {
    delivered.push(text)
    return new Promise((resolve) => ends.push(resolve))
  },
  asking: { settleMs: 0, ask: async () => found },
}
const letter = {
  channel: 'office',
  key: 'report:1',
  subject: 's',
  text: 'it is done',
  to: [],
  urgent: false,
  evenIfSent: false,
}

/** A daemon's post, whose process has this pid; those of `gone` are seen to be gone. */
function open(pid: number, gone: readonly number[] = []): Post {
  const { deps, gone: dead } = bench(store, office)
  for (const one of gone) dead.add(one)
  // Answers come at once: what is on its way is asked about again and again.
  const clock = { ...systemClock, sleep: () => systemClock.sleep(20) }
  const holders = { ...deps.holders, me: () => holderProcess(pid) }
  const post = startPost({ clock, effects: { ...deps, holders }, names: () => ['office'] })
  posts.push(post)
  return post
}

test('who asks again while it is on its way is told what became of it, and it is sent once', async () => {
  const post = open(7)
  expect(await post.send(attemptId, letter)).toEqual({ ok: true, sent: null })
  expect(await post.send(attemptId, letter)).toEqual({ ok: true, sent: null })
  const other = await post.send(attemptId, { ...letter, text: 'it is not' })
  expect(other).toMatchObject({ sent: { got: 'refused', refusal: { code: 'effect.mismatch' } } })
  finish(sent)
  const told = await post.send(attemptId, letter)
  expect(told).toMatchObject({
    sent: { got: 'performed', effect: { holder: { attemptId, process: { pid: 7 } } } },
  })
  expect(delivered).toEqual(['it is done'])
})

test.each([
  ['arrived', 1, { found: 'yes', receipt: 'in Sent' }],
  ['did not arrive', 2, { found: 'no' }],
] as const)(
  'the dispatcher dies while it sends what %s: the next one asks the channel first',
  async (_, times, says) => {
    await open(66).send(attemptId, letter) // and nobody ever hears of it again
    found = says
    const next = open(7, [66])
    const first = next.send(attemptId, letter)
    if (times === 2) {
      while (delivered.length < 2) await systemClock.sleep(1)
      finish(sent)
    }
    await first
    // What was on its way when the answer was due is written down by itself.
    while ((await store.effect('report:1'))?.state !== 'performed') await systemClock.sleep(1)
    expect(delivered).toHaveLength(times)
  },
)

test('a dispatcher that leaves waits for what is on its way, and takes no more', async () => {
  const post = open(7)
  await post.send(attemptId, letter)
  let left = false
  const leaving = post.stop().then(() => (left = true))
  expect(await post.send(attemptId, { ...letter, key: 'report:2', text: 'two' })).toEqual({
    ok: true,
    sent: null,
  })
  expect([left, delivered]).toEqual([false, ['it is done']])
  finish(sent)
  await leaving
  expect(await store.effect('report:1')).toMatchObject({ state: 'performed' })
  expect(await store.effect('report:2')).toBeNull()
})

test('an attempt that is over sends nothing', async () => {
  await store.end({ attemptId, verdict: success, now: Date.now() })
  const told = await open(7).send(attemptId, letter)
  expect(told).toMatchObject({ sent: { got: 'refused' } })
  expect(delivered).toEqual([])
})
