// Kills the daemon with SIGKILL while real tasks run, by default 200 times while 500 run, and judges what is left:
//   node test/campaigns/kill-daemon.ts [--kills 200] [--tasks 500]
// Prints which state each kill caught. Fails when a promise was broken, or when a state was caught fewer than 10 times.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { given } from '../../sim/arguments.ts'
import { type Kill, runCampaign } from './kill/campaign.ts'
import { deathStates } from './kill/deaths.ts'

const leastPerState = 10

const values = given('node test/campaigns/kill-daemon.ts', {
  kills: {
    type: 'string',
    default: '200',
    is: 'count',
    means: 'how often its dispatcher is killed',
  },
  tasks: { type: 'string', default: '500', is: 'count', means: 'how many tasks are wanted' },
})
const dir = mkdtempSync(join(tmpdir(), 'midwatch-kill-'))

function tell({ number, aim, hit, livedMs, caught }: Kill): void {
  const open = deathStates
    .filter((state) => caught[state] > 0)
    .map((state) => `${caught[state]} ${state}`)
  const missed = hit ? '' : ' (missed)'
  console.log(
    `kill ${String(number).padStart(3)}  ${`${aim}${missed}`.padEnd(24)} after ${livedMs.toFixed(0).padStart(5)} ms  ${open.join(', ') || 'nothing open'}`,
  )
}

const { kills, broken, attempts, tookMs } = await runCampaign({
  dir,
  kills: Number(values.kills),
  tasks: Number(values.tasks),
  onKill: tell,
})
console.log(
  `\n${kills.length} kills, ${values.tasks} tasks, ${attempts} attempts, ${(tookMs / 1_000).toFixed(0)} s\n`,
)
console.log('state                 kills that caught it  attempts caught')
const rare: string[] = []
for (const state of deathStates) {
  const times = kills.filter(({ caught }) => caught[state] > 0).length
  const caught = kills.reduce((sum, kill) => sum + kill.caught[state], 0)
  if (times < leastPerState)
    rare.push(`${state} was caught by ${times} kills, fewer than ${leastPerState}`)
  console.log(`${state.padEnd(20)}  ${String(times).padStart(20)}  ${String(caught).padStart(15)}`)
}
const trouble = [...broken, ...rare]
console.log(
  trouble.length === 0 ? '\nno promise was broken' : `\n${trouble.join('\n')}\nsee ${dir}`,
)
if (trouble.length === 0) rmSync(dir, { recursive: true, force: true })
process.exitCode = trouble.length === 0 ? 0 : 1
