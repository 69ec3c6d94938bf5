// S0 and incident 61 (an environment with spaces was refused without a word) on one launcher: what a session under it is
// given arrives, what it says is heard, how it ends is told, and a dispatcher that comes back finds it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endOfOnly, setStage, type Stage, until } from './stage.ts'

/** The scenario under a launcher of the configuration, as a YAML flow map; `name` stands in the proofs. */
export function launchedScenario(name: string, launcher: string): void {
  describe(`a session launched by ${name}`, () => {
    let stage: Stage
    beforeEach(async () => {
      const env = `    env: { SPACED: " two  words ", LINES: "a\\nb", DOLLAR: "$HOME $$ %h" }\n`
      stage = await setStage(
        `${env}    launcher: ${launcher}\nlimits: { poll: 100ms, stopGrace: 5s }\nbackoff: [50ms]\n`,
      )
    })
    afterEach(() => stage.strike())
    const at = (path: string) => join(stage.dir, path)

    it('has its environment as it was written, and says how its task went (incident 61)', async () => {
      await stage.up()
      const id = await stage.add(
        `printf '%s|%s|%s' "$SPACED" "$LINES" "$DOLLAR" >said; midwatch progress half; midwatch done "all of it"`,
      )
      const attempt = await endOfOnly(stage, id)
      expect(attempt.verdict).toMatchObject({ class: 'success', exitCode: 0 })
      expect(attempt.launch?.launcher).toBe(name)
      expect(readFileSync(at('said'), 'utf8')).toBe(' two  words |a\nb|$HOME $$ %h')
      await until('it is settled', async () => (await stage.task(id)).state === 'settled')
      expect(await stage.task(id)).toMatchObject({ outcome: 'done', reason: 'all of it' })
      expect((await stage.attempts(id))[0]?.progress?.text).toBe('half')
    })

    it('goes on while no dispatcher is there, and is adopted', async () => {
      const daemon = await stage.up()
      const id = await stage.add('touch ran; while [ ! -e go ]; do sleep 0.05; done; exit 5', {
        attempts: 1,
      })
      await until('it runs', async () => existsSync(at('ran')))
      await daemon.stop()
      writeFileSync(at('go'), '')
      await stage.up()
      expect((await endOfOnly(stage, id)).verdict).toMatchObject({
        class: 'task_failed',
        exitCode: 5,
      })
    })

    it('is stopped whole when its task is cancelled', async () => {
      await stage.up()
      const id = await stage.add(
        `trap '' TERM; touch ran; (setsid sleep 300 &); while :; do sleep 1; done`,
      )
      await until('it runs', async () => existsSync(at('ran')))
      const { store, clock } = stage.fleet
      const now = clock.now()
      await store.settleByHand({
        taskId: id,
        outcome: 'cancelled',
        by: 'a person',
        reason: 'no more',
        now,
      })
      store.poke()
      const { id: attemptId, nonce, launch } = await endOfOnly(stage, id)
      const ref = { attemptId, nonce, launch }
      expect(await (await stage.fleet.launcher()).living(ref)).toEqual([])
    })
  })
}
