// References to environment variables: `${NAME}` in values of `env` and in `store`. A variable must be set and not
// empty; there are no defaults, for the default of an unset variable once sent a fleet to an account without quota.
// `$${NAME}` is the text `${NAME}` itself.

import { usage } from '../../base/errors.ts'
import { noEffects } from '../../model/channels.ts'
import type { FleetConfig } from '../../model/config.ts'
import { fillLaunching, launchingTexts } from '../../model/launching-texts.ts'
import { channelTexts, fillChannels } from './sections/effect-secrets.ts'
import type { Disagreement } from './fleet-config.ts'

const reference = /(\$?)\$\{([^}]*)\}/g
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** References that are no plain `${NAME}`. */
export function badReferences(config: FleetConfig): Disagreement[] {
  return places(config).flatMap(({ path, text }) =>
    named(text)
      .filter((name) => !variableName.test(name))
      .map((name) => ({ path, sentence: badName(name) })),
  )
}

function badName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*:?[-=?+]/.test(name)
    ? `\`\${${name}}\` has a default; defaults are not supported, for an unset variable must not go unnoticed`
    : `\`\${${name}}\` is not the name of a variable; write \`$\${${name}}\` for the text itself`
}

/** Every variable the configuration refers to, sorted. */
export const referencedVariables = (config: FleetConfig): readonly string[] =>
  [...new Set(places(config).flatMap(({ text }) => named(text)))].sort()

/** The configuration with its references replaced by values; those of missing variables by nothing. */
export function resolveReferences(
  config: FleetConfig,
  env: Readonly<Record<string, string | undefined>>,
): FleetConfig {
  const fill = (text: string) =>
    text.replace(reference, (whole, escaped: string, name: string) =>
      escaped === '$' ? whole.slice(1) : (env[name] ?? ''),
    )
  const filled = (env: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)]))
  const agents = config.agents.map((agent) => ({
    ...agent,
    env: filled(agent.env),
    ...(agent.launcher && { launcher: fillLaunching(agent.launcher, fill) }),
  }))
  const accounts = config.accounts?.map((account) => ({
    ...account,
    home: account.home === null ? null : fill(account.home),
    env: filled(account.env),
    envFiles: filled(account.envFiles),
  }))
  return {
    ...config,
    store: fill(config.store),
    agents,
    ...(config.launcher && { launcher: fillLaunching(config.launcher, fill) }),
    ...(accounts && { accounts }),
    ...(config.effects && { effects: fillChannels(config.effects, fill) }),
  }
}

/**
 * Throws `config.variable` when one of these is not set or empty. Names the variable and who wants it. `whose` are all, or
 * those alone without which nobody finds the fleet.
 */
export function requireVariables(
  config: FleetConfig,
  env: Readonly<Record<string, string | undefined>>,
  fileName: string,
  whose: 'all' | 'store',
): void {
  for (const { path, text } of places(config)) {
    const where = path.join('.')
    if (whose === 'store' && where !== 'store') continue
    for (const name of named(text))
      if (!env[name])
        throw usage(
          'config.variable',
          `${fileName}: ${where} refers to the environment variable ${name}, which is ${env[name] === '' ? 'empty' : 'not set'}`,
          `set ${name} ${where === 'store' ? 'wherever midwatch is called' : 'where `midwatch up` is started'}, or change ${where}`,
        )
  }
}

/** Every text in which a reference may stand. */
function places(config: FleetConfig): { path: string[]; text: string }[] {
  const env = config.agents.flatMap((agent) =>
    Object.entries(agent.env).map(([key, text]) => ({
      path: ['agents', agent.name, 'env', key],
      text,
    })),
  )
  const accounts = (config.accounts ?? []).flatMap(({ name, home, env: own, envFiles }) => {
    const at = (key: string, text: string) => ({ path: ['accounts', name, key], text })
    return [
      ...(home === null ? [] : [at('home', home)]),
      ...Object.entries(own).map(([key, text]) => at(`env.${key}`, text)),
      ...Object.entries(envFiles).map(([key, text]) => at(`envFiles.${key}`, text)),
    ]
  })
  const channels = channelTexts(config.effects ?? noEffects)
  const launchers = [
    ...launchingTexts(config.launcher).map((text) => ({ path: ['launcher'], text })),
    ...config.agents.flatMap(({ name, launcher }) =>
      launchingTexts(launcher).map((text) => ({ path: ['agents', name, 'launcher'], text })),
    ),
  ]
  return [{ path: ['store'], text: config.store }, ...env, ...accounts, ...channels, ...launchers]
}

const named = (text: string): string[] =>
  [...text.matchAll(reference)].filter((m) => m[1] === '').map((m) => m[2] ?? '')
