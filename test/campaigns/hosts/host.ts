// One host of a campaign: a folder of its own, `midwatch up` as users run it, and, where wanted, a wall clock that can be moved
// under everything that runs there.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const midwatch = fileURLToPath(new URL('../../../bin/midwatch.mjs', import.meta.url))

export interface HostPlan {
  readonly name: string
  /** Parent of its folder. */
  readonly dir: string
  readonly yaml: string
  /** Words before its command: where it runs. */
  readonly prefix?: readonly string[]
  /** Whether its wall clock can be moved. */
  readonly movable?: boolean
}

export interface CampaignHost {
  readonly name: string
  readonly dir: string
  start(): void
  /** Kills the supervisor at once, and so soon its children; its sessions go on. */
  kill(): Promise<void>
  /** Asks it to stop; sessions go on. */
  stop(): Promise<void>
  /** Moves its wall clock, which runs on from there. */
  moveClock(byS: number): void
}

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

/** Whether clocks can be moved on this machine. */
export const canMoveClocks = (): boolean => existsSync(library)

export function makeHost(plan: HostPlan): CampaignHost {
  const dir = join(plan.dir, plan.name)
  const clockFile = join(plan.dir, `${plan.name}.clock`)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'midwatch.yaml'), plan.yaml)
  writeFileSync(clockFile, '+0s')
  const isMovable = plan.movable === true && canMoveClocks()
  const clock = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  let child: ChildProcess | null = null
  const end = async (signal: NodeJS.Signals) => {
    const one = child
    child = null
    if (one === null || one.exitCode !== null || one.signalCode !== null) return
    const gone = new Promise((resolve) => one.once('exit', resolve))
    one.kill(signal)
    await gone
  }
  return {
    name: plan.name,
    dir,
    start() {
      const log = openSync(join(plan.dir, `${plan.name}.log`), 'a')
      const up = [process.execPath, midwatch, 'up', '--host', plan.name, '--fleet', dir]
      const [command = '', ...words] = [...(plan.prefix ?? []), ...up]
      child = spawn(command, words, {
        cwd: dir,
        env: { ...process.env, MIDWATCH_HTTP: 'off', ...(isMovable && clock) },
        stdio: ['ignore', log, log],
      })
      closeSync(log)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    moveClock: (byS) => writeFileSync(clockFile, `${byS < 0 ? '' : '+'}${byS}s`),
  }
}
