// The client's own flag for what a session may spend (incident 57).

import { expect, test } from 'vitest'

import { flags } from '../../../src/drivers/agents/claude.ts'
import { settings, work } from './orders.ts'

test('a session’s budget is told to the client, by a flag that a build may lack', () => {
  const named = (more: object) =>
    flags(settings({ adapter: 'claude', ...more }), work({ prompt: 'p' })).filter(
      ({ flag }) => flag === '--max-budget-usd',
    )
  expect(named({})).toEqual([])
  expect(named({ budgetUsd: 2.5 })).toMatchObject([
    { need: 'optional', flag: '--max-budget-usd', values: ['2.5'] },
  ])
})
