// Judging silence: by beats and the watcher's own clock, with hysteresis, and not at all after the watcher slept.

import { expect, test } from 'vitest'

import {
  judgeSilence,
  nothingSeen,
  type SilenceMemory,
} from '../../../src/loops/sentinel/silence.ts'
import type { Pulse } from '../../../src/model/pulse.ts'

const rules = { patienceMs: 60_000, everyMs: 10_000 }
const pulse = (beat: number, more: Partial<Pulse> = {}): Pulse => ({
  host: 'h1',
  role: 'daemon',
  loop: 'dispatch',
  pid: 7,
  beat,
  everyMs: 1_000,
  at: 0,
  ...more,
})

/** Looks every ten seconds at what `beatAt` answers; the colours that were seen. */
function colours(looks: number, beatAt: (look: number) => Pulse): string[] {
  let memory: SilenceMemory = nothingSeen
  return Array.from({ length: looks }, (_, look) => {
    const judged = judgeSilence(memory, [beatAt(look)], look * 10_000, rules)
    memory = judged.memory
    return judged.silences[0]?.colour ?? 'none'
  })
}

test('a loop that beats stays green for ever', () => {
  expect(new Set(colours(1_000, (look) => pulse(look)))).toEqual(new Set(['green']))
})

test('silence is yellow after half the patience, red after all of it, each once two looks agree', () => {
  const seen = colours(9, () => pulse(1))
  expect(seen).toEqual([...Array(4).fill('green'), 'yellow', 'yellow', 'yellow', 'red', 'red'])
})

test('one late beat makes nobody yellow, and one beat alone no red loop green', () => {
  expect(colours(5, (look) => pulse(look === 4 ? 2 : 1))).not.toContain('yellow')
  const back = colours(12, (look) => pulse(look < 8 ? 1 : look))
  expect(back.slice(7)).toEqual(['red', 'red', 'green', 'green', 'green'])
})

test('a loop that comes round rarely has three rounds before it counts as silent', () => {
  const rare = (look: number) => pulse(Math.floor(look / 9), { everyMs: 90_000 })
  expect(colours(60, rare)).not.toContain('red')
})

test('a watcher that itself slept judges nobody for one period', () => {
  const first = judgeSilence(nothingSeen, [pulse(1)], 0, rules)
  const woken = judgeSilence(first.memory, [pulse(1)], 3_600_000, rules)
  expect(woken.sleptMs).toBe(3_600_000)
  expect(woken.silences[0]).toMatchObject({ colour: 'green', silentMs: 0 })
})

test('who has only begun to look, or slept, knows of nobody that it comes round, except of who seldom does', () => {
  const rare = pulse(1, { loop: 'backup', everyMs: 90_000 })
  const look = (memory: SilenceMemory, beat: number, nowMs: number) =>
    judgeSilence(memory, [pulse(beat), rare], nowMs, rules)
  const cameRound = ({ silences }: ReturnType<typeof look>) => silences.map((one) => one.cameRound)
  const first = look(nothingSeen, 1, 0)
  const second = look(first.memory, 1, 10_000)
  const third = look(second.memory, 2, 20_000)
  expect([first, second, third].map(cameRound)).toEqual([
    [false, true],
    [false, true],
    [true, true],
  ])
  expect(cameRound(look(third.memory, 2, 30_000))).toEqual([true, true])
  expect(cameRound(look(third.memory, 3, 3_600_000))).toEqual([false, true])
})

test('another process in its place begins anew', () => {
  expect(colours(20, (look) => pulse(1, { pid: Math.floor(look / 5) }))).not.toContain('red')
})
