// Takes secrets out of whatever leaves the house: the fleet's own tokens, tokens of attempts, and every value that the
// configuration masks where it is shown. What a session printed may contain any of them.

import type { Access } from '../../drivers/access/contract.ts'
import type { FleetConfig } from '../../model/config.ts'
import { mask, quoted, spelledOut } from '../../model/secret.ts'
import type { Current } from './house.ts'

const ours = 'mw[ov]_[0-9a-f]{16,}|mw_\\d+_[0-9a-f]{16,}'

/** A function that masks the secrets of the configuration in force; made anew when it changes. */
export function redactor(access: () => Access, current: () => Current): (text: string) => string {
  let made: { access: Access; config: FleetConfig; pattern: RegExp } | null = null
  return (text) => {
    const keys = access()
    const { config, redacted } = current()
    if (made === null || made.access.secret !== keys.secret || made.config !== config)
      made = { access: keys, config, pattern: patternOf(keys, config, redacted) }
    return text.replace(made.pattern, mask)
  }
}

function patternOf({ secret }: Access, config: FleetConfig, redacted: FleetConfig): RegExp {
  const password = /^postgres(?:ql)?:\/\/[^:@/]*:([^@/]+)@/.exec(config.store)?.[1]
  const secrets = spelledOut([secret, ...masked(config, redacted), ...(password ? [password] : [])])
  return new RegExp([...secrets.map(quoted), ours].join('|'), 'g')
}

/** Every text that reads otherwise where it is shown. */
function masked(whole: unknown, shown: unknown): string[] {
  if (typeof whole === 'string') return whole === shown ? [] : [whole]
  if (typeof whole !== 'object' || whole === null) return []
  return Object.entries(whole).flatMap(([name, value]) =>
    masked(value, (shown as Record<string, unknown> | null | undefined)?.[name]),
  )
}
