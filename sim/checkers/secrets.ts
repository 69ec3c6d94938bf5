// Law: no secret is written down. What accounts hold stands in no fact, row, message, incident or line of a log, though programs
// print it, say it and fail with it.

import { everyRow } from '../database.ts'
import { caughtIn, holdsSecret } from '../secrets.ts'
import type { Bench, Checker } from './contract.ts'

export const secrets: Checker = {
  law: 'no secret is written down',
  invariants: [36],
  fact(bench, { taskId, body }) {
    if (!hasAccounts(bench)) return
    const text = JSON.stringify(body)
    if (holdsSecret(text)) bench.accuse(`a fact tells a secret: ${text}`, taskId)
  },
  look({ world, accuse }) {
    for (const where of caughtIn(world).splice(0)) accuse(`a secret is told in ${where}`)
  },
  end(bench) {
    const { world, accuse } = bench
    if (!hasAccounts(bench)) return
    for (const [table, row] of everyRow(world.store)) {
      const text = JSON.stringify(row)
      // A text that is JSON itself is spelled once more.
      if (!holdsSecret(text) && !holdsSecret(text.replaceAll('\\\\', '\\'))) continue
      accuse(`a row of ${table} keeps a secret: ${text.slice(0, 300)}`)
      return
    }
  },
}

const hasAccounts = ({ config }: Bench): boolean => config.lastGood.accounts !== undefined
