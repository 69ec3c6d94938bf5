// The built program, as a user runs it: another process, bundled, with its compile cache. Benches measure this one where
// memory and start-up count, and build it first.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { assert } from '../../src/base/assert.ts'
import { roleVariable } from '../../src/drivers/children/fork.ts'
import type { Store } from '../../src/drivers/store/contract.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const binary = join(root, 'bin', 'midwatch.mjs')

/** Builds dist/ from the source as it is. */
export const build = (): void =>
  void execFileSync(process.execPath, [join(root, 'scripts', 'build.ts')], { stdio: 'inherit' })

/** Runs one command to its end and answers what it printed. Throws when it fails. */
export function midwatch(dir: string, args: readonly string[]): string {
  const ran = spawnSync(process.execPath, [binary, ...args], { cwd: dir, encoding: 'utf8' })
  assert(ran.status === 0, `midwatch ${args.join(' ')} succeeds, but: ${ran.stderr}`)
  return ran.stdout
}

export interface RunningDaemon {
  readonly child: ChildProcess
  readonly pid: number
  /** Asks it to stop, as its supervisor would; resolves at the end of the process. */
  stop(): Promise<void>
}

const startWithinMs = 20_000

/**
 * Starts the dispatcher of the fleet in `dir` and waits until it has entered: the very process that `midwatch up` keeps, with
 * us in the place of its supervisor. `nodeArgs` go to Node itself.
 */
export async function startDaemon(
  dir: string,
  store: Store,
  nodeArgs: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningDaemon> {
  const log = openSync(join(dir, 'up.log'), 'a')
  const child = spawn(process.execPath, [...nodeArgs, binary, 'up'], {
    cwd: dir,
    env: { ...env, [roleVariable]: 'daemon first ', MIDWATCH_HTTP: 'off' },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { pid } = child
  assert(pid !== undefined, 'midwatch up starts')
  const deadline = performance.now() + startWithinMs
  while (!(await store.hosts()).some((host) => host.pid === pid && host.running)) {
    assert(
      child.exitCode === null && performance.now() < deadline,
      `midwatch up enters; see ${dir}/up.log`,
    )
    await sleep(10)
  }
  const stop = async () => {
    child.send({ ask: 'stop' }) // a child heeds its supervisor, and only tells it of a signal
    await gone
  }
  return { child, pid, stop }
}
