// `node sim/scale.ts`: what a look and a claim cost as the fleet grows, up to 100 hosts and 20 thousand tasks in a simulated
// day, with every daemon really running over one store. `--hosts N` plays that size alone, `--rungs N` stops after the Nth,
// `--hours H` shortens the day. A round is one pass of a dispatcher: its processor time is all that was used, the sessions' and
// the store's included.

import type { Store } from '../src/drivers/store/contract.ts'
import { given } from './arguments.ts'
import { planOf } from './plan.ts'
import { arrange, setUp } from './run.ts'

const values = given('node sim/scale.ts', {
  rungs: { type: 'string', default: '4', is: 'count', means: 'stops after so many sizes' },
  hosts: { type: 'string', is: ['4', '20', '50', '100'], means: 'plays that size alone' },
  hours: { type: 'string', default: '24', is: 'number', means: 'of the simulated day' },
})
const hours = Number(values.hours)

/** Each rung has as many tasks for each host as the last: what grows besides is the cost of size. */
const rungs = [
  { hosts: 4, tasks: 800 },
  { hosts: 20, tasks: 4_000 },
  { hosts: 50, tasks: 10_000 },
  { hosts: 100, tasks: 20_000 },
]

/** More samples than these are not kept: a day of a hundred hosts asks millions. */
const keptMost = 500_000
const looks = ['readyDemands', 'gates', 'openCounts', 'boundNow'] as const
const columns = [
  'hosts',
  'tasks',
  'settled',
  'claims',
  'claim p50',
  'p99 ms',
  'look p50',
  'p99 ms',
  'rounds',
  'round ms',
  's',
]
const cell = (value: string | number): string => String(value).padStart(10)

console.log(columns.map(cell).join(''))
for (const { hosts, tasks } of rungs.slice(0, Number(values.rungs)))
  if (values.hosts === undefined || Number(values.hosts) === hosts)
    console.log((await climb(hosts, Math.round((tasks * hours) / 24))).map(cell).join(''))

/** Runs one size for its day and answers a row of the table. */
async function climb(hosts: number, tasks: number): Promise<number[]> {
  const config = { hostSlots: 4, agentSlots: hosts }
  const options = { seed: 'scale', days: hours / 24, hosts, agents: 12, tasks, config }
  const plan = planOf({ ...options, faults: 'none', pages: false })
  const setting = setUp(plan)
  const { world } = setting
  const claimMs = timed(world.store, ['claim'])
  const lookMs = timed(world.store, looks)
  // Asked once by every round that is judged.
  const rounds = timed(world.store, ['choices'])
  arrange(setting)
  const began = process.cpuUsage()
  await world.time.run(plan.startMs + hours * 3_600_000)
  const [broken] = setting.violations
  if (broken !== undefined) throw new Error(`${broken.law}: ${broken.sentence}`)
  const { done, failed, cancelled } = await world.store.counts()
  const { user, system } = process.cpuUsage(began)
  const tookS = (user + system) / 1e6
  const settled = done + failed + cancelled
  const claims = [at(claimMs, 0.5), at(claimMs, 0.99)]
  return [
    hosts,
    tasks,
    settled,
    claimMs.calls,
    ...claims,
    at(lookMs, 0.5),
    at(lookMs, 0.99),
    rounds.calls,
    Math.round((1e6 * tookS) / rounds.calls) / 1e3,
    Math.round(tookS),
  ]
}

interface Timed {
  calls: number
  /** The newest of them, in ms. */
  readonly ms: number[]
}

/** Takes the time of every call of these verbs. */
function timed(store: Store, names: readonly (keyof Store)[]): Timed {
  const taken: Timed = { calls: 0, ms: [] }
  for (const name of names) {
    const verb = store[name] as (...args: unknown[]) => Promise<unknown>
    const measured = async (...args: unknown[]) => {
      const beganMs = performance.now()
      const answer = await verb(...args)
      taken.ms[taken.calls % keptMost] = performance.now() - beganMs
      taken.calls += 1
      return answer
    }
    Object.assign(store, { [name]: measured })
  }
  return taken
}

function at({ ms }: Timed, share: number): number {
  const sorted = ms.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 1_000) / 1_000
}
