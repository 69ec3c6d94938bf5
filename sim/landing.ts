// The tasks that land convoys: a short command each, made with its convoy and held until all of it is done.

import type { EnqueueInput } from '../src/drivers/store/contract/shapes.ts'
import type { PlannedTask } from './planned.ts'

/** What a convoy is called that a task lands, and what that task is called. */
export const landedTitle = (ref: string): string => `landed with ${ref}`
export const landingTitleOf = (convoy: string): string | null =>
  convoy.startsWith(landedTitle('')) ? `Land: ${convoy}` : null

/** What a landing asks for, after the work it lands with. */
export const landingOrder = (
  ref: string,
): Omit<EnqueueInput, 'key' | 'holds' | 'againOf' | 'by' | 'now'> => ({
  title: `Land: ${landedTitle(ref)}`,
  priority: 0,
  demand: { kind: 'command', agent: null, tier: null, role: null, labels: [] },
  order: {
    ...{ run: 'sim [[landing]]', prompt: null, cwd: '/work', timeoutMs: null, verify: null },
    once: false,
  },
  attemptsMax: 3,
})

/** How it goes, whenever it is let. */
export const landingWork: PlannedTask = {
  ...{ ref: 'landing', atMs: 0, kind: 'command', nature: 'good', says: 'none', workMs: 120_000 },
  ...{ timeoutMs: null, attempts: null, verify: 'none', once: false, after: null },
  ...{ afterAny: false, notBeforeMs: null, key: null, priority: 0, leavesChildren: false },
  ...{ deaf: false, progress: 0, unserved: false, traits: {} },
}
