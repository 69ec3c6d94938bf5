// Faults of the services behind the clients, and of the clients' builds: for all machines at once.

import type { Chance } from '../chance.ts'
import { type Services, wellServed } from '../world.ts'
import { type FaultKind, fleetFault, type Moment, type Stage } from './contract.ts'
import { healthyPart } from './of-machines.ts'

type Serves = Partial<Services>

/** The services serve otherwise for a while. */
export const service = (
  name: string,
  perDay: number,
  draw: (chance: Chance, moment: Moment) => Serves,
): FaultKind =>
  fleetFault(
    name,
    perDay,
    ({ world }, drawn: Serves) => {
      Object.assign(world.services, drawn)
      return () => void Object.assign(world.services, healthyPart(wellServed(), drawn))
    },
    draw,
  )

/** A new build of the client behaves otherwise, until the next one. */
const build = (name: string, perDay: number, drawn: Serves): FaultKind => {
  const kind = service(name, perDay, () => drawn)
  return {
    ...kind,
    inflict(stage, fault, machine) {
      const heal = kind.inflict(stage, fault, machine)
      upgrade(stage)
      return () => {
        heal?.()
        upgrade(stage)
      }
    },
  }
}

function upgrade({ world }: Stage): null {
  world.services.clientVersion += 1
  return null
}

const limit =
  (stated: boolean) =>
  (_chance: Chance, { atMs, forMs }: Moment): Serves => ({
    quota: { resetAtMs: atMs + forMs, stated },
  })

export const serviceFaults: readonly FaultKind[] = [
  service('overloaded', 0.8, () => ({ overloaded: true })),
  service('quota', 1, limit(true)),
  service('throttle', 0.6, limit(false)),
  service('creditGone', 0.2, () => ({ creditGone: true })),
  service('tokenExpired', 0.3, () => ({ tokenExpired: true })),
  service('modelGone', 0.15, () => ({ modelGone: true })),
  build('flagsGone', 0.4, { flagsGone: true }),
  build('nameGone', 0.25, { nameGone: true }),
  service('newWords', 0.15, () => ({ newWords: true })),
  service('toolsDenied', 0.15, () => ({ toolsDenied: true })),
  service('sessionClash', 0.2, () => ({ sessionClash: true })),
  service('silent', 0.15, () => ({ silent: true })),
  service('deafPeople', 0.2, () => ({ deafPeople: true })),
  fleetFault('upgrade', 0.3, upgrade),
]
