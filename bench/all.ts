// Every bench, one after the other, each in a process of its own so that none bears another's heap, and one table.
// `node bench/NAME.ts` runs one alone.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { progress } from './support/report.ts'
import { type Row, tableOf, told } from './support/table.ts'

const benches = [
  'throughput',
  'pipeline',
  'postgres-throughput',
  'postgres-idle',
  'latency',
  'scale',
  'reconcile',
  'commands',
  'waits',
  'footprint',
  'page',
]

/** The rows of one bench; a bench that breaks is told as a row, and the others go on. */
function rowsOf(name: string): Promise<readonly Row[]> {
  progress(`— ${name}`)
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let rows: readonly Row[] = [
      { ...told(name, 'broke; its words stand above'), judgement: 'under' },
    ]
    child.once('message', (message) => {
      rows = message as readonly Row[]
    })
    child.once('exit', () => resolve(rows))
  })
}

const began = performance.now()
const rows: Row[] = []
for (const name of benches) rows.push(...(await rowsOf(name)))
console.log(tableOf(rows))
console.log(
  `\n${((performance.now() - began) / 1_000).toFixed(0)} s, Node ${process.versions.node}; ratios of interleaved rounds within this run count, absolute numbers are this machine's`,
)
