// Serves the API and the page over a fleet's parts: where they listen, which files are shown, whose secrets are asked for.
// Loaded by the daemon where the configuration wants them, and for MCP on standard input.

import { OperatingError } from './base/errors.ts'
import type { Service } from './base/service.ts'
import { probedAgents } from './clients.ts'
import { accessOf } from './drivers/access/file.ts'
import type { Access } from './drivers/access/contract.ts'
import type { ConfigSource, LoadedConfig } from './drivers/config/contract.ts'
import { pageFolder, readAssets } from './drivers/http/assets.ts'
import { accessFile, placeFile } from './drivers/http/files.ts'
import { removePlace, writePlace } from './drivers/http/place.ts'
import { listenHttp } from './drivers/http/server.ts'
import { fileOutputs } from './drivers/outputs/files.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'
import { type Fleet, offersOf } from './fleet.ts'
import { defaultHttp, type HttpConfig, readListen } from './model/config.ts'
import type { House } from './surface/http/house.ts'
import { type Line, serveStdio } from './surface/mcp/stdio.ts'
import { serveApi } from './surface/http/service.ts'

export interface FrameOptions {
  readonly current: () => LoadedConfig
  /** Where the configuration on disk is read from, to tell whether it is a valid one. */
  readonly source: ConfigSource
  readonly daemonLives: (row: HostRow) => Promise<boolean>
  /** What the environment wants instead of the configuration: an address, or `off`. */
  readonly override: string | undefined
  readonly log: (line: string, fields?: object) => void
}

/** Begins to listen; null where nobody wants it, or nobody can. */
export async function serveApiOf(fleet: Fleet, options: FrameOptions): Promise<Service | null> {
  const http = wanted(options)
  if (http.listen === null) return null
  const place = placeFile(fleet.stateDir)
  return await serveApi(houseOf(fleet, options), {
    http,
    listen: listenHttp,
    note: (note) =>
      note === null ? removePlace(place) : writePlace(place, { ...note, pid: fleet.host.pid }),
  })
}

export interface McpOptions {
  readonly daemonLives: (row: HostRow) => Promise<boolean>
  /** Null for the session whose token this is. */
  readonly role: 'operator' | 'viewer' | null
  readonly token: string
  readonly line: Line
}

/** Speaks MCP on standard input and output until the client hangs up. */
export async function serveMcpOf(fleet: Fleet, options: McpOptions): Promise<void> {
  const { daemonLives, role, token, line } = options
  const { loaded, source } = fleet
  const frame = { current: () => loaded, source, daemonLives, override: 'off', log: () => {} }
  const house = houseOf(fleet, frame)
  await serveStdio(house, role === null ? token : house.access()[role], line)
}

function wanted({ current, override }: FrameOptions): HttpConfig {
  const http = current().config.http ?? defaultHttp
  if (override === undefined || override === '') return http
  return { ...http, listen: readListen(override), chosen: true }
}

function houseOf(fleet: Fleet, options: FrameOptions): House {
  const { store, clock, random, dir, stateDir, host, adapters } = fleet
  const { current, source, daemonLives, log } = options
  return {
    store,
    clock,
    random,
    dir,
    stateDir,
    hostName: host.name,
    current: currentOf(adapters, current),
    folder: (path) => host.folder(path),
    outputs: fileOutputs(stateDir),
    workspaces: fleet.workspaces,
    calendar: fleet.calendar,
    assets: readAssets(pageFolder()),
    async effects() {
      const { channelNamed, holdersOf } = await import('./effects.ts')
      const channel = (name: string) => channelNamed(fleet, current().config, name)
      return { store, clock, host, holders: holdersOf(fleet), channel }
    },
    access: secretsOf(fleet),
    daemonLives,
    configProblem: () => problemOf(source),
    buildOf: (agent) => buildOf(fleet, current, agent),
    hosts: () => (current().config.http ?? defaultHttp).hosts,
    log,
  }
}

/** The offers are made anew only when the configuration changes. */
function currentOf(adapters: Fleet['adapters'], current: () => LoadedConfig): House['current'] {
  let made: { hash: string; is: ReturnType<House['current']> } | null = null
  return () => {
    const { config, redacted, hash } = current()
    if (made?.hash !== hash)
      made = { hash, is: { config, redacted, offers: offersOf(adapters, config) } }
    return made.is
  }
}

const secretsMs = 1_000

/** Read again now and then, so that renewed secrets count at once. */
function secretsOf({ stateDir, random, clock }: Fleet): () => Access {
  let known: { access: Access; at: number } | null = null
  return () => {
    const now = clock.monotonicMs()
    if (known === null || now - known.at > secretsMs)
      known = { access: accessOf(accessFile(stateDir), random), at: now }
    return known.access
  }
}

async function problemOf(source: ConfigSource): Promise<{ code: string; sentence: string } | null> {
  try {
    await source.load()
    return null
  } catch (error) {
    if (error instanceof OperatingError) return { code: error.code, sentence: error.message }
    throw error
  }
}

async function buildOf(fleet: Fleet, current: () => LoadedConfig, name: string) {
  const adapters = await fleet.loadAdapters()
  const agent = probedAgents(adapters, current().config).find((one) => one.settings.name === name)
  if (agent?.adapter.client === undefined) return null
  return await (await fleet.builds()).look(agent)
}
