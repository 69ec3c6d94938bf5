// Faults of sensors, in worlds that have some: for a while the command fails, prints what is no line, or finds new things at each
// look; or its next look hangs.

import { type SensorAilment, sightIn } from '../eyes.ts'
import { sensing } from '../sensing.ts'
import { type FaultKind, fleetFault } from './contract.ts'

const names = sensing.map(({ name }) => name)

const ailing = (
  name: string,
  perDay: number,
  ails: SensorAilment,
  whom: readonly string[] = names,
): FaultKind => ({
  ...fleetFault(
    name,
    perDay,
    ({ world }, { sensor }: { sensor: string }) => {
      const sight = sightIn(world)
      sight.ails.set(sensor, ails)
      return ails === 'hangs'
        ? null
        : () => void (sight.ails.get(sensor) === ails && sight.ails.delete(sensor))
    },
    (chance) => ({ sensor: chance.pick(whom) }),
  ),
  sensing: true,
})

export const sensorFaults: readonly FaultKind[] = [
  ailing('sensorFails', 2, 'fails'),
  ailing('sensorGarbles', 2, 'garbles'),
  ailing('sensorHangs', 3, 'hangs'),
  ailing('sensorFloods', 2, 'floods', ['issues']),
]
