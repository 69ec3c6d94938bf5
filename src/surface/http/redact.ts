// Takes secrets out of whatever leaves the house: the fleet's own tokens, tokens of attempts, and every value that the
// configuration hands to agents. What a session printed may contain any of them.

import type { Access } from '../../drivers/access/contract.ts'
import type { FleetConfig } from '../../model/config.ts'

/** Shorter values are words, and would black out half a page. */
const shortest = 8
const ours = 'mw[ov]_[0-9a-f]{16,}|mw_\\d+_[0-9a-f]{16,}'
export const mask = '•••'

/** A function that masks the secrets of this configuration; made anew when it changes. */
export function redactor(
  access: () => Access,
  config: () => FleetConfig,
): (text: string) => string {
  let made: { access: Access; config: FleetConfig; pattern: RegExp } | null = null
  return (text) => {
    const [keys, conf] = [access(), config()]
    if (made === null || made.access.secret !== keys.secret || made.config !== conf)
      made = { access: keys, config: conf, pattern: patternOf(keys, conf) }
    return text.replace(made.pattern, mask)
  }
}

function patternOf({ secret }: Access, config: FleetConfig): RegExp {
  const values = config.agents.flatMap(({ env }) => Object.values(env))
  const password = /^postgres(?:ql)?:\/\/[^:@/]*:([^@/]+)@/.exec(config.store)?.[1]
  const secrets = [secret, ...values, ...(password === undefined ? [] : [password])]
    .filter((value) => value.length >= shortest)
    .toSorted((a, b) => b.length - a.length)
  const spelled = secrets.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
  return new RegExp([...new Set(spelled.map(quoted)), ours].join('|'), 'g')
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
