// Where systemd is not process 1, its tests run in a box (systemd-box.sh): the same test file, by a test runner of its own
// inside. Says why no box can be made, and tidies up whatever becomes of it.

import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('systemd-box.sh', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

/** Whether systemd is what started everything here. */
export const systemdIsHere = existsSync('/run/systemd/system')

/** Why no box can be made here; null when it can. */
export const whyNoBox: string | null = (() => {
  if (systemdIsHere) return 'systemd is here already'
  if (process.getuid?.() !== 0) return 'only root can make a box'
  if (!existsSync('/lib/systemd/systemd')) return 'systemd is not installed'
  if (!/\boverlay\b/.test(readFileSync('/proc/filesystems', 'utf8')))
    return 'the kernel has no overlayfs'
  return null
})()

export interface Box {
  /** Runs a test file in it, as root or as the box's one user; answers the runner's own report, and whether it was content. */
  readonly test: (file: string, asUser?: boolean) => Promise<BoxedRun>
  /** Runs a command in it to its end; throws where it fails. */
  readonly run: (...command: string[]) => string
  readonly stop: () => void
}

export interface BoxedRun {
  readonly passed: number
  readonly failed: readonly string[]
  readonly output: string
}

/** Boots a box. Throws with what it said where that fails. */
export function startBox(): Box {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-box-'))
  const ask = (verb: string, ...more: string[]) =>
    execFileSync('bash', [script, verb, dir, ...more], { encoding: 'utf8', timeout: 60_000 })
  const stop = () => {
    if (!existsSync(dir)) return
    ask('stop')
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    ask('start')
  } catch (error) {
    stop()
    throw error
  }
  return {
    run: (...command) => ask('in', ...command),
    stop,
    test: (file, asUser = false) => {
      if (asUser) makeUser((...command) => ask('in', ...command))
      return testIn(dir, file, asUser)
    },
  }
}

const boxUser = { name: 'midwatch-test', uid: '1500', home: '/run/home-of-test' }

/** A user with a manager of their own, known to this box alone. */
function makeUser(run: Box['run']): void {
  const { name, uid, home } = boxUser
  run('useradd', '--uid', uid, '--no-create-home', '--home-dir', home, name)
  run('install', '-d', '-o', uid, '-g', uid, home)
  run('systemctl', 'start', 'dbus.service', 'systemd-logind.service', `user@${uid}.service`)
}

interface Report {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function testIn(dir: string, file: string, asUser: boolean): Promise<BoxedRun> {
  const runner = join(root, 'node_modules/vitest/vitest.mjs')
  const report = join(dir, asUser ? 'user.json' : 'root.json')
  const { uid, home } = boxUser
  const user = ['setpriv', '--reuid', uid, '--regid', uid, '--clear-groups']
  const words = asUser ? [`HOME=${home}`, `XDG_RUNTIME_DIR=/run/user/${uid}`] : []
  if (asUser) chmodSync(dir, 0o777)
  const path = `PATH=${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`
  const command = [
    ...(asUser ? user : []),
    'env',
    ...words,
    path,
    'sh',
    '-c',
    `cd "$0" && exec "$@"`,
    root,
    process.execPath,
    runner,
  ]
  const asked = ['run', file, '--configLoader=native', '--reporter=json', `--outputFile=${report}`]
  return new Promise((resolve) => {
    const options = { timeout: 240_000, killSignal: 'SIGKILL' as const, maxBuffer: 64 * 1_048_576 }
    execFile('bash', [script, 'in', dir, ...command, ...asked], options, (error, out, err) => {
      const output = `${out}\n${err}\n${error?.message ?? ''}`.slice(-20_000)
      if (!existsSync(report))
        return resolve({ passed: 0, failed: ['no report was written'], output })
      const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
      const failed = testResults.flatMap(({ assertionResults, message }) => [
        ...(assertionResults.length === 0 && message !== '' ? [message] : []),
        ...assertionResults
          .filter(({ status }) => status === 'failed')
          .map((one) => `${one.fullName}: ${one.failureMessages.join('\n').slice(0, 2_000)}`),
      ])
      resolve({ passed: numPassedTests, failed, output })
    })
  })
}
