// Law: a lock has one holder at a time, under epochs that only grow, and is never completed; a piece of work is claimed by one
// and completed once, until it is forgotten or over.

import { partOf } from '../part.ts'
import type { World } from '../world.ts'
import type { Checker } from './contract.ts'

interface Held {
  readonly locks: Map<string, string>
  readonly epochs: Map<string, number>
  readonly works: Map<string, { readonly by: string; readonly completed: boolean }>
}

const heldIn = partOf<World, Held>(() => ({
  locks: new Map(),
  epochs: new Map(),
  works: new Map(),
}))

/** Whether somebody holds it, as the facts so far tell; a piece of work that is completed is held no more. */
export const isHeldIn = (world: World, what: 'lock' | 'work', name: string): boolean =>
  what === 'lock'
    ? heldIn(world).locks.has(name)
    : heldIn(world).works.get(name)?.completed === false

export const locks: Checker = {
  law: 'locks and work keys have one holder at a time',
  invariants: [43],
  fact({ world, accuse }, { body, taskId }) {
    const held = heldIn(world)
    switch (body.kind) {
      case 'lock.acquired': {
        const before = held.locks.get(body.name)
        if (before !== undefined)
          accuse(`${body.holder} took the lock ${body.name}, which ${before} holds`, taskId)
        if (body.epoch <= (held.epochs.get(body.name) ?? 0))
          accuse(`the lock ${body.name} was taken under the old epoch ${body.epoch}`, taskId)
        held.epochs.set(body.name, body.epoch)
        world.truth.count('lock taken')
        return void held.locks.set(body.name, body.holder)
      }
      case 'lock.released':
      case 'lock.freed':
        return void held.locks.delete(body.name)
      case 'work.claimed': {
        const before = held.works.get(body.key)
        if (before !== undefined)
          accuse(`${body.holder} claimed the work ${body.key}, which is ${before.by}'s`, taskId)
        world.truth.count('work claimed')
        return void held.works.set(body.key, { by: body.holder, completed: false })
      }
      case 'work.completed':
        if (held.works.get(body.key)?.completed !== false)
          accuse(`the work ${body.key} was completed by ${body.by}, and was not claimed`, taskId)
        return void held.works.set(body.key, { by: body.by, completed: true })
      case 'work.abandoned':
      case 'work.forgotten':
      case 'work.freed':
        return void held.works.delete(body.key)
      default:
        return
    }
  },
}
