// A process life: what it died before is not done, what it died after is done and untold, and nothing of it runs again.

import { expect, test } from 'vitest'

import { Life, mortal } from '../../sim/mortal.ts'

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

function world() {
  const done: string[] = []
  return {
    done,
    write: async (what: string) => void done.push(what),
    fail: async () => Promise.reject(new Error('no')),
  }
}

test('the living hear every answer, errors too', async () => {
  const handle = mortal(world(), new Life(() => {}))
  await expect(handle.write('a')).resolves.toBeUndefined()
  await expect(handle.fail()).rejects.toThrow('no')
})

test.each([
  ['before a call', 1, []],
  ['after a call', 2, ['a']],
])('who dies %s runs no catch and no finally', async (_when, passage, done) => {
  const truth = world()
  let deaths = 0
  const life = new Life(() => (deaths += 1))
  const handle = mortal(truth, life)
  life.doom(passage)
  const ran: string[] = []
  void (async () => {
    try {
      await handle.write('a')
      ran.push('then')
    } catch {
      ran.push('catch')
    } finally {
      ran.push('finally')
    }
  })()
  await later()
  await handle.write('b').constructor
  await later()
  expect(ran).toEqual([])
  expect(truth.done).toEqual(done)
  expect(deaths).toBe(1)
})

test('a callback of the dead is never called, one of the hung only when it wakes', async () => {
  const listeners: (() => void)[] = []
  const heard: string[] = []
  const bell = { watch: (tell: () => void) => void listeners.push(tell) }
  const [dead, hung] = [new Life(() => {}), new Life(() => {})]
  mortal(bell, dead).watch(() => heard.push('dead'))
  mortal(bell, hung).watch(() => heard.push('hung'))
  dead.end()
  hung.hang()
  for (const ring of listeners) ring()
  expect(heard).toEqual([])
  hung.wake()
  expect(heard).toEqual(['hung'])
})
