// The sentinel: looks at the fleet from outside the dispatch loop and acts directly. It probes a gate that is overdue, has
// what stands still restarted, and tells people; it never files a task. While the store is away it judges nobody.

import { type Service, startService } from '../../base/service.ts'
import type { Gate } from '../../model/gate.ts'
import { looksPerPatience } from '../../model/sentinel.ts'
import type { SentinelDeps } from './deps.ts'
import { createStandstill } from './standstill.ts'
import { judgeSilence, nothingSeen } from './silence.ts'

/** A gate is probed by the dispatcher within a second of its time; a minute later it is overdue. */
const overdueMs = 60_000

export function startSentinel(deps: SentinelDeps): Service {
  const { store, clock, host, pid, beats } = deps
  const standstill = createStandstill(deps)
  let memory = nothingSeen
  const everyMs = () => Math.max(500, deps.rules().patienceMs / looksPerPatience)
  const beat = beats.of('sentinel', everyMs)

  /** Our own pulse is a write: where it fails, nothing that we would read says anything about others. */
  async function canWrite(): Promise<boolean> {
    try {
      await store.pulse({ host, role: 'sentinel', pid, loops: beats.all(), now: clock.now() })
      await deps.onStoreTrouble(null)
      return true
    } catch (error) {
      memory = nothingSeen
      await deps.onStoreTrouble(error)
      return false
    }
  }

  async function look(signal: AbortSignal): Promise<void> {
    const rules = { patienceMs: deps.rules().patienceMs, everyMs: everyMs() }
    const pulses = (await store.pulses(host)).filter(({ role }) => role !== 'sentinel')
    const judged = judgeSilence(memory, pulses, clock.monotonicMs(), rules)
    memory = judged.memory
    if (judged.sleptMs > 0) await noteSleep(judged.sleptMs)
    const still = await standstill.heed(judged.silences)
    await guarded('gates', probeOverdue)
    for (const one of deps.looks) {
      beat() // a look may take its time; it is not us who stand still
      await guarded(one.name, () => one.look({ standstill: still, signal }))
    }
    if (still) await guarded('tell', () => deps.tell(signal))
  }

  const noteSleep = (forMs: number) =>
    store.recordFacts({
      bodies: [{ kind: 'sentinel.slept', host, forMs: Math.round(forMs) }],
      now: clock.now(),
    })

  async function probeOverdue(): Promise<void> {
    const now = clock.now()
    const isOverdue = (gate: Gate) => gate.state === 'shut' && gate.until + overdueMs < now
    if ((await store.gates()).some(isOverdue)) await store.probeDue({ now })
  }

  async function guarded(where: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      deps.onError(where, error)
    }
  }

  return startService('sentinel', async (signal) => {
    while (!signal.aborted) {
      beat()
      if (await canWrite()) await guarded('look', () => look(signal))
      await clock.sleep(everyMs(), signal)
    }
    await guarded('pulse', () => store.endPulses({ host, role: 'sentinel', pid }))
  })
}
