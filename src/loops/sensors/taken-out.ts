// A sensor that was taken out of the configuration finds nothing any more and fails no more: what it found, and that it failed,
// is over with it. Else nobody would ever end these incidents.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { SensorConfig } from '../../model/sensor.ts'

/** Of open incidents so many are looked through. */
const most = 10_000

/** Ends the incidents of all sensors but these. */
export async function endOthers(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  sensors: readonly Pick<SensorConfig, 'name'>[],
): Promise<void> {
  const names = new Set(sensors.map(({ name }) => name))
  for (const { key } of await store.incidents({ openOnly: true, limit: most })) {
    const name = /^(?:finding|sensor):([^:]+)/.exec(key)?.[1]
    if (name === undefined || names.has(name)) continue
    const by = `the sensor ${name} was taken out`
    await store.resolveIncident({ key, by, now: clock.now() })
  }
}
