// What the sentinel does about processes that stand still: one incident per host, and a restart asked of the supervisor with
// the evidence. A wish that was declined is not repeated before its patience has passed once more, then twice, and so on.

import { formatDuration } from '../../base/duration.ts'
import { noData } from '../../model/incident.ts'
import type { Role } from '../../model/pulse.ts'
import type { SentinelDeps } from './deps.ts'
import type { Silence } from './silence.ts'

export interface Standstill {
  /** Acts on what was seen; answers whether a process of this host stands still. */
  heed(silences: readonly Silence[]): Promise<boolean>
}

interface Wish {
  readonly askedMs: number
  readonly times: number
}

export function createStandstill(
  deps: Pick<SentinelDeps, 'store' | 'clock' | 'host' | 'rules'>,
): Standstill {
  const { store, clock, host } = deps
  const wishes = new Map<number, Wish>()
  const key = `silent:${host}`
  let isOpen: boolean | null = null

  async function wish(role: Role, pid: number, silences: readonly Silence[]): Promise<void> {
    const last = wishes.get(pid)
    const times = last?.times ?? 0
    const nowMs = clock.monotonicMs()
    if (last !== undefined && nowMs - last.askedMs < deps.rules().patienceMs * 2 ** times) return
    const reason = sentenceOf(silences)
    const evidence = silences.map(
      ({ pulse, silentMs }) => `${pulse.loop} silent for ${Math.round(silentMs)} ms`,
    )
    // Told first: a restart whose sentinel died before it told of it would be seen by nobody.
    await open(role, reason)
    if (role !== 'supervisor')
      await store.askRestart({ host, role, pid, reason, evidence, now: clock.now() })
    wishes.set(pid, { askedMs: nowMs, times: Math.min(times + 1, 6) })
    store.poke()
  }

  async function open(role: Role, reason: string): Promise<void> {
    isOpen = true
    const release =
      role === 'supervisor'
        ? 'its service manager restarts it; by hand: `midwatch stop`, then `midwatch up`'
        : 'the supervisor restarts it; over once its loops come round again'
    await store.openIncident({
      key: `silent:${host}`,
      title: `the ${role} of ${host} stands still: ${reason}`,
      data: { ...noData, release },
      now: clock.now(),
    })
  }

  async function resolve(): Promise<void> {
    isOpen ??= (await store.incidents({ openOnly: true, limit: 200 })).some(
      (one) => one.key === key,
    )
    if (!isOpen) return
    await store.resolveIncident({ key, by: 'its loops come round again', now: clock.now() })
    isOpen = false
    wishes.clear()
  }

  return {
    async heed(silences) {
      const red = silences.filter(({ colour }) => colour === 'red')
      const pids = new Map(red.map(({ pulse }) => [pulse.pid, pulse.role]))
      for (const [pid, role] of pids)
        await wish(
          role,
          pid,
          red.filter((one) => one.pulse.pid === pid),
        )
      const isWell = silences.every(({ colour, cameRound }) => colour === 'green' && cameRound)
      if (silences.length > 0 && isWell) await resolve()
      return red.length > 0 || silences.length === 0
    },
  }
}

function sentenceOf(silences: readonly Silence[]): string {
  const longest = Math.max(...silences.map(({ silentMs }) => silentMs))
  const loops = silences.map(({ pulse }) => pulse.loop).join(', ')
  return `${loops} did not come round for ${formatDuration(Math.round(longest / 1_000) * 1_000)}`
}
