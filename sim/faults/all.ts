// Every kind of fault. A room that brings some adds its row.

import type { FaultKind } from './contract.ts'
import { configFaults } from './of-config.ts'
import { machineFaults } from './of-machines.ts'
import { sensorFaults } from './of-sensors.ts'
import { serviceFaults } from './of-services.ts'
import { storeFaults } from './of-stores.ts'

export const faultKinds: readonly FaultKind[] = [
  ...machineFaults,
  ...storeFaults,
  ...serviceFaults,
  ...configFaults,
  ...sensorFaults,
]

export const faultNames = faultKinds.map(({ name }) => name)
