// Kills the sender of a mail with SIGKILL at every moment between the reservation and the record, by default 100 times, and
// counts the mails in the mailbox:
//   node test/campaigns/kill-mail.ts [--runs 100] [--at-once 4]
// Fails when a mail is there twice or not at all, or when a moment was hit fewer than 10 times.

import { given } from '../../sim/arguments.ts'
import { Binary } from '../surface/cli/binary.ts'
import { whyNoImap } from '../support/imap.ts'
import { deaths, runMailCampaign } from './mail/campaign.ts'

const values = given('node test/campaigns/kill-mail.ts', {
  runs: { type: 'string', default: '100', is: 'count', means: 'how many letters are wanted' },
  'at-once': { type: 'string', default: '4', is: 'count', means: 'how many at a time' },
})
const missing = whyNoImap()
if (missing !== null) {
  console.error(missing)
  process.exit(1)
}
const binary = await Binary.build()
const { runs, counted, broken, tookMs } = await runMailCampaign({
  binary: binary.path,
  runs: Number(values.runs),
  atOnce: Number(values['at-once']),
  onRun: ({ number, death, killed, left, before, mails }) =>
    console.log(
      `run ${String(number).padStart(3)}  ${death.padEnd(13)} ${killed ? 'killed' : 'missed'}  left ${left.padEnd(9)}  mails ${before} → ${mails}`,
    ),
})
console.log('\nkilled at       kills  mail was there  left: reserved  performed')
const trouble = [...broken]
for (const death of deaths) {
  const hit = runs.filter((run) => run.death === death && run.killed)
  const count = (is: (run: (typeof hit)[number]) => boolean) => String(hit.filter(is).length)
  console.log(
    `${death.padEnd(14)} ${String(hit.length).padStart(6)}  ${count((run) => run.before === 1).padStart(14)}  ${count((run) => run.left === 'reserved').padStart(14)}  ${count((run) => run.left === 'performed').padStart(9)}`,
  )
  if (hit.length < Math.min(10, runs.length / 10))
    trouble.push(`${death} was hit ${hit.length} times`)
}
console.log(
  `\n${runs.length} runs, ${counted} mails in the mailbox, ${(tookMs / 1_000).toFixed(0)} s`,
)
console.log(trouble.length === 0 ? 'exactly one mail each' : trouble.join('\n'))
await binary.end()
process.exitCode = trouble.length === 0 ? 0 : 1
