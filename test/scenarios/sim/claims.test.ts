// Incidents 1 and 24: two dispatchers, one board.

import { expect } from 'vitest'

import { keepDaemons } from '../../../sim/daemons.ts'
import {
  ails,
  fleet,
  isSettled,
  isTaken,
  minute,
  runs,
  scenario,
  timeGoesOn,
  work,
} from './language.ts'

const crowd = Array.from({ length: 12 }, (_, i) => work(`w${i}`, { workMs: 5 * minute }))
const refs = crowd.map((_, i) => `w${i}`)

scenario('two hosts that look at the same moment never take the same task')
  .given(fleet({ hosts: 2, agents: 9, hostSlots: 6, agentSlots: 2 }), ...crowd)
  .when(
    // Each is slow between its look and its claim, so that both judge by the same board.
    ails({ storeSlowMs: 2_000 }, 0),
    ails({ storeSlowMs: 2_000 }, 1),
    timeGoesOn(30 * minute),
    ails({ storeSlowMs: 0 }, 0),
    ails({ storeSlowMs: 0 }, 1),
  )
  .seen(async (town) => {
    const hosts = new Set<string>()
    for (const ref of refs) {
      const sessions = town.sessions(ref)
      expect(sessions).toHaveLength(1)
      expect(await town.attempts(ref)).toHaveLength(1)
      expect(await town.task(ref)).toMatchObject({ state: 'settled', outcome: 'done' })
      hosts.add(sessions[0]?.host ?? '')
    }
    expect([...hosts].sort()).toEqual(['h0', 'h1'])
  })

scenario('a second daemon on a host where one lives dispatches nothing')
  .given(fleet({ hosts: 1 }), work('w0'), work('w1', { atMs: 40 * minute }))
  .when(
    runs('w0'),
    (town) => {
      const rival = keepDaemons({ ...town.setting.keeping, onFailure: () => {} })
      rival.start(town.machine(0))
    },
    isSettled('w0'),
    timeGoesOn(35 * minute),
    isTaken('w1'),
  )
  .seen(async (town) => {
    expect(await town.facts('daemon.started')).toHaveLength(1)
    expect(town.world.truth.counts.get('daemon started')).toBeGreaterThan(1) // the rival tried
    for (const ref of ['w0', 'w1']) {
      expect(town.sessions(ref)).toHaveLength(1)
      expect((await town.facts('attempt.adopted', ref)).length).toBe(0)
    }
  })
