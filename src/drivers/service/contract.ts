// What keeps a fleet running beyond a login: units that are put, taken away and asked about.

import type { Unit } from '../../model/service-units.ts'

export interface ServiceManager {
  /** Writes the units, makes them known and starts these. Throws OperatingError `service.*`. */
  install(units: readonly Unit[], start: readonly string[]): Promise<{ folder: string }>
  /** Stops these and takes away all of them. False when none was there. */
  uninstall(names: readonly string[], stop: readonly string[]): Promise<boolean>
  /** `active`, `inactive`, `failed`, `activating` …, or `not installed`. */
  state(name: string): Promise<string>
}
