// Puts the loops of one host together over a fleet's parts, and takes them apart again: started in order, stopped in
// reverse. Stopping takes nothing new and leaves the sessions running (ARCHITECTURE §9).

import { arrival } from './arrival.ts'
import { clientsOf } from './clients.ts'
import { dispatchDeps, lackingSure, makeReady } from './daemon-deps.ts'
import { startWaits } from './daemon-waits.ts'
import { type Fleet, offersOf, touchedLanes } from './fleet.ts'
import { type HouseOptions, startHouse } from './house.ts'
import { effectDepsOf, type OutsideOptions, startOutside } from './outside.ts'
import { type Beats, createBeats, silences } from './base/beats.ts'
import { OperatingError } from './base/errors.ts'
import { type Service, stopAll } from './base/service.ts'
import { createToldOnce } from './base/told-once.ts'
import { diffConfigs } from './drivers/config/diff.ts'
import type { LoadedConfig } from './drivers/config/contract.ts'
import type { ListenForSessions } from './drivers/session/contract.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'
import { knowWaits } from './drivers/store/waits.ts'
import { watchBuilds } from './loops/builds/watch.ts'
import { type ConfigKeeper, keepConfig } from './loops/config/watch.ts'
import { type IdleReport, untilIdle } from './loops/dispatch/idle.ts'
import type { DispatchDeps } from './loops/dispatch/deps.ts'
import { type Duties, startDuties } from './loops/duties/keep.ts'
import { startKeeper } from './loops/dispatch/keeper.ts'
import { startDispatcher } from './loops/dispatch/loop.ts'
import { newestFactId, startFeed } from './loops/feed/feed.ts'
import { keepMechanisms } from './loops/mechanisms/keep.ts'
import { keepRefusals } from './loops/mechanisms/refusals.ts'
import { startPulse } from './loops/pulse/write.ts'
import { startReconciler } from './loops/reconcile/loop.ts'
import { accountLane } from './model/account.ts'
import { startCollecting } from './loops/workspaces/collect.ts'
import type { Fact, StopReason } from './model/fact.ts'
import { paceMs } from './model/limits.ts'
import { defaultSentinel, looksPerPatience } from './model/sentinel.ts'
import { answerSession } from './surface/session/answer.ts'
import { startPost } from './surface/session/post.ts'

export interface DaemonOptions extends OutsideOptions {
  readonly log: (line: string, fields?: object) => void
  /** Folder with the `midwatch` command that sessions call. */
  readonly binDir: string
  /** Where sessions without database reach us; null for nowhere but their outbox. */
  readonly socketPath: string | null
  /** Files of this Midwatch and of its Node, which a sandboxed session must see. */
  readonly program?: readonly string[]
  readonly onFact?: (fact: Fact) => void
  /** Called once everything has stopped and the last fact was handed over. */
  readonly onStopped?: () => void
  readonly listen: ListenForSessions | null
  /** Whether the process of a host row still lives; decides whether a second daemon may enter. */
  readonly holderAlive: (row: HostRow) => boolean
  /** Start time of this process, as the kernel tells it. */
  readonly startTicks: string | null
  /** Serves API and page; absent for neither. Null when nobody can listen there. */
  readonly api?: (current: () => LoadedConfig) => Promise<Service | null>
  /** The supervisor that started this process; absent when none did. */
  readonly under?: { readonly pid: number; readonly startTicks: string | null }
  /** From which fact on what settled is told when nothing moves any more; an earlier life of this daemon began there. */
  readonly sinceFact?: number | null
  /** What keeps house here; absent for nothing. */
  readonly house?: HouseOptions
  /** Whether its loops' pulses are written down. */
  readonly pulses?: boolean
  /** A turn of Node's loop between two of ours that start, so that they hold it up by turns; absent for none. */
  readonly breathe?: () => Promise<void>
}

export interface Daemon {
  readonly stopped: Promise<void>
  /** Takes nothing more, leaves sessions running and says for the record why it goes; answers how many go on without it. */
  stop(reason?: StopReason): Promise<{ left: number }>
  /** The fact after which its work began. */
  readonly sinceFact: number
  /** How its loops are, by its own word. */
  health(): { readonly silent: Readonly<Record<string, number>>; readonly storeWaitMs: number }
  untilIdle(signal: AbortSignal): Promise<IdleReport>
}

