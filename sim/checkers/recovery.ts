// Law: every incident ends. Once everything is at rest none is left open, save one whose lane waits for work to try it with
// or whose person was told.

import type { Checker } from './contract.ts'

export const recovery: Checker = {
  law: 'every incident is resolved',
  invariants: [],
  end({ accuse, journal }, { incidents, gates }) {
    const isAtRest = [...journal.tasks.values()].every(({ state }) => state === 'settled')
    if (!isAtRest) return
    const waiting = new Set(
      gates
        .filter(({ state }) => state === 'probing' || state === 'pinned')
        .map(({ lane }) => lane),
    )
    for (const { key, resolvedAt, toldAt, data, title } of incidents) {
      if (resolvedAt !== null || (data.lane !== null && waiting.has(data.lane))) continue
      if (data.needsPerson && toldAt !== null) continue
      accuse(`incident ${key} is still open: ${title}`)
    }
  },
}
