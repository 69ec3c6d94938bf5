// What takes long says so; what does not keeps quiet.

import { expect, test } from 'vitest'

import { meanwhile } from '../../../src/surface/cli/meanwhile.ts'

/** A clock whose first `free` sleeps are over at once, and a call that keeps its notes. */
function scene(free: number, whenLeft: () => void = () => {}) {
  const notes: string[] = []
  const waits: number[] = []
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    waits.push(ms)
    if (waits.length <= free || signal?.aborted) return
    whenLeft()
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
  }
  const call = { print: { note: (text: string) => notes.push(text) }, world: { clock: { sleep } } }
  return { call: call as unknown as Parameters<typeof meanwhile>[0], notes, waits }
}

test('work that is over within a second is not told', async () => {
  const { call, notes } = scene(0)
  expect(await meanwhile(call, 'Copying', Promise.resolve('copied'))).toBe('copied')
  expect(notes).toEqual([])
})

test('longer work is told after a second and then every ten', async () => {
  const work = Promise.withResolvers<string>()
  const { call, notes, waits } = scene(3, () => work.resolve('copied'))
  expect(await meanwhile(call, 'Copying', work.promise)).toBe('copied')
  expect(notes).toEqual(['Copying …', 'Copying … 11s', 'Copying … 21s'])
  expect(waits).toEqual([1_000, 10_000, 10_000, 10_000])
})

test('work that fails fails at once, and nothing is told after it', async () => {
  const { call, notes } = scene(0)
  const failing = meanwhile(call, 'Copying', Promise.reject(new Error('no room')))
  await expect(failing).rejects.toThrow('no room')
  expect(notes).toEqual([])
})
