// A campaign on the disk below a working fleet: it runs full under load and is emptied again; it turns read-only under load, as
// after an error of the device, and is mended. Runs in a mount namespace of its own, which it is started in. Whoever was told
// that a task was taken finds it done in the end, by a program that ran; where the disk itself died under a session nobody can
// know how it ended, and its task is worked on once more.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [dir = '', midwatch = '', weather = ''] = process.argv.slice(2)
const state = join(dir, '.midwatch')

const config = `slots: 4
backoff: [100ms]
http: {listen: "off"}
keep: {freeSpace: 5MB, backupEvery: "off"}
notify: {command: [sh, -c, 'cat >>${dir}/mails; echo == >>${dir}/mails']}
sentinel: {patience: 5s, restartBackoff: [0s, 200ms]}
agents:
  shell: {adapter: command, slots: 4}
`

interface Told {
  /** Tasks of which somebody was told that they were taken. */
  readonly taken: number[]
  /** What refused callers were told, each once. */
  readonly refusals: Set<string>
  /** How long a stop took while nothing could be written. */
  stopMs: number | null
}

const leastCalls = 3

const midwatchRun = (...args: string[]) =>
  spawnSync(process.execPath, [midwatch, ...args, '--json'], { cwd: dir, encoding: 'utf8' })

/** Adds a task, once; answers whether it was taken. */
function add(told: Told, name: string): boolean {
  const { status, stdout } = midwatchRun(
    'add',
    name,
    '--run',
    `echo ${name} >>${dir}/log; sleep 0.5`,
  )
  if (status === 0) {
    told.taken.push(JSON.parse(stdout).task.id as number)
    return true
  }
  const { error } = stdout.trim() === '' ? { error: null } : JSON.parse(stdout)
  told.refusals.add(error === null ? `exit ${status} without a word` : String(error.code))
  return false
}

function up() {
  const log = openSync(join(dir, 'up.log'), 'a')
  const child = spawn(process.execPath, [midwatch, 'up'], { cwd: dir, stdio: ['ignore', log, log] })
  closeSync(log)
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    over,
    async stop(signal: NodeJS.Signals) {
      child.kill(signal)
      await over
    },
  }
}

/** Adds tasks until the time is over, and some at least however slow the machine is. */
async function load(told: Told, kind: string, forMs: number): Promise<void> {
  const until = performance.now() + forMs
  for (let i = 0; performance.now() < until || i < leastCalls; i++) {
    add(told, `${kind}-${i}`)
    await sleep(100)
  }
}

async function full(told: Told): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', state])
  const running = up()
  await load(told, 'before', 1_500)
  const ballast = join(state, 'ballast')
  spawnSync('sh', ['-c', `cat /dev/zero >${ballast}`], { stdio: 'ignore' })
  await load(told, 'full', 4_000)
  rmSync(ballast)
  await load(told, 'after', 1_000)
  await allDone(told)
  await running.stop('SIGTERM')
}

async function readOnly(told: Told): Promise<void> {
  const image = join(dir, 'disk')
  const mount = () => execFileSync('mount', ['-o', 'loop,errors=remount-ro', image, state])
  execFileSync('truncate', ['-s', '64M', image])
  execFileSync('mkfs.ext4', ['-q', '-F', image])
  mount()
  let running = up()
  await load(told, 'before', 1_500)
  execFileSync('mount', ['-o', 'remount,abort', state])
  await load(told, 'readonly', 4_000)
  const askedMs = performance.now()
  await running.stop('SIGTERM')
  told.stopMs = performance.now() - askedMs
  // No file system comes back from an error while it is in use: whoever mends it ends what uses it.
  spawnSync('fuser', ['-k', '-m', state], { stdio: 'ignore' })
  for (let i = 0; spawnSync('umount', [state], { stdio: 'ignore' }).status !== 0 && i < 100; i++)
    await sleep(100)
  spawnSync('e2fsck', ['-f', '-y', image], { stdio: 'ignore' })
  mount()
  running = up()
  await load(told, 'after', 1_000)
  await allDone(told)
  await running.stop('SIGTERM')
}

async function allDone({ taken }: Told): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const { stdout, status } = midwatchRun('list', '--state', 'held,ready,taken', '--limit', '500')
    if (status === 0 && JSON.parse(stdout).tasks.length === 0) return
    await sleep(300)
  }
  throw new Error(`not all of ${taken.length} tasks were done within a minute`)
}

mkdirSync(state, { recursive: true })
writeFileSync(join(dir, 'midwatch.yaml'), config)
const told: Told = { taken: [], refusals: new Set(), stopMs: null }
try {
  await (weather === 'full' ? full(told) : readOnly(told))
  const lines = readFileSync(join(dir, 'log'), 'utf8').trim().split('\n')
  const outcomes = told.taken.map((id) => {
    const { stdout } = midwatchRun('show', String(id))
    const { title, outcome } = JSON.parse(stdout).task
    return { id, outcome, ran: lines.filter((line) => line === title).length }
  })
  const mails = spawnSync('cat', [join(dir, 'mails')], { encoding: 'utf8' }).stdout
  const report = {
    taken: told.taken.length,
    refusals: [...told.refusals],
    lost: outcomes.filter(({ outcome, ran }) => outcome !== 'done' || ran === 0),
    twice: outcomes.filter(({ ran }) => ran > 1).length,
    stopMs: told.stopMs,
    told: mails.split('\n').filter((line) => /disk|cannot be written|can be written/.test(line)),
  }
  console.log(JSON.stringify(report))
} finally {
  spawnSync('umount', ['-l', state], { stdio: 'ignore' })
}
