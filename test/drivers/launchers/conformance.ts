// What every launcher must do, whatever it starts sessions with. Each case runs real processes.

import { describe } from 'vitest'
import { adoptionCases } from './conformance/adoption.ts'
import { changeCases } from './conformance/changes.ts'
import { emptyingCases } from './conformance/emptying.ts'
import { exitCases } from './conformance/exiting.ts'
import { outputCases } from './conformance/output.ts'
import { type LauncherUnderTest, useStage } from './conformance/stage.ts'
import { startCases } from './conformance/starting.ts'
import { ticketCases } from './conformance/ticket.ts'

/** Runs the suite against one launcher. */
export function launcherConformance(name: string, tested: LauncherUnderTest): void {
  describe(`launcher ${name}`, () => {
    const stage = useStage(tested)
    startCases(stage)
    exitCases(stage)
    outputCases(stage)
    ticketCases(stage)
    adoptionCases(stage)
    emptyingCases(stage)
    changeCases(stage)
  })
}
