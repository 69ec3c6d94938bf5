// Hints between hosts: the first is sent at once, those of the next tenth of a second are one, and a store that closes sends
// what waits. The pool and the clock are played, for what counts is when it is asked.

import { expect, it } from 'vitest'

import { systemRandom } from '../../../src/base/random.ts'
import { hints } from '../../../src/drivers/store/postgres/listen.ts'

/** Hints over a pool that notes what it is asked to send, and rests that end by `rested`. */
function played() {
  const sent: string[] = []
  const rests: (() => void)[] = []
  const pool = {
    query: (_text: string, [, payload]: [string, string]) => {
      sent.push(payload)
      return Promise.resolve()
    },
  }
  const clock = {
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal?.addEventListener('abort', () => resolve(), { once: true })
        rests.push(resolve)
      }),
  }
  const connect = () => expect.unreachable('nobody listens here')
  const ears = hints({ connect, pool, clock, random: systemRandom } as never)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const rested = async () => {
    for (const end of rests.splice(0)) end()
    await turn()
  }
  return { ears, sent, turn, rested }
}

it('hints of one moment after the other are one, and none is sent for nothing', async () => {
  const { ears, sent, turn, rested } = played()
  ears.tellChange()
  await turn()
  expect(sent).toEqual(['changed'])
  ears.tellChange()
  await turn()
  ears.tellChange()
  await turn()
  expect(sent).toEqual(['changed'])
  await rested()
  expect(sent).toEqual(['changed', 'changed'])
  await rested()
  expect(sent).toEqual(['changed', 'changed'])
  ears.tellChange()
  await turn()
  expect(sent).toEqual(['changed', 'changed', 'changed'])
  await ears.close()
})

it('what waits while one rests is sent when the store closes, and not later', async () => {
  const { ears, sent, turn } = played()
  ears.poke()
  await turn()
  ears.poke()
  expect(sent).toEqual([''])
  await ears.close()
  expect(sent).toEqual(['', ''])
})
