// The verbs of what waits, over an executor: looks, questions, mechanisms. A part of assemble.ts.

import type { MechanismVerbs } from './contract/mechanisms.ts'
import type { WaitVerbs } from './contract/waits.ts'
import type { Executor } from './script.ts'
import { countFollowers, releaseOverlooked } from './verbs/after.ts'
import { ask } from './verbs/ask.ts'
import * as mechanismVerbs from './verbs/mechanisms.ts'
import * as waits from './verbs/waits.ts'

export const waitVerbs = ({ write, read }: Executor): WaitVerbs & MechanismVerbs => ({
  reportMechanism: (input) => write(() => mechanismVerbs.reportMechanism(input), 'quiet'),
  mechanisms: () => read(mechanismVerbs.mechanisms),
  holdById: (id) => read(() => waits.holdById(id)),
  takeLooks: (input) => write(() => waits.takeLooks(input)),
  noteLook: (input) => write(() => waits.noteLook(input)),
  lookAgain: (input) => write(() => waits.lookAgain(input)),
  remind: (input) => write(() => waits.remind(input)),
  answer: (input) => write(() => waits.answer(input)),
  answersOf: (taskId) => read(() => waits.answersOf(taskId)),
  waitingForPersons: (input) => read(() => waits.waitingForPersons(input)),
  countFollowers: (taskId) => read(() => countFollowers(taskId)),
  ask: (input) => write(() => ask(input)),
  releaseOverlooked: (input) => write(() => releaseOverlooked(input)),
})
