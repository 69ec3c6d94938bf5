// What `status` knows: gathered in a few bounded looks, shaped as its JSON, judged red or not. Red means that work
// waits and nothing moves it.

import { OperatingError } from '../../../base/errors.ts'
import { isoTime } from '../../../base/when.ts'
import type { HostRow } from '../../../drivers/store/contract/shapes.ts'
import type { Attempt } from '../../../model/attempt.ts'
import { gateShape, incidentShape } from '../shapes.ts'
import type { Fleet, World } from '../world.ts'

/** What is looked at besides the store. */
export interface Eyes {
  readonly daemonLives: (row: HostRow) => Promise<boolean>
  /** Why the configuration on disk is not in force; null when it is. */
  readonly configProblem: () => Promise<{ code: string; sentence: string } | null>
}

/** The part of a fleet that a report needs. */
export type Reported = Pick<Fleet, 'store' | 'clock' | 'config' | 'dir'> & {
  readonly host: { readonly name: string }
}

export type StatusReport = Awaited<ReturnType<typeof gather>>

/** Looks at the whole fleet. */
export async function gather(eyes: Eyes, fleet: Reported) {
  const { store, config, dir } = fleet
  const [hosts, counts, oldest, open, gates, incidents, success] = await Promise.all([
    store.hosts(),
    store.counts(),
    store.oldestReady(),
    running(fleet),
    store.gates(),
    store.incidents({ openOnly: true, limit: incidentsMax }),
    lastSuccess(fleet),
  ])
  const dispatchers = await Promise.all(hosts.map((row) => dispatcherShape(eyes, fleet, row)))
  const problem = await eyes.configProblem()
  const red = [
    ...(isDeserted({ counts, dispatchers })
      ? ['no dispatcher is running and tasks wait: `midwatch up`']
      : []),
    ...(problem === null
      ? []
      : [`the configuration is invalid, the last good one is in force: ${problem.sentence}`]),
  ]
  // What the sentinel has found to stand still or to be broken is red for everybody who looks.
  red.push(...incidents.filter(({ key }) => /^(expect|silent):/.test(key)).map((one) => one.title))
  return {
    fleet: { name: config.name, dir },
    dispatchers,
    counts,
    oldestReady:
      oldest === null
        ? null
        : { task: oldest.taskId, title: oldest.title, since: isoTime(oldest.readyAt) },
    running: open,
    gates: gates.filter((gate) => gate.state !== 'passing').map(gateShape),
    incidents: incidents.map(incidentShape),
    lastSuccess: success,
    config:
      problem === null
        ? { ok: true as const, error: null }
        : { ok: false as const, error: problem },
    red,
  }
}

/** Tasks wait, and no dispatcher is there who would take them. */
export const isDeserted = ({ counts, dispatchers }: Staffed): boolean =>
  counts.held + counts.ready + counts.taken > 0 && !dispatchers.some((one) => one.running)

interface Staffed {
  readonly counts: Readonly<Record<'held' | 'ready' | 'taken', number>>
  readonly dispatchers: readonly { readonly running: boolean }[]
}

const incidentsMax = 20
const successLookback = 200

/** The newest task that was settled as done, among the newest settlements. */
async function lastSuccess({
  store,
}: Reported): Promise<{ task: number | null; at: string } | null> {
  const settled = await store.facts({
    kinds: ['task.settled'],
    newestFirst: true,
    limit: successLookback,
  })
  const done = settled.find(({ body }) => body.kind === 'task.settled' && body.outcome === 'done')
  return done === undefined ? null : { task: done.taskId, at: isoTime(done.at) }
}

/**
 * The daemon of this host is judged by its process. One of another host by its own word, for as long as its pulse is one:
 * it pulses at a third of the lease, and may be called lost after lease and grace.
 */
export async function dispatcherShape(
  eyes: Pick<Eyes, 'daemonLives'>,
  { host, clock, config }: Pick<Reported, 'host' | 'clock' | 'config'>,
  row: HostRow,
) {
  const here = row.name === host.name
  const { leaseMs, leaseGraceMs } = config.limits
  const pulses = clock.now() - row.pulseAt <= leaseMs + leaseGraceMs
  const running = row.running && (here ? await eyes.daemonLives(row) : pulses)
  return {
    host: row.name,
    here,
    running,
    died: here && row.running && !running,
    pid: row.pid,
    pulseAt: isoTime(row.pulseAt),
  }
}

/** The unended attempts, each with the title of its task. */
async function running({ store }: Reported) {
  const open = await store.unended(null)
  const ids = [...new Set(open.map(({ taskId }) => taskId))]
  const { tasks } = await store.briefs({ ids, limit: ids.length })
  const titles = new Map(tasks.map(({ id, title }) => [id, title]))
  return open.map((attempt) => runningShape(attempt, titles.get(attempt.taskId) ?? ''))
}

const runningShape = (attempt: Attempt, title: string) => ({
  attempt: attempt.id,
  task: attempt.taskId,
  title,
  agent: attempt.agent,
  host: attempt.host,
  state: attempt.state,
  since: isoTime(attempt.claimedAt),
  progress: attempt.progress?.text ?? null,
  stop: attempt.stop?.reason ?? null,
})

/** What the command line looks at. */
export const eyesOf = (world: World, dir: string): Eyes => ({
  daemonLives: (row) => world.daemonLives(row),
  configProblem: () => configProblem(world, dir),
})

async function configProblem(
  world: World,
  dir: string,
): Promise<{ code: string; sentence: string } | null> {
  try {
    const source = await world.configSource(dir, 'allow')
    await source.load()
    return null
  } catch (error) {
    if (error instanceof OperatingError) return { code: error.code, sentence: error.message }
    throw error
  }
}
