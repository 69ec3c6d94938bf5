// What a person does to gates, whether they name lanes, agents or hosts: pin some, let some pass again, or first see what
// that would change. Whatever is changed is a fact with who and why.

import { failed, refused } from '../../base/errors.ts'
import { type Gate, houseName } from '../../model/gate.ts'
import { futureTime } from './arguments.ts'
import type { Call } from './call.ts'
import { tellGates } from './gates.ts'
import { gateShape } from './shapes.ts'
import type { Fleet } from './world.ts'

export interface GateOptions {
  reason?: string
  until?: string
  all?: boolean
  dryRun?: boolean
}

/** Pins these lanes; `word` is what the person calls it. */
export async function pinLanes(
  call: Call<GateOptions>,
  fleet: Fleet,
  lanes: readonly string[],
  word: string,
): Promise<void> {
  const { reason, until: when, dryRun } = call.options
  const { by } = await call.actor()
  const { store } = fleet
  const now = fleet.clock.now()
  const until = when === undefined ? null : futureTime(when, '--until', now)
  const why = reason ?? `${word} by ${by}`
  const wanted = lanes.map(
    (lane): Gate => ({ lane, state: 'pinned', since: now, until, by, reason: why }),
  )
  if (dryRun === true) return preview(call, wanted, now)
  for (const lane of lanes) await store.pin({ lane, by, reason: why, until, now })
  store.poke()
  const kept = (await store.gates()).filter((gate) => lanes.includes(gate.lane))
  if (kept.length < lanes.length)
    throw failed(
      'gate.not_kept',
      `the gate ${lanes.find((lane) => !kept.some((gate) => gate.lane === lane))} was not kept`,
      'look at `midwatch gate list --all` and try again',
    )
  tellChanged(call, kept, now)
}

/** Lets these lanes pass again; who resets them lets those tasks go on, too, that rest because they failed there. */
export async function openLanes(
  call: Call<GateOptions>,
  fleet: Fleet,
  lanes: readonly string[],
  word: 'reset' | 'resumed',
): Promise<void> {
  const { store, clock } = fleet
  const { by } = await call.actor()
  const reason = call.options.reason ?? `${word} by ${by}`
  const before = await store.gates()
  const wasOf = (lane: string) =>
    before.find((gate) => gate.lane === lane) ?? { lane, state: 'passing' as const }
  if (call.options.dryRun === true) return preview(call, lanes.map(wasOf), clock.now())
  const changed: { lane: string; was: string }[] = []
  for (const lane of lanes) {
    changed.push({ lane, ...(await store.resetGate({ lane, by, reason, now: clock.now() })) })
    if (word === 'reset') await store.releaseCooldowns({ lane, by, now: clock.now() })
  }
  store.poke()
  if (call.json) return call.print.json(changed.length === 1 ? { ...changed[0] } : { changed })
  if (changed.length === 0) return call.print.line('Nothing to do')
  for (const { lane, was } of changed) call.print.line(`Gate ${lane} was ${was} and passes`)
}

/** Pinned by somebody, and not by its failures. */
export const isByPerson = (gate: Gate): boolean => gate.state === 'pinned' && gate.by !== houseName
export const isWorthReset = (gate: Gate): boolean =>
  gate.state !== 'passing' || gate.ramp !== undefined

/** A lane that is out of order by its failures is not resumed in passing: whoever mended it says so with a reset. */
export function refuseUnpaused(gates: readonly Gate[], lanes: readonly string[]): void {
  for (const lane of lanes) {
    const gate = gates.find((one) => one.lane === lane)
    if (gate === undefined || gate.state === 'passing' || isByPerson(gate)) continue
    throw refused(
      'gate.not_paused',
      `${lane} is ${gate.state} by its failures, nobody paused it: ${gate.reason}`,
      `\`midwatch gate reset ${lane}\` if you have mended it`,
    )
  }
}

/** What would be touched, without touching it. */
function preview(call: Call<GateOptions>, gates: readonly Gate[], now: number): void {
  if (call.json) call.print.json({ dryRun: true, gates: gates.map(gateShape) })
  else if (gates.length === 0) call.print.line('Nothing would change')
  else {
    call.print.note('Nothing is changed. This would be:')
    tellGates(call, gates, now)
  }
}

function tellChanged(call: Call<GateOptions>, gates: readonly Gate[], now: number): void {
  const [only] = gates
  const shapes = gates.map(gateShape)
  if (!call.json) tellGates(call, gates, now)
  else
    call.print.json(
      shapes.length === 1 && only !== undefined ? { gate: shapes[0] } : { gates: shapes },
    )
}
