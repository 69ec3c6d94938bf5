// Law: the configuration in force is a valid one, and soon the newest: nobody takes work under another, and a file that cannot
// be read is told of.

import { partOf } from '../part.ts'
import type { ConfigFile } from '../config.ts'
import type { Claiming } from '../crossings.ts'
import { crossingsIn } from '../crossings.ts'
import { ableSince } from './able.ts'
import type { Bench, Checker } from './contract.ts'

interface Known {
  /** The newest fact that told of a file which cannot be read, in world time of its look. */
  refusedMs: number
}

const knownIn = partOf<ConfigFile, Known>(() => ({ refusedMs: Number.NEGATIVE_INFINITY }))

/** Files are looked at once a minute, or as seldom as a dispatcher polls. */
const soonMs = 20 * 60_000
const toldMs = 60 * 60_000

export const configs: Checker = {
  law: 'the configuration in force is a valid one',
  invariants: [19],
  fact({ world, config, accuse }, { body }) {
    if (body.kind === 'config.refused') knownIn(config).refusedMs = world.time.nowMs
    const hash =
      body.kind === 'config.loaded'
        ? body.hash
        : body.kind === 'daemon.started'
          ? body.configHash
          : undefined
    if (hash !== undefined && !config.known.has(hash))
      accuse(`${hash.slice(0, 8)} is in force, and no valid file says so`)
  },
  look(bench) {
    const { world, config, accuse } = bench
    const seen = crossingsIn(world)
    for (const claim of seen.claimed) {
      const why = staleness(bench, claim)
      if (why !== null) accuse(`${claim.host} took work under ${claim.hash.slice(0, 8)}, ${why}`)
    }
    seen.claimed = []
    const { brokenMs } = config
    const able = ableSince(world)
    if (brokenMs === null || world.time.nowMs - Math.max(brokenMs, able) < toldMs) return
    if (knownIn(config).refusedMs < brokenMs)
      accuse('the file could not be read for an hour, and nobody told of it')
  },
}

/** What is wrong with taking work under this configuration; null when nothing is. */
function staleness({ config }: Bench, { hash, life, bornMs, atMs }: Claiming): string | null {
  const replacedMs = config.replacedMs.get(hash)
  if (!config.known.has(hash)) return 'which no valid file says'
  if (replacedMs === undefined || config.brokenMs !== null) return null
  // Who slept goes on with what it had begun; whoever could not read the newest goes on with what it knows.
  const wokeMs = Math.max(bornMs, ...life.naps.map(({ toMs }) => toMs))
  const oldMs = atMs - Math.max(replacedMs, wokeMs, config.mendedMs)
  return oldMs < soonMs ? null : `which was replaced ${Math.round(oldMs / 60_000)} min before`
}
