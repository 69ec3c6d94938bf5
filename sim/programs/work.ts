// What all programs share: whether the work of this try fails by its own fault, and what is said along the way.

import type { Session } from '../session.ts'
import { traits } from '../traits/all.ts'

/** Whether this try fails by the task's own fault. */
export function fails({ task, nth }: Session): boolean {
  if (task.nature === 'good' || task.nature === 'endless') return false
  if (task.nature === 'flaky') return nth === 0
  // A client that crashes for ever is not the task's fault, so it would never be done: it crashes twice.
  if (task.nature === 'crashes' && task.kind === 'prompt') return nth < 2
  return task.kind === 'prompt' || task.nature === 'bad' || task.nature === 'crashes'
}

/** What is said while it works, progress included, and what the task's traits do. */
export function speakAlong(session: Session): void {
  const { task } = session
  for (const { name, begins } of traits)
    if (task.traits[name] !== undefined) begins?.(session, task.traits[name])
  for (let i = 1; i <= task.progress; i++)
    session.after((task.workMs * i) / (task.progress + 1), () => session.progress(`step ${i}`))
  if (task.says === 'garbage')
    session.after(task.workMs / 2, () => session.leaveLetter('{"verb": "sa'))
  if (fails(session) || task.nature === 'endless') return
  if (task.says === 'early') {
    session.after(task.workMs / 2, () => {
      session.world.truth.worked.add(task.ref)
      session.say('done', 'done early')
    })
  }
  if (task.says === 'fail_then_done')
    session.after(task.workMs / 2, () => session.say('fail', 'it looks impossible'))
}

/** The end of good work: what is said last, then `end`. */
export function finish(session: Session, end: () => void) {
  const { task } = session
  session.world.truth.worked.add(task.ref)
  for (const { name, ends } of traits)
    if (task.traits[name] !== undefined) ends?.(session, task.traits[name])
  const word = task.says
  if (word === 'fail') session.say('fail', 'it can not be done')
  if (word === 'done' || word === 'twice' || word === 'done_then_dies' || word === 'fail_then_done')
    session.say('done', 'finished')
  if (word === 'twice') session.after(200, () => session.say('done', 'finished, once more'))
  if (word === 'done_then_dies' && session.nth === 0)
    return session.after(400, () => session.exit(null, 'SIGKILL', 'killed'))
  session.after(500, end)
}
