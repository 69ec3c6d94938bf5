import { expect, test } from 'vitest'

import { diffConfigs } from '../../../src/drivers/config/diff.ts'
import { readConfig } from '../../../src/drivers/config/load.ts'
import { redact } from '../../../src/drivers/config/redact.ts'

const read = (text: string) => readConfig(text, 'midwatch.yaml', 'town')
const base = read('agents: { a: { adapter: command, env: { KEY: one } } }')

test('nothing changed, nothing told', () => {
  expect(diffConfigs(base, base)).toEqual([])
})

test('a changed setting is told with before and after', () => {
  const after = read(
    'slots: 9\nbackoff: [1s]\nagents: { a: { adapter: command, slots: 2, env: { KEY: one } } }',
  )
  expect(diffConfigs(base, after)).toEqual([
    'slots: 4 → 9',
    'backoffMs: [30000,60000,120000,300000,600000] → [1000]',
    'agents.a.slots: 1 → 2',
  ])
})

test('a changed secret shows as changed, and neither value shows', () => {
  const after = read('agents: { a: { adapter: command, env: { KEY: two, NEW: three } } }')
  const lines = diffConfigs(base, after)
  expect(lines).toEqual(['agents.a.env.KEY: changed', 'agents.a.env.NEW: added "•••"'])
  expect(lines.join()).not.toMatch(/one|two|three/)
})

test('an agent that comes or goes is one line', () => {
  const after = read('agents: { b: { adapter: command } }')
  expect(diffConfigs(base, after)).toEqual(['agents.b: added', 'agents.a: removed'])
})

test('arguments that follow a flag named like a secret are masked', () => {
  const config = read(
    "agents: { a: { adapter: command, program: x, args: ['--api-key', 'k1', '--token=t1', '-v', 'plain'] } }",
  )
  expect(redact(config).agents[0]?.args).toEqual(['--api-key', '•••', '--token=•••', '-v', 'plain'])
})
