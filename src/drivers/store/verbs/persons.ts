// Whoever waits for a person has told one: the incident is opened in the transaction that puts the hold, so that no
// crash in between leaves a question that nobody hears of.

import type { PersonRelease } from '../../../model/hold.ts'
import { noData } from '../../../model/incident.ts'
import type { Script } from '../script.ts'
import { openIncident } from './incidents.ts'

/** One incident per question. */
export function* tellQuestion(
  taskId: number,
  holdId: number,
  { question, attemptId }: PersonRelease,
  now: number,
): Script<void> {
  const asker = attemptId === undefined ? '' : ` (asked by attempt ${attemptId})`
  yield* openIncident({
    key: `ask:${holdId}`,
    title: `task ${taskId} waits for a person: ${question}${asker}`,
    data: {
      ...noData,
      needsPerson: true,
      tasks: [taskId],
      release: `\`midwatch answer ${taskId} TEXT\`, or \`midwatch release ${taskId}\``,
    },
    now,
  })
}

/** One incident, and one message, per task that did not end well, however many wait for it. */
export function* tellBlocked(
  blocker: number,
  waiting: readonly number[],
  now: number,
): Script<void> {
  if (waiting.length === 0) return
  yield* openIncident({
    key: `blocked:${blocker}`,
    title: `task ${blocker} did not end well, and others wait for it: ${tasksIn(waiting)}`,
    data: {
      ...noData,
      needsPerson: true,
      tasks: waiting,
      release: `\`midwatch again ${blocker}\`, or \`midwatch release TASK\` for each that may go on without it`,
    },
    now,
  })
}

const named = 5

const tasksIn = (ids: readonly number[]): string => {
  const first = `task ${ids.slice(0, named).join(', ')}`
  return ids.length <= named ? first : `${first} and ${ids.length - named} more`
}
