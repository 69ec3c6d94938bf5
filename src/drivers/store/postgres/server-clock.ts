// The one time of a fleet of many hosts: that of its database. Each host measures how far its clock is from the server's,
// and from then on counts on by its own monotonic clock, so that a wall clock that is wrong, or steps, moves no date of the
// fleet. While the distance is unknown or jumping nobody is sure, and nothing new is taken.

import type { Pool } from 'pg'

import type { Clock } from '../../../base/clock.ts'
import type { StoreTime } from '../contract.ts'

/** Wall time of the server in ms since the epoch; asked on a connection of its own turn. */
export type AskServer = () => Promise<number>

export interface ServerTime extends StoreTime {
  /** The machine's clock, dated by the server. */
  readonly clock: Clock
  /** Whose time it is; named once the server is known. */
  serve(ask: AskServer): void
  /** Looks in the background where the newest look is old, or the machine's clock moved. */
  freshen(): void
}

/** Two looks that differ by more than that, beyond what their ways may explain, are a clock that jumps. */
const jumpMs = 1_000
const freshMs = 60_000
/** A look that is older says nothing any more. */
const staleMs = 300_000
/** Looks until two agree, and their distance. */
const looksMost = 4
const againMs = 150

/** One look: the server's time, and both of ours at that moment. */
interface Look {
  readonly serverMs: number
  readonly monotonicMs: number
  readonly wallMs: number
  /** How wrong it may be: half of the way there and back. */
  readonly unsureMs: number
}

/** The time of a server that is not asked yet: until then it is the machine's own, and nobody is sure. */
export function serverTime(machine: Clock): ServerTime {
  let ask: AskServer | null = null
  let newest: Look | null = null
  let isSteady = false
  let looking: Promise<void> | null = null

  const at = (look: Look): number => look.serverMs + machine.monotonicMs() - look.monotonicMs
  const now = (): number => Math.round(newest === null ? machine.now() : at(newest))
  /** How far the machine's wall clock moved against its monotonic one since the look: a step, or a sleep. */
  const moved = (look: Look): number =>
    Math.abs(machine.now() - look.wallMs - (machine.monotonicMs() - look.monotonicMs))
  const ageMs = (look: Look): number => machine.monotonicMs() - look.monotonicMs

  async function lookOnce(server: AskServer): Promise<void> {
    const beganMs = machine.monotonicMs()
    const asked = await server()
    const unsureMs = (machine.monotonicMs() - beganMs) / 2
    const look = {
      serverMs: asked + unsureMs,
      monotonicMs: machine.monotonicMs(),
      wallMs: machine.now(),
      unsureMs,
    }
    const before = newest
    isSteady =
      before === null
        ? unsureMs < jumpMs
        : Math.abs(at(before) - look.serverMs) <= jumpMs + unsureMs + before.unsureMs
    newest = look
  }

  async function lookUntilSteady(server: AskServer): Promise<void> {
    for (let looks = 1; ; looks += 1) {
      await lookOnce(server)
      if (isSteady || looks === looksMost) return
      await machine.sleep(againMs)
    }
  }

  const look = async (): Promise<void> => {
    if (ask === null) return
    looking ??= lookUntilSteady(ask).finally(() => {
      looking = null
    })
    await looking
  }
  const isSure = (): boolean =>
    newest !== null && isSteady && moved(newest) <= jumpMs && ageMs(newest) < staleMs

  return {
    clock: { ...machine, now },
    serve(server) {
      ask = server
    },
    look,
    isSure,
    offsetMs: () => (newest === null ? null : Math.round(now() - machine.now())),
    freshen() {
      if (looking !== null || newest === null) return
      if (ageMs(newest) >= freshMs || !isSure()) void look().catch(() => {}) // the next one tries again
    },
  }
}

/** The server's wall time, in ms since the epoch. */
export async function askTime(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ ms: string }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS ms',
  )
  return Number(rows[0]?.ms)
}
