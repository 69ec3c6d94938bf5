// How a session’s end is told, and what was never executed. Every launcher keeps to it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Stage } from './stage.ts'

/** The cases, run on `stage`. */
export function exitCases(stage: Stage): void {
  describe('exit', () => {
    it('how long the program ran is told by when it ended, not by when that was seen', async () => {
      const began = performance.now()
      const { ref, exit } = await stage.run('sleep 0.3')
      const seenAfterMs = performance.now() - began
      expect(exit.ranMs).toBeGreaterThanOrEqual(280) // a clock of hundredths
      expect(exit.ranMs).toBeLessThanOrEqual(seenAfterMs + 10)
      const again = await stage.launcher.look(ref)
      expect(again).toMatchObject({ seen: 'exited', exit: { ranMs: exit.ranMs } })
    })

    it('a file that may not be executed was never executed', async () => {
      writeFileSync(join(stage.dir, 'plain'), 'echo no', { mode: 0o644 })
      const { exit } = await stage.run('', { program: join(stage.dir, 'plain') })
      expect(exit).toMatchObject({ exitCode: 126, neverExecuted: true })
      expect(exit.message).toMatch(/permission denied/i)
    })

    it('a script with a missing interpreter was never executed, and the interpreter is named', async () => {
      writeFileSync(join(stage.dir, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
      const { exit } = await stage.run('', { program: join(stage.dir, 'script') })
      expect(exit).toMatchObject({ exitCode: 127, neverExecuted: true })
      expect(exit.message).toContain('/no/such/interpreter')
    })

    it('a script without interpreter line that exits with 127 was executed', async () => {
      writeFileSync(join(stage.dir, 'script'), 'echo here\nexit 127\n', { mode: 0o755 })
      const { ref, exit } = await stage.run('', { program: join(stage.dir, 'script') })
      expect(exit).toMatchObject({ exitCode: 127, neverExecuted: false })
      expect(await stage.text(ref)).toBe('here\n')
    })
  })
}
