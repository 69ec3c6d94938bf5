// What changed between two configurations, one line per setting, for the fact `config.loaded`. The real values are
// compared, so that a changed secret shows as changed; only masked values are told.

import type { FleetConfig } from '../../model/config.ts'
import { redact } from './redact.ts'

/** `slots: 2 → 4`, `agents.claude: added`, `agents.claude.env.TOKEN: changed`. Empty when nothing changed. */
export function diffConfigs(before: FleetConfig, after: FleetConfig): string[] {
  const told = { before: flatten(redact(before)), after: flatten(redact(after)) }
  const real = { before: flatten(before), after: flatten(after) }
  const agents = { before: agentNames(before), after: agentNames(after) }
  const whole = [
    ...agents.after
      .filter((name) => !agents.before.includes(name))
      .map((name) => `agents.${name}: added`),
    ...agents.before
      .filter((name) => !agents.after.includes(name))
      .map((name) => `agents.${name}: removed`),
  ]
  const keys = [...new Set([...real.before.keys(), ...real.after.keys()])]
  const single = keys
    .filter((key) => real.before.get(key) !== real.after.get(key))
    .filter((key) => !partOfWhole(key, agents))
    .map((key) => tell(key, told.before.get(key), told.after.get(key)))
  return [...whole, ...single]
}

function tell(key: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return `${key}: changed`
  if (before === undefined) return `${key}: added ${after}`
  if (after === undefined) return `${key}: removed`
  return `${key}: ${before} → ${after}`
}

/** Settings of an agent that came or went as a whole are not told one by one. */
const partOfWhole = (key: string, agents: { before: string[]; after: string[] }): boolean =>
  [...agents.before, ...agents.after].some(
    (name) =>
      key.startsWith(`agents.${name}.`) &&
      !(agents.before.includes(name) && agents.after.includes(name)),
  )

const agentNames = (config: FleetConfig): string[] => config.agents.map((agent) => agent.name)

/** Every leaf by its path; agents by name, lists as one leaf. */
function flatten(config: FleetConfig): Map<string, string> {
  const byName = Object.fromEntries(config.agents.map(({ name, ...agent }) => [name, agent]))
  const leaves = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return void leaves.set(path, JSON.stringify(value))
    for (const [key, inner] of Object.entries(value))
      walk(inner, path === '' ? key : `${path}.${key}`)
  }
  const accounts = Object.fromEntries(
    (config.accounts ?? []).map(({ name, ...account }) => [name, account]),
  )
  walk({ ...config, agents: byName, accounts }, '')
  return leaves
}
