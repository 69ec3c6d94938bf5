// Three hosts in network namespaces with a real PostgreSQL, and everything that befalls hosts:
//   node test/campaigns/many-hosts.ts [--tasks 2000] [--lease 10] [--grace 5] [--outage 60] [--minutes 30]
// Prints what each fault caught, and fails when a promise was broken or a fault met no work. Needs root.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { given } from '../../sim/arguments.ts'
import { type Played, runHosts } from './hosts/campaign.ts'
import { faults } from './hosts/faults.ts'
import { canMoveClocks } from './hosts/host.ts'
import { noNetwork } from './hosts/network.ts'

const inside = 'MIDWATCH_CAMPAIGN_INSIDE'
const values = given('node test/campaigns/many-hosts.ts', {
  tasks: { type: 'string', default: '2000', is: 'count', means: 'how many tasks are wanted' },
  lease: { type: 'string', default: '10', is: 'number', means: 'a lease, in seconds' },
  grace: { type: 'string', default: '5', is: 'number', means: 'its grace, in seconds' },
  outage: {
    type: 'string',
    default: '60',
    is: 'number',
    means: 'how long an outage lasts, in seconds',
  },
  minutes: { type: 'string', default: '30', is: 'number', means: 'after which it is given up' },
})

function within(): number {
  const missing = noNetwork() ?? (canMoveClocks() ? null : 'no libfaketime here')
  if (missing !== null) {
    console.error(`not played: ${missing}`)
    return 1
  }
  const again = ['-n', '-m', process.execPath, ...process.argv.slice(1)]
  const env = { ...process.env, [inside]: '1' }
  return spawnSync('unshare', again, { env, stdio: 'inherit' }).status ?? 1
}

const tell = ({ fault, atMs, tookMs, open, unsettled, lost }: Played): void =>
  console.log(
    `${(atMs / 1_000).toFixed(0).padStart(5)} s  ${fault.padEnd(36)} ${(tookMs / 1_000).toFixed(0).padStart(3)} s  ${String(unsettled).padStart(5)} unsettled, ${lost} called lost  (${open || 'nothing open'})`,
  )

async function play(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-hosts-'))
  const { broken, played, attempts, tookMs } = await runHosts({
    dir,
    tasks: Number(values.tasks),
    leaseS: Number(values.lease),
    graceS: Number(values.grace),
    outageS: Number(values.outage),
    boundMs: Number(values.minutes) * 60_000,
    onFault: tell,
  })
  console.log(
    `\n${values.tasks} tasks, ${played.length} faults, ${(tookMs / 1_000).toFixed(0)} s; attempts: ${attempts}`,
  )
  const seen = new Set(played.filter(({ open }) => open !== '').map(({ fault }) => fault))
  const unseen = faults.filter(({ name }) => !seen.has(name)).map(({ name }) => name)
  const trouble = [...broken, ...unseen.map((name) => `${name}: fell on no work, or not at all`)]
  console.log(trouble.length === 0 ? 'no promise was broken' : `${trouble.join('\n')}\nsee ${dir}`)
  if (trouble.length === 0) rmSync(dir, { recursive: true, force: true })
  return trouble.length === 0 ? 0 : 1
}

process.exitCode = process.env[inside] === '1' ? await play() : within()
