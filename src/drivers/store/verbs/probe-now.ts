// probeNow: a shut lane is probed at once by a person's word, with its waits as they are: a failed probe takes the next one.

import { type Fenced, refusal } from '../../../model/refusal.ts'
import type { ProbeNowVerbs } from '../contract/probe-now.ts'
import type { Executor, Script } from '../script.ts'
import { record } from './facts.ts'
import { lockable, lockLane, writeLane } from './lanes.ts'

/** The verbs over an executor. */
export const probeNowVerbs = ({ write }: Executor): ProbeNowVerbs => ({
  probeNow: (input) => write(() => probeNow(input)),
})

/** See Store.probeNow. */
function* probeNow(input: {
  lane: string
  by: string
  reason: string
  now: number
}): Script<Fenced> {
  const { by, reason, now } = input
  yield* lockable([input.lane], now)
  const lane = yield* lockLane(input.lane)
  const { gate } = lane
  if (gate.state !== 'shut')
    return {
      ok: false,
      refusal: refusal(
        'gate.not_shut',
        `${input.lane} is ${gate.state}, and only a shut gate is probed`,
        `\`midwatch gate show ${input.lane}\` says what reopens it`,
      ),
    }
  const why = `${reason} (${by}); ${gate.reason}`
  yield* writeLane(
    { ...lane, gate: { state: 'probing', since: now, canary: null, reason: why } },
    now,
  )
  yield* record(now, {}, { kind: 'gate.probing', lane: input.lane, reason: `${reason} (${by})` })
  return { ok: true }
}
