// Two questions of machines. `/healthz`: does this process answer? `/readyz`: does the fleet work? No work, gated work and
// broken machinery are told apart, and only the last one is a failure. Neither tells anything that is secret.

import { gather } from '../cli/status/report.ts'
import type { House } from './house.ts'

export const healthz = (): Response => Response.json({ status: 'ok' })

/** 200 while work moves, or there is none, or it waits at a gate that will come back; 503 when it is broken. */
export async function readyz(house: House): Promise<Response> {
  const status = await stateOf(house)
  return Response.json(
    { status },
    { status: status === 'broken' ? 503 : 200, headers: { 'cache-control': 'no-store' } },
  )
}

async function stateOf(house: House): Promise<'working' | 'no_work' | 'gated' | 'broken'> {
  try {
    const { red, counts, running, gates } = await gather(house, {
      store: house.store,
      clock: house.clock,
      dir: house.dir,
      config: house.current().config,
      host: { name: house.hostName },
    })
    if (red.length > 0) return 'broken'
    if (running.length > 0) return 'working'
    if (counts.ready === 0) return 'no_work'
    return gates.length > 0 ? 'gated' : 'working'
  } catch {
    return 'broken' // the store does not answer
  }
}
