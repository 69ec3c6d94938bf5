// Gives the host of a state folder the name it has in its fleet. A name that sessions go by is not taken from them.

import { refused } from './base/errors.ts'
import { hasAttempt, hostNameIn, hostNameOf, keepHostName } from './drivers/hosts/host-name.ts'
import { processAlive } from './drivers/launchers/local/process-identity.ts'
import type { Fleet } from './fleet.ts'

/** Keeps the name for every command from now on. Throws OperatingError `usage.host_name`, `host.named`. */
export async function nameHost(
  stateDir: string,
  text: string,
  open: () => Promise<Fleet>,
): Promise<void> {
  const name = hostNameOf(text)
  if (hostNameIn(stateDir) === name) return
  const fleet = await open()
  try {
    await requireUnused(fleet, name)
    keepHostName(stateDir, name)
  } finally {
    await fleet.close()
  }
}

async function requireUnused({ store, host, stateDir }: Fleet, name: string): Promise<void> {
  if (host.name === name) return
  const row = (await store.hosts()).find((one) => one.name === host.name && one.running)
  const here = (await store.unended(host.name)).filter(({ id }) => hasAttempt(stateDir, id))
  const lives = row !== undefined && row.bootId === host.bootId && processAlive(row)
  if (!lives && here.length === 0) return
  throw refused(
    'host.named',
    `this folder is the host ${host.name}, ${lives ? 'whose dispatcher runs' : `which has ${here.length} sessions`}`,
    'stop it there first: `midwatch stop --sessions`',
  )
}
