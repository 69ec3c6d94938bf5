// The notifier of the simulated world: what really reached a person, with its time. Checkers compare it with what the store
// says was told. Now and then it fails, before or after the message went out.

import { failed } from '../src/base/errors.ts'
import type { Message, Notifier } from '../src/drivers/notifiers/contract.ts'
import type { Machine } from './machine.ts'
import type { Life } from './mortal.ts'
import { partOf } from './part.ts'
import { overhear } from './secrets.ts'
import { clocksAgree } from './server.ts'
import type { World } from './world.ts'

export interface Arrived {
  readonly atMs: number
  readonly what: Message['what']
  readonly key: string
  readonly openedAt: number
  readonly needsPerson: boolean
  readonly host: string
  /** It had arrived before, and nothing befell who told it then. */
  readonly isRepeat: boolean
}

/** Every message that reached a person, oldest first. */
export const arrivedIn = partOf<World, Arrived[]>(() => [])

/** Who told what, and how much trouble its machine had had by then. */
interface Telling {
  readonly life: Life
  readonly machine: Machine
  readonly troubles: number
}
const tellingsIn = partOf<World, Map<string, Telling>>(() => new Map())

/** The notifier of one daemon's life. */
export const simulatedNotifier = (world: World, machine: Machine, life: Life): Notifier => ({
  name: 'people',
  async tell(message) {
    const { what, key, openedAt, needsPerson } = message
    overhear(world, 'a message', JSON.stringify(message))
    if (world.services.deafPeople) {
      world.truth.count('message lost')
      throw failed('notify.failed', 'nobody took the message', 'it is tried again')
    }
    const tellings = tellingsIn(world)
    const mark = `${key} ${openedAt} ${what}`
    const before = tellings.get(mark)
    // Who tells takes the message for two minutes; one whose clock is ahead finds it free at once.
    const isRepeat =
      before?.life.alive === true &&
      before.machine.troubles === before.troubles &&
      clocksAgree(world)
    tellings.set(mark, { life, machine, troubles: machine.troubles })
    const atMs = world.time.nowMs
    arrivedIn(world).push({ atMs, what, key, openedAt, needsPerson, host: machine.name, isRepeat })
    world.truth.count(`message ${what}`)
  },
})
