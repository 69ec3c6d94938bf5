// What one sighting means for a launch that is not confirmed: only the start mark and the execution of the program count.

import { expect, test } from 'vitest'

import type { Sighting } from '../../../src/drivers/launchers/contract.ts'
import { judge } from '../../../src/lifecycle/launch/confirm.ts'

const proof = { launcher: 'local', pid: 7, startTicks: '100', bootId: 'b' }
const exit = { exitCode: 0, signal: null, neverExecuted: false, message: '' }

test('a launcher that said yes and a wrapper that lives are no proof', () => {
  const unproven: Sighting[] = [
    { seen: 'absent' },
    { seen: 'starting', alive: true },
    { seen: 'running', executed: false, proof },
  ]
  expect(unproven.map((sighting) => judge(sighting).is)).toEqual([
    'unproven',
    'unproven',
    'unproven',
  ])
})

test('a program that was seen to be executed is proven, even when it is over already', () => {
  expect(judge({ seen: 'running', executed: true, proof })).toEqual({ is: 'proven', proof })
  expect(judge({ seen: 'exited', exit, proof })).toEqual({ is: 'proven', proof })
})

test('an exit 0 of a program that was never executed is a failed launch', () => {
  const seen: Sighting = {
    seen: 'exited',
    exit: { ...exit, neverExecuted: true, message: 'no such file' },
    proof,
  }
  expect(judge(seen)).toMatchObject({
    is: 'over',
    verdict: { class: 'launch_failed', evidence: 'no such file' },
  })
})

test('a refused start never ran, a dead wrapper failed to launch, and what vanished is lost', () => {
  expect(judge({ seen: 'refused', reason: 'too late', byUs: false })).toMatchObject({
    verdict: { neverStarted: true },
  })
  expect(judge({ seen: 'starting', alive: false })).toMatchObject({
    verdict: { class: 'launch_failed' },
  })
  expect(judge({ seen: 'vanished', proof })).toMatchObject({
    verdict: { class: 'lost', neverStarted: false },
  })
})

test('a ticket that a dispatcher took back is an interruption, free for task and lanes', () => {
  expect(judge({ seen: 'refused', reason: 'taken', byUs: true })).toMatchObject({
    is: 'over',
    verdict: { class: 'interrupted', blame: 'operator', neverStarted: true },
  })
})
