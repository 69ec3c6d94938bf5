// `npm run sim -- --seed N --days D --hosts H --agents A --faults none|light|heavy`: one simulated fleet from its seed. Ends
// with 0 when no law was broken; the last line is `trace HASH`, equal for equal options on every machine.

import { parseArgs } from 'node:util'

import { type Intensity, intensities } from './faults/plan.ts'
import { type Options, planOf } from './plan.ts'
import { printReport, printViolations } from './report.ts'
import { runPlan } from './run.ts'
import { shrink } from './shrink.ts'
import { atAGlance, briefly, swarmOptions } from './swarm.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '7' },
    hosts: { type: 'string', default: '4' },
    agents: { type: 'string', default: '12' },
    tasks: { type: 'string' },
    faults: { type: 'string', default: 'heavy' },
    /** So many runs of random configurations, from the seed on. */
    swarm: { type: 'string' },
    /** The swarm's fleets for some hours each. */
    brief: { type: 'boolean', default: false },
    /** The same for an hour each, as the tests play them. */
    glance: { type: 'boolean', default: false },
    /** Each host with its supervisor and its sentinel. */
    supervised: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
})

const faults = values.faults as Intensity
if (!intensities.includes(faults)) throw new Error(`--faults is one of ${intensities.join(', ')}`)
const days = Number(values.days)
const options: Options = {
  seed: values.seed,
  days,
  hosts: Number(values.hosts),
  agents: Number(values.agents),
  tasks: values.tasks === undefined ? Math.round((500 * days) / 7) : Number(values.tasks),
  faults,
  supervised: values.supervised,
}
let last = ''
if (values.swarm === undefined) await runOne(options, false)
else
  for (let i = 0; i < Number(values.swarm); i++)
    if (!(await runOne(chosenOf(i === 0 ? values.seed : String(Number(values.seed) + i)), true)))
      break
console.log(`trace ${last}`)

function chosenOf(seed: string): Options {
  const drawn = swarmOptions(seed)
  const fleet = values.supervised ? { ...drawn, supervised: true } : drawn
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
  process.exitCode = 1
  return false
}
