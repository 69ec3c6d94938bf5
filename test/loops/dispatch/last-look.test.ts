// A claim behind an ending of one's own judges by the last look as long as that is good, and no longer.

import { expect, test } from 'vitest'

import { createLastLook } from '../../../src/loops/dispatch/last-look.ts'
import { createSessions } from '../../../src/loops/dispatch/sessions.ts'
import type { TickWorld } from '../../../src/loops/dispatch/tick.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import type { Task } from '../../../src/model/task.ts'

/** A host that runs `own` attempts of `ann` while others run two more. */
function stage(own: number) {
  const sessions = createSessions()
  const ends: (() => void)[] = []
  const begin = (id: number) =>
    sessions.begin(
      { id, agent: 'ann' } as Attempt,
      {} as Task,
      () => new Promise((resolve) => ends.push(resolve)),
      () => {},
    )
  for (let id = 1; id <= own; id++) begin(id)
  let nowMs = 0
  let heard = true
  let looks = 0
  const world = {
    host: 'h1',
    open: { onHost: own, byAgent: { ann: own + 2, bob: 1 } },
  } as unknown as TickWorld
  const look = async () => {
    looks += 1
    return world
  }
  const last = createLastLook(
    { clock: { monotonicMs: () => nowMs }, store: { hears: () => heard } },
    sessions,
    look,
  )
  return {
    last,
    world,
    begin,
    end: async (nth: number) => {
      ends[nth]?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
    pass: (ms: number) => {
      nowMs += ms
    },
    silence: () => {
      heard = false
    },
    looks: () => looks,
  }
}

test('what was seen is brought up to date with what began and ended here; of others it stays', async () => {
  const { last, world, begin, end, looks } = stage(3)
  expect(last.now()).toBe(null)
  expect(await last.look()).toBe(world)
  last.keep(true)
  expect(last.now()?.open).toEqual({ onHost: 3, byAgent: { ann: 5, bob: 1 } })
  await end(0)
  await end(1)
  expect(last.now()?.open).toEqual({ onHost: 1, byAgent: { ann: 3, bob: 1 } })
  begin(9)
  expect(last.now()?.open).toEqual({ onHost: 2, byAgent: { ann: 4, bob: 1 } })
  expect(looks()).toBe(1)
})

test('it is good for a tenth of a second, however often it is used', async () => {
  const { last, pass } = stage(1)
  await last.look()
  last.keep(true)
  pass(60)
  expect(last.leftMs()).toBe(40)
  last.keep(true)
  pass(40)
  expect(last.now()).toBe(null)
  expect(last.leftMs()).toBe(0)
})

test('a claim that got less than it wished for is followed by a look', async () => {
  const { last } = stage(1)
  await last.look()
  last.keep(false)
  expect(last.now()).toBe(null)
})

test('while nobody is heard it is looked anew each time', async () => {
  const { last, silence } = stage(1)
  await last.look()
  last.keep(true)
  silence()
  expect(last.now()).toBe(null)
})
