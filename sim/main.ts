// `npm run sim -- --seed N --days D --hosts H --agents A --faults none|light|heavy`: one simulated fleet from its seed. Ends
// with 0 when no law was broken; the last line is `trace HASH`, equal for equal options on every machine.

import { parseArgs } from 'node:util'

import { type Intensity, intensities } from './faults.ts'
import { planOf } from './plan.ts'
import { printReport, printViolations } from './report.ts'
import { runPlan } from './run.ts'
import { shrink } from './shrink.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '7' },
    hosts: { type: 'string', default: '4' },
    agents: { type: 'string', default: '12' },
    tasks: { type: 'string' },
    faults: { type: 'string', default: 'heavy' },
    'no-shrink': { type: 'boolean', default: false },
  },
})

const faults = values.faults as Intensity
if (!intensities.includes(faults)) throw new Error(`--faults is one of ${intensities.join(', ')}`)
const days = Number(values.days)
const options = {
  seed: values.seed,
  days,
  hosts: Number(values.hosts),
  agents: Number(values.agents),
  tasks: values.tasks === undefined ? Math.round((500 * days) / 7) : Number(values.tasks),
  faults,
}
const report = await runPlan(planOf(options))
printReport(report)
if (report.violations.length > 0) {
  const smallest = values['no-shrink'] ? report : await shrink(report)
  await printViolations(smallest)
  process.exitCode = 1
}
console.log(`trace ${report.hash}`)
