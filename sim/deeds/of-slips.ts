// Slips of people and their scripts: a number or a key from somewhere else, the same letter under another name, a word that was
// overtaken, an answer to what asked nothing. Each is refused by the house, and changes nothing.

import type { ReserveInput } from '../../src/drivers/store/contract/effects.ts'
import type { Effect } from '../../src/model/effect.ts'
import type { World } from '../world.ts'
import { by, type Deed, tellOf } from './contract.ts'

/** Nothing of the world ever has such a number. */
const elsewhere = 1_000_000_000

export const slipDeeds: readonly Deed[] = [
  // From another fleet's page.
  {
    name: 'mistype',
    async act({ world }, { ref, now }) {
      const { store } = world
      const tell = tellOf(world)
      const settled = { taskId: elsewhere, by, reason: 'not wanted', now }
      tell(await store.settleByHand({ ...settled, outcome: 'cancelled' }))
      const word = { attemptId: elsewhere, word: 'done' as const, text: 'done' }
      tell(await store.say({ ...word, now }))
      const effect = { key: `effect:${ref}:or-so`, epoch: 1, reason: 'it was not sent' }
      tell(await store.failEffect({ ...effect, by, now }))
    },
  },
  // A script that sends what was sent: under another key, otherwise under the same one; and takes back what arrived.
  {
    name: 'send_again',
    async act({ world }, { now }) {
      const { store } = world
      const states = ['performed'] as const
      const [sent] = await store.effects({ states, kind: 'command', limit: 1 })
      if (sent === undefined) return
      const tell = tellOf(world)
      tell(await store.reserveEffect({ ...likeIt(sent, now), key: `${sent.key}:once-more` }))
      tell(await store.reserveEffect({ ...likeIt(sent, now), paramsHash: 'of-other-words' }))
      const { key, epoch } = sent
      const taken = { key, reason: 'it was not sent', by, now }
      tell(await store.failEffect({ ...taken, epoch }))
      tell(await store.failEffect({ ...taken, epoch: epoch - 1 }))
    },
  },
  // Whatever is the matter with it.
  {
    name: 'probe',
    async act({ world }, { machine, now }) {
      const lane = `host:${machine.name}`
      tellOf(world)(await world.store.probeNow({ lane, by, reason: 'it looks well', now }))
    },
  },
  // A session that read an epoch somewhere.
  {
    name: 'guess_epoch',
    async act({ world }, { now }) {
      const [lock] = await world.store.locks({ name: 'db', limit: 1 })
      if (lock === undefined) return
      const { name, epoch } = lock
      const session = elsewhere
      tellOf(world)(await world.store.releaseLock({ name, epoch, session, by, now }))
    },
  },
  {
    name: 'answer_nobody',
    async act({ world }, { now }) {
      const holdId = await silentHold(world)
      if (holdId !== null) tellOf(world)(await world.store.answer({ holdId, by, text: 'yes', now }))
    },
  },
]

/** The same to the letter, wanted by a script of nobody's. */
const likeIt = ({ key, kind, paramsHash, params, check }: Effect, now: number): ReserveInput => ({
  ...{ key, kind, paramsHash, params, check, by, now },
  holder: { attemptId: null, process: null },
  until: now + 60_000,
  noTwinSince: 0,
})

/** A live hold that asks nobody anything; null where there is none among the first. */
async function silentHold({ store }: World): Promise<number | null> {
  const { tasks } = await store.tasks({ states: ['held'], limit: 10 })
  for (const { id } of tasks)
    for (const hold of await store.holdsOf(id, true))
      if (hold.release.kind !== 'person') return hold.id
  return null
}
