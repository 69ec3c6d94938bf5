// Installs the pins, plays every case in a sandbox without network, prints the table and writes it to docs/real-clis.md.
// Exit 1 when a verdict is not what it should be.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { install } from './install.ts'
import { folderOf, type Pin, pins } from './pins.ts'
import type { Line } from './play.ts'
import { pageOf, tableOf } from './table.ts'

const here = dirname(fileURLToPath(import.meta.url))
const wholeLimitMs = 40 * 60_000

interface Ready {
  readonly pin: Pin
  readonly version: string
}

function installAll(root: string, wanted: readonly Pin[]): { ready: Ready[]; skipped: string[] } {
  const ready: Ready[] = []
  const skipped: string[] = []
  for (const pin of wanted) {
    const done = install(root, pin)
    const name = `${pin.package}@${pin.version}`
    if ('version' in done) {
      ready.push({ pin, version: done.version })
      console.log(`installed ${name} (${done.version})`)
    } else {
      skipped.push(`${name}: ${done.skipped}`)
      console.log(`\nSKIPPED ${name}: ${done.skipped}\n`)
    }
  }
  return { ready, skipped }
}

/** Words that run a shell script with a loopback interface alone, in an own process namespace. */
const sandboxed = (script: string): [string, string[]] => [
  'unshare',
  [
    '--net',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
    'sh',
    '-c',
    `ip link set lo up; ${script}`,
  ],
]

/** What install scripts would unpack, without network. */
function unpack(root: string, { pin }: Ready): void {
  if (pin.unpack === undefined) return
  const folder = join(folderOf(root, pin), pin.unpack.folder)
  if (!existsSync(join(folder, pin.unpack.script))) return
  const [program, args] = sandboxed(
    `cd '${folder}' && exec '${process.execPath}' ${pin.unpack.script}`,
  )
  spawnSync(program, args, { timeout: 120_000, stdio: 'ignore' })
}

async function playAll(root: string, scratch: string, ready: readonly Ready[]): Promise<Line[]> {
  const chosen = JSON.stringify(
    ready.map(({ pin, version }) => ({ tool: pin.tool, wanted: pin.version, version })),
  )
  const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
  const shown = process.env['SHOW'] ? 'SHOW=1' : ''
  const chosenCases = `CASES='${(process.env['CASES'] ?? '').replace(/[^\w ,-]/g, '')}'`
  const script = `exec env -i PATH='${path}' HOME='${scratch}' LANG=C.UTF-8 TZ=UTC ${shown} ${chosenCases} '${process.execPath}' '${here}/play.ts' '${root}' '${scratch}' "$0"`
  const [program, args] = sandboxed(script)
  const child = spawn(program, [...args, chosen], { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), wholeLimitMs)
  const lines: Line[] = []
  let rest = ''
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    rest += chunk
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts.filter((one) => one !== '')) {
      const line = JSON.parse(part) as Line
      lines.push(line)
      const mark = line.good ? ' ' : '✗'
      console.log(
        `${mark} ${line.tool} ${line.version} ${line.name}: ${line.got} (${line.exit}, ${line.seconds.toFixed(1)} s, ${line.requests} requests) ${line.evidence.slice(0, 140)}`,
      )
    }
  }
  clearTimeout(timer)
  return lines
}

const asked = process.argv.slice(2)
const wanted = pins.filter(
  ({ tool, version }) =>
    asked.length === 0 || asked.includes(tool) || asked.includes(`${tool}@${version}`),
)
const kept = process.env['MIDWATCH_CLIENTS']
const root = kept ?? mkdtempSync(join(tmpdir(), 'midwatch-clients-'))
mkdirSync(root, { recursive: true })
const scratch = mkdtempSync(join(tmpdir(), 'midwatch-real-'))
const began = Date.now()
try {
  const { ready, skipped } = installAll(root, wanted)
  for (const one of ready) unpack(root, one)
  const lines = await playAll(root, scratch, ready)
  const minutes = (Date.now() - began) / 60_000
  console.log(`\n${tableOf(lines)}\n`)
  const good = lines.filter((line) => line.good).length
  console.log(`${good} of ${lines.length} as they should be, in ${minutes.toFixed(1)} min`)
  if (asked.length === 0 && !process.env['CASES'])
    writeFileSync(join(here, '../../docs/real-clis.md'), pageOf(lines, skipped, minutes))
  process.exitCode = good === lines.length && lines.length > 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
  if (kept === undefined) rmSync(root, { recursive: true, force: true })
}
