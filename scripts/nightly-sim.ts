// `node scripts/nightly-sim.ts --minutes 60`: random fleets from fresh seeds, thousands of them, as long as the time allows.
// `--seeds N` ends after so many; `--brief` gives each some hours and few tasks, `--glance` an hour, so that there are more of them.
// Prints every failure with its seed and law, and how to see it again; ends with 1 when there was any.

import { given } from '../sim/arguments.ts'
import { askedFor, besides } from '../sim/besides.ts'
import { type Options, planOf } from '../sim/plan.ts'
import { runPlan } from '../sim/run.ts'
import { atAGlance, briefly, swarmOptions } from '../sim/swarm.ts'

const values = given('node scripts/nightly-sim.ts', {
  minutes: { type: 'string', default: '60', is: 'number', means: 'as long as that, at most' },
  seeds: { type: 'string', default: '1000000', is: 'count', means: 'so many, at most' },
  from: { type: 'string', is: 'whole', means: 'the first seed; the others count on from it' },
  failures: { type: 'string', default: '20', is: 'count', means: 'it stops after so many' },
  brief: { type: 'boolean', means: 'each fleet for some hours, with few tasks' },
  glance: { type: 'boolean', means: 'each for an hour, with a handful' },
  ...besides,
})

const [shape, flag] = values.glance
  ? [atAGlance, ' --glance']
  : values.brief
    ? [briefly, ' --brief']
    : [(options: Options) => options, '']
/** What all of them have besides. */
const wanted = askedFor(values)
const wider = Object.keys(wanted)
  .map((name) => ` --${name}`)
  .join('')
const beganMs = Date.now()
const untilMs = beganMs + Number(values.minutes) * 60_000
const from = Number(values.from ?? Math.floor(beganMs / 1_000))
const failures = new Map<string, number>()
let failed = 0
let runs = 0
let attempts = 0
let facts = 0
const isOver = () =>
  Date.now() >= untilMs || runs >= Number(values.seeds) || failed >= Number(values.failures)
for (; !isOver(); runs += 1) {
  const seed = String(from + runs)
  const options = shape({ ...swarmOptions(seed), ...wanted })
  const report = await runPlan(planOf(options))
  attempts += report.journal.attempts.size
  facts += report.journal.facts
  await report.store.close()
  const [first] = report.violations
  if (first === undefined) continue
  failed += 1
  failures.set(first.law, (failures.get(first.law) ?? 0) + 1)
  console.log(`FAILED seed ${seed} “${first.law}”: ${first.sentence}`)
  console.log(`  again: npm run sim -- --swarm 1 --seed ${seed}${flag}${wider}`)
}
const minutes = Math.round((Date.now() - beganMs) / 6_000) / 10
console.log(
  `${runs} seeds from ${from} in ${minutes} min, ${attempts} attempts, ${facts} facts, ${failed} failed`,
)
for (const [law, n] of failures) console.log(`  ${n} × ${law}`)
if (failed > 0) process.exitCode = 1
