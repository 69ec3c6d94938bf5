// What bounds the sessions of an agent: its launcher, and the folders that its client and Midwatch itself need besides the
// session's own. Pure.

import { dirname, join } from 'node:path'
import type { AgentCard, AgentSettings } from './drivers/agents/contract.ts'
import type { Confinement } from './drivers/launchers/contract.ts'
import type { AgentConfig, FleetConfig } from './model/config.ts'
import { type Launching, plainLaunching } from './model/launcher.ts'

/** Who starts the sessions of an agent. */
export const launchingOf = (agent: AgentConfig | null, config: FleetConfig): Launching =>
  agent?.launcher ?? config.launcher ?? plainLaunching

/** What a session has to see of Midwatch itself, as whole paths. */
export interface OwnPlaces {
  readonly binDir: string
  readonly socketPath: string | null
  /** This Midwatch's own files, and the Node that runs it. */
  readonly program: readonly string[]
}

/** Everything but the time limits; null for plain processes, which nothing bounds. */
export function confinementOf(
  launching: Launching,
  { client }: AgentCard,
  settings: AgentSettings,
  baseEnv: Readonly<Record<string, string>>,
  { binDir, socketPath, program }: OwnPlaces,
): Confinement | null {
  if (launching.kind === 'local' && launching.sandbox === null) return null
  // The folder, not the socket: a daemon that comes back makes a new one in it.
  const socket = socketPath === null ? [] : [dirname(socketPath)]
  const reads = [...new Set([binDir, ...socket, ...program])]
  return {
    launching,
    reads,
    writes: client === undefined ? [] : keepsOf(client, settings, baseEnv),
  }
}

function keepsOf(
  { homeIn, keepsIn }: NonNullable<AgentCard['client']>,
  { env }: AgentSettings,
  baseEnv: Readonly<Record<string, string>>,
): string[] {
  const moved = homeIn === 'HOME' ? undefined : (env[homeIn] ?? baseEnv[homeIn])
  if (moved !== undefined) return [moved]
  const home = env['HOME'] ?? baseEnv['HOME']
  return home === undefined ? [] : keepsIn.map((path) => join(home, path))
}
