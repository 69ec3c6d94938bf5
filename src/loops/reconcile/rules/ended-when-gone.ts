// An attempt whose process is long gone is ended as lost, uncharged, and its task given back. Only a sweep by hand looks,
// and only while no dispatcher of this host lives: that one adopts what it finds, and reads what ended meanwhile.

import type { Verdict } from '../../../model/failure.ts'
import type { Rule } from '../law.ts'

/** So long after the end of its lease nobody is coming back for it. */
const longGoneMs = 3_600_000

const lost: Verdict = {
  class: 'lost',
  blame: 'host',
  exitCode: null,
  signal: null,
  evidence: 'its process is gone, and nobody came back for it',
  resetAt: null,
  neverStarted: false,
}

export const endedWhenGone: Rule = {
  name: 'ended-when-gone',
  law: 'an attempt whose process is gone ends',
  async find({ store, clock, now, remains }) {
    if (remains === undefined || remains.daemonLives) return []
    const open = await store.unended(remains.host)
    const old = open.filter((attempt) => attempt.leaseUntil < now - longGoneMs)
    const gone = []
    for (const attempt of old)
      if (attempt.launch === null || !(await remains.alive(attempt.launch))) gone.push(attempt)
    return gone.map(({ id, taskId, launch }) => ({
      subject: `attempt ${id}`,
      what: launch === null ? 'it never started' : `its process ${launch.pid} is long gone`,
      async mend() {
        const at = clock.now()
        const ended = await store.end({ attemptId: id, verdict: lost, now: at })
        if (!ended.ok) return null
        const back = await store.giveBack({
          taskId,
          attemptId: id,
          holds: [],
          charged: false,
          reason: lost.evidence,
          now: at,
        })
        return back.ok ? 'ended as lost; its task is given back' : 'ended as lost'
      },
    }))
  },
}
