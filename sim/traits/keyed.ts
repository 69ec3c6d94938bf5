// Sessions that claim a work key for their task, and complete it when their work comes to a good end.

import type { Trait } from './contract.ts'

export const keyed: Trait = {
  name: 'keyed',
  draw: (chance) => (chance.happens(0.08) ? `part ${chance.whole(1, 4)}` : undefined),
  begins: (session, drawn) => session.work('claim', String(drawn)),
  ends: (session, drawn) => session.work('complete', String(drawn)),
}
