// `npm run sim -- --seed N --days D --hosts H --agents A --faults none|light|heavy`: one simulated fleet from its seed. Ends
// with 0 when no law was broken; the last line is `trace HASH`, equal for equal options on every machine.

import { given } from './arguments.ts'
import { askedFor, besides } from './besides.ts'
import { type Intensity, intensities } from './faults/plan.ts'
import { type Options, planOf } from './plan.ts'
import { printReport, printViolations } from './report.ts'
import { runPlan } from './run.ts'
import { shrink } from './shrink.ts'
import { atAGlance, briefly, swarmOptions } from './swarm.ts'

const values = given('npm run sim --', {
  seed: { type: 'string', default: '1', means: 'another one is another world' },
  days: {
    type: 'string',
    default: '7',
    is: 'number',
    most: 3_660,
    means: 'how many simulated days',
  },
  hosts: { type: 'string', default: '4', is: 'count', means: 'how many machines' },
  agents: { type: 'string', default: '12', is: 'count', means: 'how many agents' },
  tasks: { type: 'string', is: 'whole', means: 'how many tasks are wanted; else 500 a week' },
  faults: { type: 'string', default: 'heavy', is: intensities, means: intensities.join(', ') },
  swarm: { type: 'string', is: 'count', means: 'so many random fleets, from the seed on' },
  brief: { type: 'boolean', means: 'the swarm’s fleets for some hours each' },
  glance: { type: 'boolean', means: 'the same for an hour each, as the tests play them' },
  ...besides,
  'no-shrink': { type: 'boolean', means: 'a broken law is told as it was met' },
})
const days = Number(values.days)
const options: Options = {
  seed: values.seed,
  days,
  hosts: Number(values.hosts),
  agents: Number(values.agents),
  tasks: values.tasks === undefined ? Math.round((500 * days) / 7) : Number(values.tasks),
  faults: values.faults as Intensity,
  ...askedFor(values),
}
let last = ''
if (values.swarm === undefined) await runOne(options, false)
else
  for (let i = 0; i < Number(values.swarm); i++)
    if (!(await runOne(chosenOf(seedAfter(values.seed, i)), true))) break
console.log(`trace ${last}`)

/** Seeds count on from a number; a word is counted behind. */
function seedAfter(seed: string, i: number): string {
  if (i === 0) return seed
  return Number.isSafeInteger(Number(seed)) ? String(Number(seed) + i) : `${seed}-${i}`
}

function chosenOf(seed: string): Options {
  const fleet: Options = { ...swarmOptions(seed), ...askedFor(values) }
  if (values.glance) return atAGlance(fleet)
  return values.brief ? briefly(fleet) : fleet
}

/** Runs one; prints it, shrunk where a law was broken. False when one was. */
async function runOne(chosen: Options, brief: boolean): Promise<boolean> {
  const report = await runPlan(planOf(chosen))
  last = report.hash
  if (!brief || report.violations.length > 0) printReport(report)
  else
    console.log(
      `seed ${chosen.seed} clean: ${report.journal.tasks.size} tasks, ${report.journal.attempts.size} attempts, ${report.plan.faults.length} faults`,
    )
  if (report.violations.length === 0) return true
  await printViolations(values['no-shrink'] ? report : await shrink(report, runPlan))
  console.log(`  again: npm run sim -- ${wordsFor(chosen.seed)}`)
  process.exitCode = 1
  return false
}

/** What was typed, for this one seed alone. */
function wordsFor(seed: string): string {
  const typed = Object.entries({ ...values, seed, ...(values.swarm && { swarm: '1' }) })
  return typed
    .flatMap(([name, value]) =>
      value === undefined || value === false
        ? []
        : value === true
          ? `--${name}`
          : `--${name} ${value}`,
    )
    .join(' ')
}
