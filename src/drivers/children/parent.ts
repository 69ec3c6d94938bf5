// Our end of the channel to the supervisor that started us, if one did. When the supervisor is gone, so are we, at once: a
// dispatcher that nobody watches does not go on. Sessions do, and the next dispatcher takes them up.

import { roleVariable } from './fork.ts'
import type { Ask, ChildRole, ParentLink, Say } from './contract.ts'

const roles: readonly ChildRole[] = ['daemon', 'sentinel']

/** The link to our supervisor; null where nobody supervises us, whatever the environment says. */
export function parentLink(): ParentLink | null {
  const [word, life, mark = ''] = (process.env[roleVariable] ?? '').split(' ')
  delete process.env[roleVariable]
  const role = roles.find((one) => one === word)
  if (role === undefined || !process.connected) return null
  const asks: Ask[] = []
  let heed: ((ask: Ask) => void) | null = null
  process.on('message', (message) => {
    const ask = message as Ask
    if (heed === null) asks.push(ask)
    else heed(ask)
  })
  process.once('disconnect', () => process.exit(1))
  process.channel?.unref() // it is not what keeps us
  return {
    role,
    pid: process.ppid,
    again: life === 'again',
    mark: mark === '' ? null : Number(mark),
    say(say: Say) {
      if (process.connected) process.send?.(say, () => {})
    },
    onAsk(listener) {
      heed = listener
      for (const ask of asks.splice(0)) listener(ask)
    },
  }
}
