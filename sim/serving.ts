// The API of a simulated daemon: the real service with its guards, routes and streams over that daemon's own handles, listening
// on no socket. It lives and dies with its daemon; now and then another program has its port, and the fleet goes on without.

import { refused } from '../src/base/errors.ts'
import type { Clock } from '../src/base/clock.ts'
import type { Service } from '../src/base/service.ts'
import type { Access } from '../src/drivers/access/contract.ts'
import type { LoadedConfig } from '../src/drivers/config/contract.ts'
import type { Fetch, ListenHttp } from '../src/drivers/http/contract.ts'
import { type Fleet, offersOf } from '../src/fleet.ts'
import type { Current, House } from '../src/surface/http/house.ts'
import { serveApi } from '../src/surface/http/service.ts'
import type { Machine } from './machine.ts'
import type { Life } from './mortal.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

/** Who answers requests on a machine, as far as anybody does. */
export interface Ear {
  readonly life: Life
  readonly fetch: Fetch
}

export const earOf = partOf<Machine, { now: Ear | null }>(() => ({ now: null }))

/** The secrets of the fleet, the same on all of its hosts. */
export const accessIn = partOf<World, Access>(({ chance }) => {
  const drawn = chance.split('access')
  const token = (kind: string) => `mw${kind}_${drawn.hex(24)}`
  return { operator: token('o'), viewer: token('v'), secret: drawn.hex(32) }
})

export const address = '127.0.0.1:4747'

/** How seldom what only the page wants is read: at the pace that days in seconds allow. News wake it at once. */
const everyMs = 60_000
const portTaken = 0.1

export interface Serving {
  readonly world: World
  readonly machine: Machine
  readonly life: Life
  readonly fleet: Fleet
  readonly current: () => LoadedConfig
  /** It met something that no API should. */
  readonly onFailure: (machine: Machine, where: string, error: unknown) => void
}

/** How the daemon of this life serves. */
export const servingOf = (
  serving: Omit<Serving, 'current'>,
): { readonly api: (current: Serving['current']) => Promise<Service | null> } => ({
  api: (current) => serveSimulated({ ...serving, current }),
})

async function serveSimulated(serving: Serving): Promise<Service | null> {
  const { world } = serving
  const [host = '', port] = address.split(':')
  const listen = { host, port: Number(port) }
  const service = await serveApi(houseOf(serving), {
    http: { listen, chosen: true, hosts: [] },
    listen: listenOn(serving),
    note: () => {},
  })
  world.truth.count(service === null ? 'page not served' : 'page served')
  return service
}

const listenOn =
  ({ world, machine, life }: Serving): ListenHttp =>
  async ({ host, port, fetch }) => {
    if (world.chance.split(`port ${machine.name} ${world.time.nowMs}`).happens(portTaken))
      throw refused('http.taken', `port ${port} is taken by another program`, 'name another one')
    const ear = earOf(machine)
    const own = { life, fetch }
    ear.now = own
    return {
      ...{ name: 'http', host, port, stopped: new Promise<void>(() => {}) },
      async stop() {
        if (ear.now === own) ear.now = null
      },
    }
  }

function houseOf({ world, machine, life, fleet, current, onFailure }: Serving): House {
  const { store, clock, dir, stateDir, host } = fleet
  return {
    ...{ store, clock: unhurried(clock), dir, stateDir, hostName: host.name },
    random: world.chance.split(`page ${machine.name} ${world.time.nowMs}`),
    current: currentOf(fleet, current),
    folder: (path) => host.folder(path),
    outputs: nothingPrinted,
    workspaces: fleet.workspaces,
    calendar: fleet.calendar,
    assets: { get: () => null },
    effects: () => Promise.reject(new TypeError('nobody asks about effects here')),
    access: () => accessIn(world),
    daemonLives: async () => true,
    configProblem: async () => null,
    buildOf: async () => null,
    hosts: () => [],
    log(line) {
      if (life.alive && line.startsWith('http: ')) onFailure(machine, 'api', new Error(line))
    },
  }
}

const nothingPrinted: House['outputs'] = {
  read: () => Buffer.alloc(0),
  size: () => 0,
  printedAt: () => null,
  attempts: () => [],
  drop: async () => {},
  changed: async () => {},
}

const unhurried = (clock: Clock): Clock => ({
  now: () => clock.now(),
  monotonicMs: () => clock.monotonicMs(),
  sleep: (ms, signal) => clock.sleep(Math.max(ms, everyMs), signal),
})

/** The offers are made anew only when the configuration changes. */
function currentOf({ adapters }: Fleet, current: () => LoadedConfig): () => Current {
  let made: { readonly hash: string; readonly is: Current } | null = null
  return () => {
    const { config, redacted, hash } = current()
    if (made?.hash !== hash)
      made = { hash, is: { config, redacted, offers: offersOf(adapters, config) } }
    return made.is
  }
}
