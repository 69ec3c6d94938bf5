// Work that no agent of the configuration serves any more, or that was let in all the same, waits for a person who is told,
// not for an agent that never comes. It goes on by itself once an agent serves it.

import type { Rule } from '../law.ts'

const atOnceMax = 100

export const readyIsServed: Rule = {
  name: 'ready-is-served',
  law: 'a ready task is one that a configured agent serves',
  async find({ store, clock, by, lacking }) {
    if (lacking === undefined) return []
    const lines = (await store.readyDemands()).map(
      ({ id, demand }) => [id, lacking(demand)] as const,
    )
    const found: { readonly id: number; readonly why: string }[] = []
    for (const [demandId, why] of lines)
      if (why !== null && found.length < atOnceMax)
        for (const id of await store.readyWith(demandId, atOnceMax - found.length))
          found.push({ id, why })
    return found.map(({ id, why }) => ({
      subject: `task ${id}`,
      what: `is ready, and no configured agent serves it: ${why}`,
      async mend() {
        const question = `no configured agent serves it: ${why}`
        const release = { kind: 'person' as const, question, told: by, untilServed: true }
        const { ok } = await store.hold({ taskId: id, release, now: clock.now() })
        return ok ? 'it waits for a person, or for an agent that serves it' : null
      },
    }))
  },
}
