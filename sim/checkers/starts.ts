// Law: no attempt starts twice, and no session runs on when its attempt is over.

import type { Machine } from '../machine.ts'
import type { Checker } from './contract.ts'

/** How long the wrapper may need to go after its last line, and a loss to be noticed by the host it happened on. */
const patienceMs = 15 * 60_000

/** Since when a machine could look after its sessions, as far as was seen. */
const ableSinceMs = new WeakMap<Machine, number>()

function ableFor(machine: Machine): number {
  const { up, hangs, ails, time, timeline } = machine
  if (!up || hangs > 0 || timeline.suspended || ails.storeLost) {
    ableSinceMs.delete(machine)
    return 0
  }
  const since = ableSinceMs.get(machine) ?? time.nowMs
  ableSinceMs.set(machine, since)
  return time.nowMs - since
}

export const starts: Checker = {
  law: 'an attempt starts once, and nothing of it lives on',
  invariants: [13, 14, 15],
  fact({ world, accuse, journal }, { taskId, attemptId, body }) {
    if (body.kind !== 'attempt.ended' || attemptId === null) return
    const attempt = journal.attempts.get(attemptId)
    const machine = world.machines.find((one) => one.name === attempt?.host)
    // What another host recorded as lost may still run there; it is looked for later.
    if (machine === undefined || body.class === 'lost' || /still alive/.test(body.evidence)) return
    const left = machine.processes
      .ofAttempt(attemptId)
      .filter((process) => process.what !== 'wrapper')
    world.truth.count('looked for survivors')
    if (left.length > 0 && world.truth.counts.get(`survivors told ${attemptId}`) === undefined)
      accuse(
        `attempt ${attemptId} ended ${body.class} while pid ${left[0]?.pid} (${left[0]?.what}) of it lives`,
        taskId,
      )
  },
  look({ world, accuse, journal }) {
    for (const sessions of world.truth.sessions.values())
      if (sessions.length > 1)
        accuse(
          `attempt ${sessions[0]?.attemptId} was started ${sessions.length} times`,
          journal.attempts.get(sessions[0]?.attemptId ?? 0)?.taskId ?? null,
        )
    for (const machine of world.machines) {
      const isAble = ableFor(machine) > patienceMs
      for (const id of machine.processes.livingAttempts()) {
        const attempt = journal.attempts.get(id)
        if (attempt?.endedAtMs == null || attempt.endedAtMs > world.time.nowMs - patienceMs)
          continue
        if (isAble && machine.processes.ofAttempt(id).some((process) => process.what === 'program'))
          accuse(
            `attempt ${id} ended ${attempt.class} on ${machine.name}, yet its program still runs there`,
            attempt.taskId,
          )
      }
    }
  },
}
