// The agents that serve some work are taken out of the configuration while it waits. Nobody comes for that work any more: whoever
// tends the fleet is asked, and when the agents are back it goes on by itself.

import { expect } from 'vitest'

import { fleet, minute, scenario, timeGoesOn, type Town, work } from './language.ts'

const refs = ['w0', 'w1', 'w2']

/** The configuration with other slots: with none of its agents, nobody serves anything. */
function agentsAre(there: boolean) {
  return ({ setting: { config } }: Town) => {
    const { lastGood, known } = config
    const [whole = lastGood] = known.values()
    config.write(there ? whole : { ...whole, agents: [] })
  }
}

scenario('work whose agents are taken out asks a person, and goes on when they are back')
  .given(fleet({ agents: 2, hostSlots: 1, agentSlots: 1 }), ...refs.map((ref) => work(ref)))
  .when(
    timeGoesOn(5 * minute),
    async ({ world }) => {
      expect(await world.store.counts()).toMatchObject({ ready: 2, held: 0 })
    },
    agentsAre(false),
    timeGoesOn(0.5 * minute),
    async ({ world }) => {
      // An edit in two steps asks nobody.
      expect(await world.store.counts()).toMatchObject({ ready: 2, held: 0 })
    },
    timeGoesOn(10 * minute),
    async (town) => {
      expect(await town.world.store.counts()).toMatchObject({ ready: 0, held: 2 })
      const [hold] = await town.world.store.waitingForPersons({ after: 0, limit: 9 })
      expect(hold?.release).toMatchObject({
        kind: 'person',
        question: 'no configured agent serves it: no agent is configured',
        untilServed: true,
      })
    },
    agentsAre(true),
    timeGoesOn(10 * minute),
    async (town) => {
      expect(await town.world.store.waitingForPersons({ after: 0, limit: 9 })).toEqual([])
    },
  )
  .seen(async (town) => {
    for (const ref of refs) {
      expect(await town.task(ref)).toMatchObject({ state: 'settled', outcome: 'done' })
      expect(await town.attempts(ref)).toHaveLength(1)
    }
  })
