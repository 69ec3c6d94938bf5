// The notifier of the simulated world: what really reached a person, with its time. Checkers compare it with what the store
// says was told. Now and then it fails, before or after the message went out.

import { failed } from '../src/base/errors.ts'
import type { Message, Notifier } from '../src/drivers/notifiers/contract.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

export interface Arrived {
  readonly atMs: number
  readonly what: Message['what']
  readonly key: string
  readonly openedAt: number
  readonly needsPerson: boolean
}

/** Every message that reached a person, oldest first. */
export const arrivedIn = partOf<World, Arrived[]>(() => [])

/** The notifier of any daemon of this world. */
export const simulatedNotifier = (world: World): Notifier => ({
  name: 'people',
  async tell({ what, key, openedAt, needsPerson }) {
    if (world.services.deafPeople) {
      world.truth.count('message lost')
      throw failed('notify.failed', 'nobody took the message', 'it is tried again')
    }
    arrivedIn(world).push({ atMs: world.time.nowMs, what, key, openedAt, needsPerson })
    world.truth.count(`message ${what}`)
  },
})
