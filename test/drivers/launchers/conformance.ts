// What every launcher must do, whatever it starts sessions with. Each case runs real processes.

import { describe } from 'vitest'
import { present } from '../../../src/base/assert.ts'
import { adoptionCases } from './conformance/adoption.ts'
import { boundingCases } from './conformance/bounding.ts'
import { changeCases } from './conformance/changes.ts'
import { emptyingCases } from './conformance/emptying.ts'
import { exitCases } from './conformance/exiting.ts'
import { outputCases } from './conformance/output.ts'
import { type LauncherUnderTest, useStage } from './conformance/stage.ts'
import { startCases } from './conformance/starting.ts'
import { openers } from './kinds.ts'
import { ticketCases } from './conformance/ticket.ts'
import { worldCases } from './conformance/worlds.ts'

/** Runs the suite against the launcher of that kind. */
export function launcherConformance(
  kind: string,
  traits: Omit<LauncherUnderTest, 'kind' | 'open'>,
): void {
  const opener = present(openers[kind], `${kind} is a launcher`)
  const tested = { ...traits, kind, open: (dir: string) => opener(dir, process.pid) }
  describe(`launcher ${kind}`, () => {
    const stage = useStage(tested)
    worldCases(stage)
    startCases(stage)
    exitCases(stage)
    outputCases(stage)
    ticketCases(stage)
    adoptionCases(stage)
    emptyingCases(stage)
    changeCases(stage)
    boundingCases(stage)
  })
}
