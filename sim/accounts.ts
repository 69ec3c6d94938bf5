// The accounts of a simulated fleet that has some, and where their secrets lie: in files and in variables.

import type { AccountConfig } from '../src/model/account.ts'
import type { AgentConfig } from '../src/model/config.ts'

/** What lies in files, by their paths. JSON spells the second one otherwise. */
export const secretFiles: Readonly<Record<string, string>> = {
  '/secrets/main': 'sim-main-5f0c1e77aa',
  '/secrets/other': 'sim "other" \\ 93bd02c4',
}
const secretVariables = { main: 'sim-var-main-61d80c', shell: 'sim-var-shell-22e9f1' }

export const secretValues: readonly string[] = [
  ...Object.values(secretFiles),
  ...Object.values(secretVariables),
]

/** The accounts of a fleet that has some. */
export const accounts: readonly AccountConfig[] = [
  {
    ...{ name: 'main', provider: null, home: null, test: null },
    env: { SIM_ACCESS_KEY: secretVariables.main },
    envFiles: { ANTHROPIC_API_KEY: '/secrets/main' },
  },
  {
    ...{ name: 'other', provider: 'other', home: null, test: null },
    env: {},
    // No name tells that this one is a secret.
    envFiles: { SIM_LOGIN: '/secrets/other' },
  },
]

/** The agent as such a fleet has it. */
export const withAccount = (agent: AgentConfig): AgentConfig =>
  agent.adapter === 'command'
    ? { ...agent, env: { SIM_DEPLOY_TOKEN: secretVariables.shell } }
    : { ...agent, account: agent.account ?? 'main' }
