// Letters are played before they are dropped: what a session said is never lost between the two.

import { expect, test } from 'vitest'

import type { Launcher } from '../../../src/drivers/launchers/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { playOutbox } from '../../../src/lifecycle/watch/outbox.ts'

const ref = { attemptId: 7, nonce: 'n', launch: null }
const done = JSON.stringify({ verb: 'say', word: 'done', text: 'it is' })

/** An outbox in memory and a store that writes down what it was asked, or fails as one without its database. */
function stage(letters: Record<string, string>) {
  const outbox = new Map(Object.entries(letters))
  const played: string[] = []
  const state = { storeIsDown: false }
  const write = (verb: string) => async (input: object) => {
    if (state.storeIsDown) throw new Error('no database')
    played.push(`${verb} ${JSON.stringify(input)} with ${[...outbox.keys()].join(' ')} left`)
    return { ok: true }
  }
  const launcher = {
    readOutbox: async () => [...outbox].map(([name, text]) => ({ name, text })),
    dropLetter: async (_ref: unknown, name: string) => void outbox.delete(name),
  }
  const deps = {
    store: { say: write('say'), note: write('note') } as unknown as Store,
    launcher: launcher as unknown as Launcher,
    clock: { now: () => 1 } as never,
  }
  return { outbox, played, state, play: () => playOutbox(deps, ref) }
}

test('a letter that could not be written down stays, and is played once the database is back', async () => {
  const { outbox, played, state, play } = stage({ a: done })
  state.storeIsDown = true
  await expect(play()).rejects.toThrow('no database')
  expect([...outbox.keys()]).toEqual(['a'])
  state.storeIsDown = false
  await play()
  expect(played).toEqual(['say {"attemptId":7,"word":"done","text":"it is","now":1} with a left'])
  expect(outbox.size).toBe(0)
})

test('a letter that wishes what only an answer makes of use is recorded, and takes nothing', async () => {
  const lock = JSON.stringify({ verb: 'acquire', name: 'db', ttlMs: 1_000 })
  const { outbox, played, play } = stage({ a: lock, b: done })
  await play()
  expect(played.map((line) => line.slice(0, 4))).toEqual(['note', 'say '])
  expect(played[0]).toContain('outbox.unanswered')
  expect(outbox.size).toBe(0)
})

test('a letter that nobody can read is recorded, dropped, and does not stop the next', async () => {
  const { outbox, played, play } = stage({ a: 'not JSON', b: done })
  await play()
  expect(played.map((line) => line.slice(0, 4))).toEqual(['note', 'say '])
  expect(played[0]).toContain('outbox.unreadable')
  expect(outbox.size).toBe(0)
})
