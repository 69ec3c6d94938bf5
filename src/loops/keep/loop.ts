// Keeps house: prunes what is old in small steps, makes copies of the database, and watches the room on the disk. With too
// little room nothing new is taken; what runs goes on, people are told, and it goes on by itself when there is room again.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import { isoTime } from '../../base/when.ts'
import type { Compactor } from '../../drivers/store/contract/compactor.ts'
import type { Backups } from '../../drivers/store/contract/backups.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { noData } from '../../model/incident.ts'
import type { DutyTerm } from '../../model/duty.ts'
import type { KeepConfig } from '../../model/keeping.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import { cutShort, notWanted, type TellFiring } from '../../model/mechanism.ts'
import { rowOfMechanism } from '../../model/mechanism-rows.ts'

export interface KeepDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: Pick<Host, 'name' | 'freeBytes'>
  readonly stateDir: string
  readonly keep: () => KeepConfig
  /** Who polls slowly wants nobody to look oftener. */
  readonly limits: () => Pick<Limits, 'pollMs'>
  /** Null where the database has keepers of its own. */
  readonly backups: Backups | null
  /** Gives back the room of deleted rows; absent where the database does it by itself. */
  readonly compactor?: Compactor
  /** Removes what lies on this host of attempts that are gone. */
  readonly dropOutputs: () => Promise<void>
  readonly fired: TellFiring
  /** Whether this host is the one that prunes, and under which term; absent where there is no other. */
  readonly duty?: () => DutyTerm | null
  readonly onError: (where: string, error: unknown) => void
}

export interface HouseKeeper extends Service {
  /** Whether there is too little room to take anything new. */
  readonly isFull: () => boolean
  /** Resolves once that is known for the first time. */
  readonly looked: Promise<void>
}

const everyMs = 10_000
/** A disk fills in minutes, however slowly somebody polls. */
const longestMs = 60_000
const pruneAtOnce = 20
/** Once nothing is left to prune, for what grows old by the day. */
const pruneEveryMs = 120_000
const dropEveryMs = 3_600_000

export function startKeeping(deps: KeepDeps): HouseKeeper {
  const { clock } = deps
  const room = createRoom(deps)
  let droppedMs = clock.monotonicMs()
  let pruneAtMs = Number.NEGATIVE_INFINITY
  const service = startService('keep', async (signal) => {
    while (!signal.aborted) {
      await guarded(deps, 'space', () => room.look())
      if (clock.monotonicMs() >= pruneAtMs)
        await guarded(deps, 'prune', async () => {
          const isDone = await pruneSome(deps)
          pruneAtMs = clock.monotonicMs() + (isDone ? pruneEveryMs : 0)
        })
      await guarded(deps, 'vacuum', () => giveBack(deps))
      await guarded(deps, 'backup', () => backUp(deps))
      if (clock.monotonicMs() - droppedMs >= dropEveryMs) {
        droppedMs = clock.monotonicMs()
        await guarded(deps, 'outputs', () => deps.dropOutputs())
      }
      await clock.sleep(Math.min(longestMs, paceMs(everyMs, deps.limits())), signal)
    }
  })
  return { ...service, isFull: room.isFull, looked: room.looked }
}

/** One failing duty must not stop the others; its mechanism tells that it had something to do and moved nothing. */
async function guarded(
  { onError, fired }: KeepDeps,
  where: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act()
  } catch (error) {
    onError(where, error)
    if (rowOfMechanism(where) !== null) fired(cutShort(where, error))
  }
}

/** A tenth more than the floor must be free before it counts as enough again. */
const enough = 1.1

function createRoom({ store, clock, host, stateDir, keep }: KeepDeps) {
  let full = false
  let told = false
  const { promise: looked, resolve: isKnown } = Promise.withResolvers<void>()

  async function measure(): Promise<number | null> {
    const free = await host.freeBytes(stateDir)
    if (free !== null) full = free < keep().freeBytes * (full ? enough : 1)
    return free
  }

  async function tell(free: number): Promise<void> {
    if (told) return
    const mb = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
    const title = `the disk of ${host.name} is nearly full: ${mb(free)} free, ${mb(keep().freeBytes)} needed; nothing new is taken`
    const data = { ...noData, needsPerson: true, release: 'free some space; it goes on by itself' }
    await store.openIncident({ key: `space:${host.name}`, title, data, now: clock.now() })
    told = true
  }

  return {
    isFull: () => full,
    looked,
    async look(): Promise<void> {
      const free = await measure().finally(isKnown)
      if (free === null) return
      if (full) return await tell(free)
      told = false
      const by = `there is room again`
      const open = await store.incidents({ openOnly: true, limit: 200 })
      if (open.some(({ key }) => key === `space:${host.name}`))
        await store.resolveIncident({ key: `space:${host.name}`, by, now: clock.now() })
    },
  }
}

/** One small step, the next look does the next one; answers whether nothing is left. */
async function pruneSome({ store, clock, keep, fired, duty }: KeepDeps): Promise<boolean> {
  const { tasksMs } = keep()
  const by = duty?.()
  if (by === null) return true // another host does it, and tells of it
  if (tasksMs === null) {
    fired(notWanted('prune'))
    return true
  }
  const now = clock.now()
  const { tasks } = await store.prune({
    before: now - tasksMs,
    limit: pruneAtOnce,
    now,
    ...(by && { by }),
  })
  fired({ name: 'prune', had: tasks, moved: tasks })
  return tasks === 0
}

const stepsAtOnce = 4

/** A few small steps, each a short write, with room for others in between. */
async function giveBack({ compactor, clock, fired }: KeepDeps): Promise<void> {
  if (compactor === undefined) return fired(notWanted('vacuum'))
  let freed = 0
  let left = 0
  for (let i = 0; i < stepsAtOnce; i++) {
    const step = compactor.step()
    freed += step.freed
    left = step.left
    if (step.freed === 0) break
    await clock.sleep(pauseMs)
  }
  fired({ name: 'vacuum', had: Number(freed + left > 0), moved: Number(freed > 0) })
}

const pauseMs = 20

async function backUp({ backups, clock, keep, fired }: KeepDeps): Promise<void> {
  const { backupEveryMs, backups: kept } = keep()
  if (backups === null || backupEveryMs === null) return fired(notWanted('backup'))
  const newest = backups.newestAt()
  const isDue = newest === null || clock.now() - newest >= backupEveryMs
  if (!isDue) return fired({ name: 'backup', had: 0, moved: 0 })
  const name = `fleet-${isoTime(clock.now()).replaceAll(/[:.]/g, '-')}.db`
  try {
    await backups.make(name, kept)
    fired({ name: 'backup', had: 1, moved: 1 })
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
    fired({ name: 'backup', had: 1, moved: 0, note: error.message })
  }
}
