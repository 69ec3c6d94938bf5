// Whether a host's dispatcher is running: ours is judged by its process, that of another host by its own word.

import type { HostRow } from '../../drivers/store/contract/shapes.ts'
import type { Call } from './call.ts'
import type { Fleet } from './world.ts'

/** The row of that host's daemon if it is running, else null. */
export async function livingDaemon(
  { world }: Pick<Call, 'world'>,
  { store, host }: Fleet,
  name: string,
): Promise<HostRow | null> {
  const row = (await store.hosts()).find((one) => one.name === name && one.running)
  if (row === undefined) return null
  return name !== host.name || (await world.daemonLives(row)) ? row : null
}
