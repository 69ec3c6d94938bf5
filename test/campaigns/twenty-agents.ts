// Twenty real agents while their daemon is killed with SIGKILL every 3 seconds for 5 minutes:
//   node test/campaigns/twenty-agents.ts [--minutes 5] [--every 3000] [--agents 20]
// Fails when more sessions lived at once than there are slots, a program was started twice, a task was not settled once, or
// a process was left behind.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { given } from '../../sim/arguments.ts'
import { runTwenty } from './kill/twenty.ts'

const values = given('node test/campaigns/twenty-agents.ts', {
  minutes: { type: 'string', default: '5', is: 'number', means: 'how long it lasts' },
  every: {
    type: 'string',
    default: '3000',
    is: 'count',
    means: 'how long each dispatcher lives, in ms',
  },
  agents: { type: 'string', default: '20', is: 'count', means: 'how many agents' },
})
const dir = mkdtempSync(join(tmpdir(), 'midwatch-twenty-'))
const outcome = await runTwenty({
  dir,
  agents: Number(values.agents),
  everyMs: Number(values.every),
  forMs: Number(values.minutes) * 60_000,
  leastKills: 1,
  onKill: ({ kills, settled, living }) =>
    console.log(`kill ${String(kills).padStart(3)}  ${settled} settled, ${living} sessions live`),
})
const { kills, tasks, mostAtOnce, looks, broken } = outcome
console.log(
  `\n${kills} kills, ${tasks} tasks, at most ${mostAtOnce} of ${values.agents} sessions at once in ${looks} looks`,
)
console.log(broken.length === 0 ? 'no promise was broken' : `${broken.join('\n')}\nsee ${dir}`)
if (broken.length === 0) rmSync(dir, { recursive: true, force: true })
process.exitCode = broken.length === 0 ? 0 : 1
