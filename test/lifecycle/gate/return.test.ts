// How a lane comes back: one canary, evidence of its own kind, a ramp; and what does not bring it back.

import { describe, expect, test } from 'vitest'

import { claude, plain, Town } from '../../support/lanes.ts'

const minute = 60_000
const ann = claude('ann')
const bob = claude('bob')
const shell = plain('shell')
const account = 'account:anthropic-default'

function limited(): Town {
  const town = new Town()
  town.run(ann, 1, 'rate_limited')
  town.passUntilProbed(account)
  return town
}

/** Three endings in a row that nobody understood, and the hour after them. */
function unknownTown(): Town {
  const town = new Town()
  for (const task of [1, 2, 3]) town.run(ann, task, 'unknown')
  town.pass(70 * minute)
  return town
}

describe('a probing gate', () => {
  test('one canary serves every probing lane at once', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) town.run(ann, task, 'unknown')
    town.pass(70 * minute)
    expect(town.outOfOrder()).toEqual(['agent:ann', 'fleet'])
    const canary = town.start(ann, 4)
    expect([town.gate('fleet'), town.gate('agent:ann')]).toMatchObject([{ canary }, { canary }])
    town.end(canary, 'success')
    town.fold()
    expect(town.outOfOrder()).toEqual([])
  })

  test('a fleet that waits for a good ending believes three canaries that ended for reasons of their tasks', () => {
    const town = unknownTown()
    for (const name of ['task_failed', 'max_turns'] as const) {
      town.end(town.start(ann, 4), name)
      town.fold()
      expect(town.gate('fleet')).toMatchObject({ state: 'probing', canary: null })
    }
    town.end(town.start(ann, 4), 'lost')
    town.end(town.start(ann, 4), 'task_failed')
    town.fold()
    expect(town.gate('fleet')).toEqual({ state: 'passing', ramp: 1 })
  })

  test('what nobody understands begins that count anew, and swallowed calls are not counted', () => {
    const town = unknownTown()
    for (const name of ['task_failed', 'task_failed', 'unknown'] as const)
      town.end(town.start(ann, 4), name)
    town.fold()
    expect(town.gate('fleet')).toMatchObject({ state: 'shut' })
    town.pass(130 * minute)
    for (const name of ['task_failed', 'hollow', 'hollow', 'task_failed'] as const)
      town.end(town.start(ann, 4), name)
    town.fold()
    expect(town.gate('fleet')).toMatchObject({ state: 'probing', canary: null })
  })

  test('a task that fails for reasons of its own clears no streak of a fleet that passes', () => {
    const town = new Town()
    for (const task of [1, 2]) town.run(ann, task, 'unknown')
    town.run(bob, 3, 'task_failed')
    town.run(bob, 4, 'unknown')
    expect(town.gate('fleet')).toMatchObject({ state: 'shut' })
  })

  test('a canary’s first event brings no account back, its first word does', () => {
    const town = limited()
    const canary = town.start(ann, 2)
    town.tell(canary, 'attempt.confirmed')
    town.tell(canary, 'attempt.ordered')
    town.fold()
    expect(town.gate(account)).toMatchObject({ state: 'probing', canary })
    town.tell(canary, 'attempt.spoke')
    town.fold()
    expect(town.gate(account)).toEqual({ state: 'passing', ramp: 1 })
  })

  test('endings of attempts claimed before the shut are facts only, good and bad', () => {
    const town = new Town()
    const [old, older] = [town.start(ann, 8), town.start(bob, 9)]
    town.run(ann, 1, 'rate_limited')
    const before = town.gate(account)
    town.end(old, 'rate_limited')
    town.tell(older, 'attempt.spoke')
    town.end(older, 'success')
    town.fold()
    expect(town.gate(account)).toEqual(before)
    town.passUntilProbed(account)
    const late = town.start(ann, 2)
    town.tell(late, 'attempt.spoke')
    town.fold()
    expect(town.gate(account)).toEqual({ state: 'passing', ramp: 1 })
  })

  test('while a gate is probing only its canary moves it, whoever else fails', () => {
    const town = new Town()
    const old = town.start(bob, 9)
    town.run(ann, 1, 'rate_limited')
    town.passUntilProbed(account)
    const canary = town.start(ann, 2)
    town.end(old, 'rate_limited')
    town.fold()
    expect(town.gate(account)).toMatchObject({ state: 'probing', canary })
  })

  test('a plain program that was executed has given its agent all the evidence there is', () => {
    const town = new Town()
    town.run(shell, 1, 'launch_failed')
    town.passUntilProbed('agent:shell')
    town.tell(town.start(shell, 2), 'attempt.confirmed')
    town.fold()
    expect(town.gate('agent:shell')).toEqual({ state: 'passing', ramp: 1 })
  })

  test('an attempt from before the shut cannot shut the lane that came back', () => {
    const town = new Town()
    const old = town.start(bob, 9)
    town.run(ann, 1, 'rate_limited')
    town.passUntilProbed(account)
    town.run(ann, 2, 'success')
    town.end(old, 'rate_limited')
    town.fold()
    expect(town.gate(account).state).toBe('passing')
  })

  test.each(['lost', 'interrupted'] as const)(
    'a canary that was %s is repeated at once',
    (name) => {
      const town = limited()
      town.end(town.start(ann, 2), name)
      town.fold()
      expect(town.gate(account)).toMatchObject({ state: 'probing', canary: null })
      expect(town.run(ann, 3, 'success')).toBe(true)
      expect(town.gate(account).state).toBe('passing')
    },
  )

  test('a lost canary of a host lane is repeated as well', () => {
    const town = new Town()
    town.run(shell, 1, 'launch_failed')
    town.run(plain('other'), 2, 'launch_failed')
    town.pass(minute)
    town.run(shell, 3, 'launch_failed')
    town.pass(2 * minute)
    town.end(town.start(shell, 4), 'lost')
    town.fold()
    expect(town.gate('host:h1')).toMatchObject({ state: 'probing', canary: null })
  })

  test('a canary that ended for another reason waits the same wait again, not the next one', () => {
    const town = limited()
    town.run(ann, 2, 'hollow')
    expect(town.gate(account)).toMatchObject({ state: 'shut', until: town.now + minute })
    town.passUntilProbed(account)
    town.run(ann, 3, 'rate_limited')
    expect(town.gate(account)).toMatchObject({ state: 'shut', until: town.now + 2 * minute })
  })

  test('a failed probe stays the same incident', () => {
    const town = limited()
    for (let task = 2; task < 9; task += 1) {
      town.run(ann, task, 'rate_limited')
      town.passUntilProbed(account)
    }
    expect(new Set(town.incidents.map((move) => `${move.do} ${move.key}`))).toEqual(
      new Set([`open gate:${account}`]),
    )
  })
})

