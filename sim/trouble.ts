// What may go wrong between a daemon and its store: refused as busy, lost before or after it was done, done twice, late.
// A caller is never told more than a real one would be.

import { OperatingError, systemCode, tryAgain } from '../src/base/errors.ts'
import type { Chance } from './chance.ts'
import type { Ailments, Machine } from './machine.ts'
import type { Meddler } from './mortal.ts'
import type { World } from './world.ts'

/** Verbs that a driver may send again when the answer was lost: their contract says that it changes nothing. */
const repeatable = new Set([
  'renew',
  'launched',
  'confirm',
  'end',
  'finish',
  'settle',
  'giveBack',
  'release',
  'releaseDue',
  'pulseHost',
  'leaveHost',
  'resolveIncident',
  'askStop',
])

/** Meddles with the calls of a daemon on `machine`, as far as it ails. */
export function storeMeddler(world: World, machine: Machine, chance: Chance): Meddler {
  const { ails } = machine
  const meddle: Meddler = async (name, call) => {
    machine.troubles += 1
    if (ails.storeSlowMs > 0) {
      if (told.has(name)) world.truth.count(`store late ${name}`)
      await new Promise<void>((resolve) =>
        machine.timeline.after(chance.next() * ails.storeSlowMs, resolve),
      )
    }
    if (ails.storeLost) {
      if (chance.happens(0.1)) await call().catch(() => {})
      world.truth.count('store lost')
      throw lost()
    }
    if (ails.pulsesLost && pulses.has(name)) {
      world.truth.count(`store undone ${name}`)
      throw lost()
    }
    if (ails.endingsLost !== null && endings.has(name) && chance.happens(mostEndings)) {
      world.truth.count(`store ${ails.endingsLost} ${name}`)
      if (ails.endingsLost === 'done') await call()
      throw lost()
    }
    const isHit = chance.happens(ails.storeBusy)
    if (!isHit && !ails.callsDoubled) return call()
    const how = isHit ? chance.weighed({ busy: 4, undone: 2, done: 2, doubled: 2 }) : 'doubled'
    if (how === 'doubled' && !repeatable.has(name)) return call()
    world.truth.count(`store ${how}`)
    if (told.has(name)) world.truth.count(`store ${how} ${name}`)
    if (how === 'busy')
      throw tryAgain(
        'store.busy',
        'the database is busy in another process',
        'try again in a moment',
      )
    if (how === 'undone') throw lost()
    if (how === 'doubled') {
      await call()
      return call()
    }
    const answer = await call()
    if (how === 'done') throw lost()
    return answer
  }
  return (name, call) => (isWell(ails) ? call() : meddle(name, call))
}

const pulses = new Set(['renew', 'pulseHost'])
/** What is said of endings is not lost for ever, or nobody would hear that it had arrived. */
const mostEndings = 0.8
const endings = new Set(['end', 'finish', 'settle', 'giveBack'])
/** Calls whose loss, delay and doubling is counted by name. */
const told = new Set([...pulses, ...endings])

const isWell = (ails: Ailments): boolean =>
  !ails.storeLost &&
  ails.storeBusy === 0 &&
  ails.storeSlowMs === 0 &&
  !ails.pulsesLost &&
  ails.endingsLost === null &&
  !ails.callsDoubled

const lost = () =>
  tryAgain(
    'store.unreachable',
    'the connection to the database was lost; whether it was done is unknown',
    'it is tried again',
  )

/** What a sensor may be refused: no folder or nobody for it just now, or too much below one root. */
const refusedOfSensors: ReadonlySet<string> = new Set([
  'intake.cwd_missing',
  'intake.unserved',
  'provenance.budget',
])

/** Whether an error is trouble of the world, and not a mistake of ours. */
export function isSystemTrouble(error: unknown): boolean {
  return error instanceof OperatingError
    ? /^(store|launch|config|daemon|clock)\./.test(error.code) || refusedOfSensors.has(error.code)
    : systemCode(error) === 'ENOSPC'
}
