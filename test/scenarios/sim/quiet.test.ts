// Incident 28: a watchdog that kills healthy, quiet work. Builds of 25 minutes and of three hours print nothing and say nothing
// beside a limit of ten minutes, and are let alone, for their processes use CPU; what really stands still is stopped, and the
// fact names what was seen. The real daemon; its time is the simulated world's.

import { expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import { fleet, hour, minute, townOf, work } from './language.ts'

const limited = (config: FleetConfig): FleetConfig => ({
  ...config,
  agents: config.agents.map((agent) => ({ ...agent, silenceMs: 10 * minute })),
})

test('a build of 25 minutes without output is let alone beside a limit of ten minutes', async () => {
  const town = townOf([
    fleet({ configured: limited, limits: { pollMs: minute } }),
    work('build', { kind: 'command', workMs: 25 * minute, timeoutMs: 4 * hour }),
    work('long', { kind: 'command', workMs: 3 * hour, timeoutMs: 4 * hour }),
    work('still', { timeoutMs: 4 * hour, workMs: 30 * minute }),
  ])
  // A model that falls silent in the middle of its work, and speaks again an hour later.
  town.world.services.silent = true
  await town.goOn(hour)
  town.world.services.silent = false
  await town.goOn(4 * hour)
  for (const ref of ['build', 'long']) {
    expect(await town.task(ref)).toMatchObject({ outcome: 'done', attempts: 1 })
    expect(await town.facts('attempt.stopped', ref)).toEqual([])
    expect(town.sessions(ref)).toMatchObject([{ cause: 'good' }])
  }
  const [stopped] = await town.facts('attempt.stopped', 'still')
  expect(stopped?.why).toMatch(/nothing moved for 10m.*\d+ bytes of output.*% of a core/)
  expect(town.sessions('still')[0]?.stoodStillMs).toBeGreaterThanOrEqual(10 * minute)
}, 60_000)