/** Whoever polls slowly need not tell more often than it fires. */
const leastGatherMs = 10_000
/** A database that many hosts share is asked and told seldom. */
const sharedGatherMs = 60_000

/** Starts the daemon of this host. Throws OperatingError `daemon.second` while another one lives. */
export async function startDaemonOf(opened: Fleet, options: DaemonOptions): Promise<Daemon> {
  const waited = knowWaits(opened.store, opened.clock)
  const fleet = { ...opened, store: waited.store }
  const { store, clock, host } = fleet
  if (options.breathe) await makeReady(fleet, options.breathe)
  const now = clock.now()
  await enter(fleet, options, now)
  const newest = await newestFactId(store)
  const sinceFact = options.sinceFact ?? newest
  await store.recordFacts({ bodies: await arrival(fleet), now })
  let wake = () => {} // the configuration may change before there is anybody to wake
  const config = configOf(fleet, () => wake())
  const onError = troubleOf(options, clock)
  const limits = () => config.current().config.limits
  const gatherMs = () => paceMs(store.hears?.() ? sharedGatherMs : leastGatherMs, limits())
  const mechanisms = keepMechanisms({ store, clock, host: host.name, gatherMs, onError })
  const refusals = keepRefusals({ store, clock, host: host.name, limits, onError })
  const beats = createBeats(clock)
  const parts = { ...options, onError }
  const breathe = options.breathe ?? (async () => {})
  const found = await dispatchDeps(fleet, parts, config.current, mechanisms.tell, refusals.tell)
  const duties = await startDuties({ store, clock, host, pollMs: () => limits().pollMs, onError })
  await breathe()
  const house = await startHouse(fleet, options.house, config.current, mechanisms, onError, duties)
  const deps = { ...found, beats, isFull: house.isFull }
  await breathe()
  const keeper = startKeeper(deps)
  const waits = await startWaits(fleet, deps)
  await breathe()
  const dispatcher = startDispatcher(deps)
  wake = dispatcher.wake
  await breathe()
  const ears = await listen(fleet, options, config.current)
  const feed = options.onFact ? [startFeed({ store, clock }, newest, 100, options.onFact)] : []
  await breathe()
  const outside = startOutside(fleet, options, beats, config.current, mechanisms.tell, onError)
  await breathe()
  const menders = await startMenders(fleet, deps, config.current, duties, breathe)
  const tending = [duties, ...house.services, mechanisms, refusals, keeper, ...menders, ...waits]
  const pulse = options.pulses ? [pulseOf(fleet, beats, config.current, onError)] : []
  const loops = [...ears, config, ...tending, ...outside, ...pulse, dispatcher]
  const api = await startApi(options, config.current)
  let stopping: Promise<{ left: number }> | null = null

  async function stop(reason: StopReason): Promise<{ left: number }> {
    await api?.stop()
    await stopAll(loops)
    const left = await leave(fleet, reason, onError)
    await stopAll(feed)
    options.onStopped?.()
    return { left }
  }
  return {
    stopped: Promise.race([...feed, ...loops].map((service) => service.stopped)),
    stop: (reason = 'asked to') => (stopping ??= stop(reason)),
    sinceFact,
    health: () => ({ silent: silences(beats), storeWaitMs: waited.waitingMs() }),
    untilIdle: (signal) => untilIdle(store, dispatcher, sinceFact, signal),
  }
}

/** What looks after clients, rows and worktrees. */
async function startMenders(
  fleet: Fleet,
  deps: DispatchDeps,
  current: () => LoadedConfig,
  duties: Duties,
  breathe: () => Promise<void>,
): Promise<readonly Service[]> {
  const builds = await startBuildWatch(fleet, current)
  const reconciler = startReconciler({
    ...deps,
    host: fleet.host.name,
    limits: () => current().config.limits,
    lacking: lackingSure(fleet, current),
    duty: () => duties.mine('reconcile'),
  })
  await breathe()
  return [builds, startCollecting(deps), reconciler]
}

const troubleOf = ({ log }: DaemonOptions, clock: Fleet['clock']) =>
  createToldOnce(clock, (where, error) =>
    log(`${where}: ${(error as Error)?.message ?? error}`, { where, error }),
  )

