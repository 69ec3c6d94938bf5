// Notifier `log`: the daemon's own log. It cannot fail, and it is always there.

import type { Notifier } from './contract.ts'

export const logNotifier = (log: (line: string, fields?: object) => void): Notifier => ({
  name: 'log',
  tell(message) {
    const { what, key, needsPerson } = message
    log(message.text, { incident: key, what, needsPerson })
    return Promise.resolve()
  },
})
