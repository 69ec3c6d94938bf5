// The shell as sessions run it: it works, says what the task's nature makes it say, and exits.

import type { Session } from '../session.ts'
import { fails, finish, speakAlong } from './work.ts'

/** Begins a shell command. */
export function runShell(session: Session): void {
  const { task } = session
  if (task.progress > 0) session.out(`${session.inItsWords('working')}\n`)
  speakAlong(session)
  if (task.nature === 'endless') return
  session.after(task.workMs, () => {
    if (task.leavesChildren) session.leaveChild()
    if (fails(session)) {
      if (task.nature === 'crashes') return session.exit(null, 'SIGSEGV', 'task')
      session.err(`${session.inItsWords(`${task.ref}: it does not work`)}\n`)
      return session.exit(3, null, 'task')
    }
    finish(session, () => session.exit(0, null, 'good'))
  })
}
