// How cases wait for what is seen of a session: by looking, waiting for a change, and looking again.

import type {
  Launcher,
  SessionExit,
  SessionRef,
  Sighting,
} from '../../../../src/drivers/launchers/contract.ts'

/** How long a condition may take to come true; far beyond what it takes. */
const deadlineMs = 25_000

/** Looks, waits for changes and looks again, as the rooms do, until a sighting fits. */
export async function sighting(
  launcher: Launcher,
  ref: SessionRef,
  fits: (seen: Sighting) => boolean,
): Promise<Sighting> {
  const signal = AbortSignal.timeout(deadlineMs)
  for (;;) {
    const seen = await launcher.look(ref)
    if (fits(seen)) return seen
    if (signal.aborted) throw new Error(`in vain waited; last seen: ${JSON.stringify(seen)}`)
    await launcher.changed(ref, deadlineMs, signal)
  }
}

/** The recorded exit, once it is there. */
export async function exitOf(launcher: Launcher, ref: SessionRef): Promise<SessionExit> {
  const over = ['exited', 'refused', 'vanished']
  const seen = await sighting(launcher, ref, (s) => over.includes(s.seen))
  if (seen.seen !== 'exited') throw new Error(`it did not exit: ${JSON.stringify(seen)}`)
  return seen.exit
}
