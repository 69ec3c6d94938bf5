// A gate that shut by itself is probed when its wait is over, also where the dispatcher that should have done it did not.

import type { Rule } from '../law.ts'

const patienceMs = 60_000

export const shutIsProbed: Rule = {
  name: 'shut-is-probed',
  law: 'a shut gate is probed when its wait is over',
  async find({ store, clock, now }) {
    const late = (await store.gates()).filter(
      (gate) => gate.state === 'shut' && gate.until < now - patienceMs,
    )
    return late.map(({ lane }) => ({
      subject: lane,
      what: 'its wait is over and it is still shut',
      async mend() {
        const { probing } = await store.probeDue({ now: clock.now() })
        return probing.includes(lane) ? 'probing' : null
      },
    }))
  },
}