describe('the ramp', () => {
  test('1, 2, 4, then all, each step by one attempt that gave evidence; then the incident is resolved', () => {
    const town = limited()
    const steps: unknown[] = []
    for (let task = 2; task < 6; task += 1) {
      town.run(ann, task, 'success')
      const gate = town.gate(account)
      steps.push(gate.state === 'passing' ? (gate.ramp ?? 'all') : gate.state)
    }
    expect(steps).toEqual([1, 2, 4, 'all'])
    expect(town.incidents.at(-1)).toMatchObject({ do: 'resolve', key: `gate:${account}` })
  })

  test('only the unproven take its places: a canary that still runs holds up nobody', () => {
    const town = limited()
    town.tell(town.start(ann, 2), 'attempt.spoke')
    expect(town.claim(bob, 3)).not.toBeNull()
    expect(town.claim(bob, 4)).toBeNull()
  })

  test('a herd of sixty-four finds one place, then two, then four', () => {
    const town = limited()
    const places: number[] = []
    for (let round = 0, task = 10; round < 4; round += 1) {
      const taken: number[] = []
      for (let i = 0; i < 64; i += 1) {
        const id = town.claim(ann, task++)
        if (id !== null) taken.push(id)
      }
      places.push(taken.length)
      for (const id of taken) town.tell(id, 'attempt.spoke')
      town.fold()
      if (taken.length > 4) break
    }
    expect(places).toEqual([1, 1, 2, 64])
  })

  test('one failure during the ramp is enough, the next wait is longer, and it is the same incident', () => {
    const town = limited()
    town.run(ann, 2, 'success')
    town.run(ann, 3, 'rate_limited')
    expect(town.gate(account)).toMatchObject({ state: 'shut', until: town.now + 2 * minute })
    expect(town.incidents.map((move) => move.do)).toEqual(['open', 'open'])
  })

  test('a lane that needed three failures needs one while it comes back', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) town.run(ann, task, 'overloaded')
    town.passUntilProbed('provider:anthropic')
    town.run(ann, 4, 'success')
    expect(town.gate('provider:anthropic')).toEqual({ state: 'passing', ramp: 1 })
    town.run(ann, 5, 'network')
    expect(town.gate('provider:anthropic')).toMatchObject({
      state: 'shut',
      until: town.now + 2 * minute,
    })
  })

  test('the canary that spoke and then failed shuts its lane again by itself', () => {
    const town = limited()
    const canary = town.start(ann, 2)
    town.tell(canary, 'attempt.spoke')
    town.fold()
    town.end(canary, 'rate_limited')
    town.fold()
    expect(town.gate(account)).toMatchObject({ state: 'shut', until: town.now + 2 * minute })
  })

  test('a relapse within half an hour goes on with the waits it had, a later one begins anew', () => {
    const relapse = (afterMs: number) => {
      const town = limited()
      for (let task = 2; task < 6; task += 1) town.run(ann, task, 'success')
      expect(town.gate(account)).toEqual({ state: 'passing' })
      town.pass(afterMs)
      town.run(ann, 9, 'rate_limited')
      const gate = town.gate(account)
      return gate.state === 'shut' ? (gate.until - town.now) / minute : null
    }
    expect([relapse(29 * minute), relapse(31 * minute)]).toEqual([2, 1])
  })

  test('a ramp with nothing left to try ends by itself', () => {
    const town = limited()
    town.run(ann, 2, 'success')
    town.pass(10 * minute)
    expect(town.gate(account)).toEqual({ state: 'passing' })
  })
})
