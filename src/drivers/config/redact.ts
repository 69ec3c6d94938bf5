// Masks what must not leave the configuration: values of environment variables, passwords in addresses, and arguments
// that follow a flag named like a secret.

import type { AgentConfig, FleetConfig } from '../../model/config.ts'
import { mask } from '../../model/secret.ts'
import { redactChannels } from './sections/effect-secrets.ts'

/** The configuration fit for facts, logs and pages. Names stay, values that may be secret do not. */
export const redact = (config: FleetConfig): FleetConfig => ({
  ...config,
  store: maskPassword(config.store),
  ...(config.effects && { effects: redactChannels(config.effects) }),
  agents: config.agents.map(redactAgent),
  ...(config.accounts && {
    accounts: config.accounts.map((one) => ({
      ...one,
      env: maskValues(one.env),
      test: one.test && mask,
    })),
  }),
})

/**
 * The configuration as it is kept for the attempts that began with it. `config` has its references unresolved; they stay,
 * and so does where programs are found. Whatever else may be secret is masked: nothing is started by what is kept.
 */
export const keepable = (config: FleetConfig): FleetConfig => ({
  ...redact(config),
  agents: config.agents.map((agent) => ({ ...redactAgent(agent), env: keepReferences(agent.env) })),
})

const keepReferences = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      name === 'PATH' || reference.test(value) ? value : mask,
    ]),
  )

/** A value that is one reference and nothing else. */
const reference = /^\$\{\w+\}$/

function redactAgent(agent: AgentConfig): AgentConfig {
  return {
    ...agent,
    env: maskValues(agent.env),
    args: agent.args === null ? null : maskSecretArgs(agent.args),
  }
}

const maskValues = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(env).map((name) => [name, mask]))

/** `postgres://user:secret@host/db` without the secret; parameters named like a password are masked as well. */
const maskPassword = (address: string): string =>
  address
    .replace(/^([a-z]+:\/\/[^/?#@]*?):[^/?#]*@/i, `$1:${mask}@`)
    .replace(/([?&](?:password|sslpassword|sslkey)=)[^&#]*/gi, `$1${mask}`)

const secretFlag = /^--?[\w-]*(key|token|secret|password)[\w-]*$/i

function maskSecretArgs(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const [flag, value] = splitOnce(arg, '=')
    if (value !== null && secretFlag.test(flag)) return `${flag}=${mask}`
    const before = args[index - 1]
    return before !== undefined && secretFlag.test(before) && !arg.startsWith('-') ? mask : arg
  })
}

function splitOnce(text: string, separator: string): [string, string | null] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)]
}
