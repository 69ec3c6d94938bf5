// What the start of a daemon tells: who came, and what changed while nobody was here. Lanes that were out of order may be
// mended by it.

import { version } from './base/version.ts'
import { type Fleet, touchedLanes } from './fleet.ts'
import type { FactBody } from './model/fact.ts'

/**
 * What this start tells: who came, whether the machine booted meanwhile, and whether the configuration is another one
 * than the last that was in force. Lanes that were out of order may be mended by either.
 */
export async function arrival({
  store,
  host,
  config,
  configHash,
  offers,
}: Fleet): Promise<FactBody[]> {
  const { name, pid, bootId } = host
  const before = (await store.changes({ lane: null, limit: 50 })).facts.map((fact) => fact.body)
  const bodies: FactBody[] = [
    { kind: 'daemon.started', host: name, pid, version, bootId, configHash },
  ]
  const last = before.find((body) => body.kind === 'daemon.started' && body.host === name)
  if (last?.kind === 'daemon.started' && last.bootId !== undefined && last.bootId !== bootId)
    bodies.push({ kind: 'host.returned', host: name, bootId, why: 'boot' })
  const hash = before.map(hashIn).find((one) => one !== null)
  if (hash !== undefined && hash !== configHash) {
    const diff = [`${config.agents.length} agents, read at the start`]
    bodies.push({
      kind: 'config.loaded',
      hash: configHash,
      diff,
      lanes: touchedLanes(offers, () => true),
    })
  }
  return bodies
}

const hashIn = (body: FactBody): string | null =>
  body.kind === 'config.loaded'
    ? body.hash
    : body.kind === 'daemon.started'
      ? (body.configHash ?? null)
      : null
