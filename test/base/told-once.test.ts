// A store that is away is one line on the terminal, however many loops meet it; other trouble keeps its own.

import { expect, test } from 'vitest'

import { failed } from '../../src/base/errors.ts'
import { createToldOnce } from '../../src/base/told-once.ts'

const minute = 60_000

function told() {
  let nowMs = 0
  const lines: string[] = []
  const say = createToldOnce({ monotonicMs: () => nowMs }, (where, error) =>
    lines.push(`${where}: ${(error as Error).message}`),
  )
  return { lines, say, pass: (ms: number) => (nowMs += ms) }
}
const away = () => failed('store.away', 'the database does not answer', 'start it')

test('a store that is away is told once, whichever loop meets it, and again after an hour', () => {
  const { lines, say, pass } = told()
  for (let second = 0; second < 3_500; second += 1) {
    for (const loop of ['pulse', 'holds', 'dispatch']) say(loop, away())
    pass(1_000)
  }
  expect(lines).toEqual(['pulse: the database does not answer'])
  for (let second = 0; second < 200; second += 1) {
    say('holds', away())
    pass(1_000)
  }
  expect(lines).toHaveLength(2)
})

test('trouble that was over and comes back is told at once', () => {
  const { lines, say, pass } = told()
  say('pulse', away())
  pass(2 * minute)
  say('pulse', away())
  expect(lines).toHaveLength(2)
})

test('what ails two loops is two troubles, unless it is the store', () => {
  const { lines, say } = told()
  say('sensor ci', failed('sensor.failed', 'exit 3', 'mend it'))
  say('sensor mail', failed('sensor.failed', 'exit 3', 'mend it'))
  say('sensor mail', new Error('odd'))
  say('sensor mail', new Error('odd'))
  expect(lines).toEqual(['sensor ci: exit 3', 'sensor mail: exit 3', 'sensor mail: odd'])
})
