// What is due is released, also where the dispatcher that should have done it did not.

import { isoTime } from '../../../base/when.ts'
import type { Rule } from '../law.ts'

/** Longer than the dispatcher ever takes while it lives. */
const patienceMs = 60_000

export const dueIsReleased: Rule = {
  name: 'due-is-released',
  law: 'a hold whose time has come is released',
  async find({ store, clock, now }) {
    const due = await store.nextDue()
    if (due === null || due > now - patienceMs) return []
    // A gate that is due is another rule's; what is due after it is seen at the next look.
    if ((await store.gates()).some((gate) => gate.state === 'shut' && gate.until === due)) return []
    return [
      {
        subject: 'holds',
        what: `the oldest was due at ${isoTime(due)}`,
        async mend() {
          const { released } = await store.releaseDue({ now: clock.now(), limit: 1_000 })
          return released === 0 ? null : `${released} released`
        },
      },
    ]
  },
}
