// Resolves incidents whose cause is gone: a question that was answered, released or settled; a check that looks again; a
// task that nobody waits for any more; one that was stuck and is settled.

import type { Round } from './chores.ts'

/** Level-triggered: looks at open incidents, of which there are few, and at what they name. */
export async function tendTaskIncidents({ deps }: Round): Promise<void> {
  const { store, clock } = deps
  for (const { key, by } of await store.groundless({ limit: 200 }))
    await store.resolveIncident({ key, by, now: clock.now() })
}
