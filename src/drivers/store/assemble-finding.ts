// The verbs of those who look for something and of those who ask twice, over an executor.

import type { FindingVerbs } from './contract/finding.ts'
import type { ReplyVerbs } from './contract/replies.ts'
import type { Executor } from './script.ts'
import * as finding from './verbs/finding.ts'
import * as replies from './verbs/replies.ts'

export const findingVerbs = ({ write, read }: Executor): FindingVerbs & ReplyVerbs => ({
  liveHolds: (input) => read(() => finding.liveHolds(input)),
  firedByHour: (input) => read(() => finding.firedByHour(input)),
  takeReply: (input) => write(() => replies.takeReply(input)),
  keepReply: (input) => write(() => replies.keepReply(input)),
  dropReply: (input) => write(() => replies.dropReply(input)),
})