const configOf = (fleet: Fleet, onChange: () => void): ConfigKeeper => {
  const { source, store, clock, loaded } = fleet
  const touched = touchedBy(fleet)
  return keepConfig({ source, store, clock, diff: diffConfigs, touched, onChange }, loaded)
}

/** A client is upgraded seldom, and whoever polls slowly does not want it asked more often. */
const buildsEveryMs = 30_000
/**
 * Says that this daemon has gone; answers how many sessions go on without it. A store that cannot be written keeps nobody
 * from going: the next daemon sees by the process that this one is gone.
 */
async function leave(
  { store, clock, host }: Fleet,
  reason: StopReason,
  onError: (where: string, error: unknown) => void,
): Promise<number> {
  let left = 0
  try {
    left = (await store.unended(host.name)).length
    const now = clock.now()
    await store.recordFacts({
      bodies: [{ kind: 'daemon.stopped', host: host.name, reason, left }],
      now,
    })
    await store.leaveHost({ name: host.name, pid: host.pid, now })
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
    onError('it could not be written that this dispatcher stopped', error)
  }
  return left
}

/** Trouble with the API is told; it never keeps the dispatcher from its work. */
async function startApi(
  { api, log }: DaemonOptions,
  current: () => LoadedConfig,
): Promise<Service | null> {
  try {
    return (await api?.(current)) ?? null
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
    log(`${error.message}; ${error.remedy}`)
    return null
  }
}

/** The pulses of this daemon's loops, for whoever watches it from outside. */
function pulseOf(
  { store, clock, host }: Fleet,
  beats: Beats,
  current: () => LoadedConfig,
  onError: (where: string, error: unknown) => void,
): Service {
  const everyMs = () => (current().config.sentinel ?? defaultSentinel).patienceMs / looksPerPatience
  const { name, pid } = host
  return startPulse({ store, clock, host: name, role: 'daemon', pid, beats, everyMs, onError })
}

async function startBuildWatch(fleet: Fleet, current: () => LoadedConfig): Promise<Service> {
  const [adapters, builds] = await Promise.all([fleet.loadAdapters(), fleet.builds()])
  const { store, clock, host } = fleet
  const clients = () => clientsOf(adapters, current().config)
  const lookEveryMs = () => Math.max(buildsEveryMs, current().config.limits.pollMs)
  return watchBuilds({ store, clock, host: host.name, builds, clients, lookEveryMs })
}

/** The lanes of every agent that a change of the configuration speaks of. */
const touchedBy =
  ({ adapters }: Fleet) =>
  ({ config }: LoadedConfig, diff: readonly string[]): readonly string[] => [
    ...touchedLanes(offersOf(adapters, config), (agent) =>
      diff.some(
        (line) => line.startsWith(`agents.${agent}.`) || line.startsWith(`agents.${agent}:`),
      ),
    ),
    ...(config.accounts ?? [])
      .filter(({ name }) => diff.some((line) => line.startsWith(`accounts.${name}.`)))
      .map(({ name }) => accountLane(name)),
  ]

/** A socket that cannot be made (a path too long, say) is told; sessions still have their outbox. */
async function listen(
  fleet: Fleet,
  { listen: open, log, outside }: DaemonOptions,
  current: () => LoadedConfig,
): Promise<Service[]> {
  if (open === null) return []
  const { store, clock } = fleet
  const names = () => (current().config.effects?.channels ?? []).map((one) => one.name)
  const effects = outside && effectDepsOf(fleet, outside, current)
  const post = effects && startPost({ clock, effects, names })
  const parts = { store, clock, ...(post && { post }) }
  try {
    const ear = await open((request) => answerSession(parts, request))
    return post ? [post, ear] : [ear]
  } catch (error) {
    await post?.stop()
    if (!(error instanceof OperatingError)) throw error
    log(`${error.message}; ${error.remedy}`)
    return []
  }
}

async function enter(fleet: Fleet, options: DaemonOptions, now: number): Promise<void> {
  const { name, bootId, pid } = fleet.host
  const { holderAlive, startTicks } = options
  const entered = await fleet.store.enterHost({
    name,
    bootId,
    pid,
    startTicks,
    pulseAt: now,
    running: true,
    ...(options.under && { under: options.under }),
    holderAlive,
    now,
  })
  if (entered.ok) return
  const { code, sentence, release } = entered.refusal
  throw new OperatingError('refused', code, sentence, release)
}
