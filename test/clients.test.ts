// Facts about the clients of a configuration: whose lanes stand on which build, and what a free test of a lane says.

import { describe, expect, it } from 'vitest'

import { clientsOf, probedAgents, selfTestOf } from '../src/clients.ts'
import { adapters } from '../src/drivers/agents/all.ts'
import type { Builds, Probed } from '../src/drivers/agents/contract.ts'
import type { AgentConfig } from '../src/model/config.ts'
import { fleetConfig } from './support/nouns.ts'

const agent = (name: string, adapter: string): AgentConfig => ({
  name,
  adapter,
  model: null,
  tier: 'light',
  roles: [],
  onlyLabels: [],
  slots: 1,
  permissions: 'edit',
  program: null,
  args: null,
  env: {},
  timeoutMs: null,
})

const config = {
  ...fleetConfig(),
  agents: [
    agent('shell', 'command'),
    agent('ann', 'claude'),
    agent('bob', 'claude'),
    agent('cox', 'codex'),
  ],
}
const clients = clientsOf(adapters, config)
const testing = (broken: readonly string[]) =>
  ({
    selfTest: async ({ settings }: Probed) => ({
      passed: !broken.includes(settings.name),
      evidence: '',
    }),
  }) as unknown as Builds

describe('the clients of a configuration', () => {
  it('are its agents with a client, each with the lanes that stand on its build', () => {
    expect(probedAgents(adapters, config).map(({ settings }) => settings.name)).toEqual([
      'shell',
      'ann',
      'bob',
      'cox',
    ])
    expect(clients.map(({ cli, lanes }) => [cli, lanes])).toEqual([
      ['claude', ['cli:claude', 'agent:ann']],
      ['claude', ['cli:claude', 'agent:bob']],
      ['codex', ['cli:codex', 'agent:cox']],
    ])
  })

  it.each([
    ['cli:claude', [], 'none'],
    ['cli:claude', ['ann'], 'none'],
    ['cli:claude', ['ann', 'bob'], 'failed'],
    ['agent:ann', ['ann'], 'failed'],
    ['agent:bob', ['ann'], 'none'],
    ['agent:shell', ['shell'], 'none'],
    ['account:anthropic-default', ['ann', 'bob', 'cox'], 'none'],
  ] as const)(
    'a test of %s with %j broken says %s, and never that it is mended',
    async (lane, broken, said) => {
      const parts = { builds: testing(broken), credentials: null, host: null as never }
      expect(await selfTestOf(lane, adapters, config, parts)).toMatchObject({ said })
    },
  )
})
