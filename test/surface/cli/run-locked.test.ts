// `midwatch lock run` while its database comes and goes: a lock that cannot be renewed for a moment ends nothing, one that
// cannot be renewed for its whole time ends the command before somebody else may work under it.

import { describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { OperatingError } from '../../../src/base/errors.ts'
import type { Call } from '../../../src/surface/cli/call.ts'
import { runLocked } from '../../../src/surface/cli/run-locked.ts'

const ttlMs = 400
const away = () =>
  Promise.reject(new OperatingError('tryAgain', 'store.busy', 'the database is away', 'wait'))

/** A command that runs until it is ended, or to `exit`; and a store whose renewals are handed in. */
function stage(renewLock: () => Promise<unknown>) {
  const seen = { renewed: 0, ended: false, released: 0, said: '', exit: -1 }
  let end: (code: number | null) => void = () => {}
  const ended = new Promise<number | null>((resolve) => {
    end = resolve
  })
  const store = {
    poke() {},
    async renewLock() {
      seen.renewed += 1
      return await renewLock()
    },
    async releaseLock() {
      seen.released += 1
      return { ok: true, released: true }
    },
  }
  const call = {
    world: {
      clock: systemClock,
      env: {},
      err: {
        write(text: string) {
          seen.said += text
        },
      },
      callerPid: () => 7,
      runCommand: async () => ({
        ended,
        end: () => {
          seen.ended = true
          end(143)
        },
      }),
      exitNow(code: number) {
        seen.exit = code
      },
    },
    options: {},
    fleet: async () => ({ store, clock: systemClock, host: { name: 'h1' } }),
    actor: async () => ({ kind: 'person', by: 'ann' }),
  } as unknown as Call
  const lock = { name: 'db', epoch: 3 } as Parameters<typeof runLocked>[1]
  return { seen, end, run: () => runLocked(call, lock, ['make'], ttlMs) }
}

describe('a command under a lock', () => {
  test('goes on when the database was away for one renewal', async () => {
    let calls = 0
    const { seen, end, run } = stage(async () => {
      calls += 1
      if (calls === 1) return await away()
      if (calls === 4) end(0)
      return { ok: true }
    })
    expect(await run()).toBeUndefined()
    expect(seen).toMatchObject({ renewed: 4, released: 1, exit: -1 })
  })

  test('is ended before the time of its lock is over when nobody can renew it', async () => {
    const { seen, run } = stage(away)
    const began = performance.now()
    await expect(run()).rejects.toThrow('the lock db was lost while make ran')
    expect(performance.now() - began).toBeGreaterThan(ttlMs / 2)
    expect(seen).toMatchObject({ ended: true, renewed: 3 })
  })

  test('that cannot be started is said to be so, and the lock is free again', async () => {
    const { seen, end, run } = stage(async () => ({ ok: true }))
    end(null)
    await run()
    expect(seen).toMatchObject({ exit: 127, released: 1 })
    expect(seen.said).toContain('make could not be started')
  })
})
