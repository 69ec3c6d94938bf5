// One more reason for a task to wait, by the same words and checks as `midwatch hold`. A session holds its own task alone,
// and ends by it: no session idles while something else is to come.

import { usage } from '../../../base/errors.ts'
import type { Release } from '../../../model/hold.ts'
import { holdShape } from '../../cli/shapes.ts'
import { releasesOf } from '../../cli/wait-options.ts'
import { checkOwn } from '../access/guards.ts'
import type { taskRoutes } from '../contract/tasks.ts'
import { refusalOf } from '../problem.ts'
import type { Call } from './call.ts'
import { allowed } from './allowed.ts'

type HoldCall = Call<(typeof taskRoutes)['holdTask']>

/** Puts the hold; for a session it is noted, and put when that has ended. */
export async function holdTask({ house, who, params, body }: HoldCall) {
  const { store, clock } = house
  const now = clock.now()
  if (who.attempt !== null) {
    checkOwn(who, params.id)
    const release = releaseOf(body, who.by, now, house.dir)
    if (release.kind === 'person')
      throw usage('usage.ask', 'a question is asked otherwise', 'ask at /api/tasks/{id}/ask')
    const answer = await store.waitFor({ attemptId: who.attempt.id, release, now })
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { hold: null, ending: true }
  }
  await allowed(house, 'hold', params.id)
  const release = releaseOf(body, who.by, now, house.dir)
  const answer = await store.hold({ taskId: params.id, release, now })
  if (!answer.ok) throw refusalOf(answer.refusal)
  store.poke()
  return { hold: holdShape(answer.hold), ending: false }
}

function releaseOf(body: HoldCall['body'], by: string, now: number, cwd: string): Release {
  const { until, after, afterAny, check, checkFile, checkUrl, every, ask, lock, work } = body
  const found = releasesOf(
    {
      ...(until !== undefined && { until }),
      ...(after !== undefined && { after: [String(after)] }),
      ...(afterAny !== undefined && { afterAny: [String(afterAny)] }),
      ...(check !== undefined && { check }),
      ...(checkFile !== undefined && { checkFile }),
      ...(checkUrl !== undefined && { checkUrl }),
      ...(every !== undefined && { every }),
      ...(ask !== undefined && { ask }),
    },
    { by, now, cwd },
  )
  if (lock !== undefined) found.push({ kind: 'lock', name: lock })
  if (work !== undefined) found.push({ kind: 'work', key: work })
  const [release, ...more] = found
  if (release !== undefined && more.length === 0) return release
  throw usage(
    'usage.release',
    'a hold is born with exactly one release',
    'give one of until, after, afterAny, lock, work, check, checkFile, checkUrl and ask',
  )
}
