// One session's container as it is seen from outside: its ticket, the processes that this machine shows of it, and what
// the engine says. The first process is the wrapper; when it ends, the kernel ends all others.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { Victim } from '../../processes/empty.ts'
import { lives, readCommand, readProcess, readStat } from '../../processes/process.ts'
import type { SessionRef } from '../contract.ts'
import { cgroupPids } from '../local/cgroup.ts'
import { type Marks, readMarks } from '../local/marks.ts'
import { readTicket } from '../local/session-files.ts'
import { isWrapperCommand } from '../local/wrapper.ts'
import { groupFolders } from '../systemd/enforced.ts'
import type { ContainerState, Engine } from './engine.ts'
import { containerName } from './words.ts'

/** The first process of a container, as this machine numbers it. */
export interface First {
  readonly pid: number
  readonly startTicks: string
}

export class Box {
  readonly dir: string
  readonly name: string
  readonly nonce: string
  readonly #engine: Engine
  #first: First | null = null
  /** Its program was seen to run. */
  executed = false

  constructor(
    attemptsDir: string,
    fleetId: string,
    ref: Pick<SessionRef, 'attemptId' | 'nonce'>,
    engine: Engine,
  ) {
    this.dir = join(attemptsDir, String(ref.attemptId))
    this.name = containerName(fleetId, ref.attemptId, ref.nonce)
    this.nonce = ref.nonce
    this.#engine = engine
  }

  /** The ticket as it is now; null when nobody took it. */
  marks(): Marks | null {
    const text = readTicket(this.dir)
    return text === null ? null : readMarks(text)
  }

  state(): Promise<ContainerState | null | string> {
    return this.#engine.inspect(this.name)
  }

  /** Learns its first process from what was stored or from the engine; null when none lives. */
  async first(launch: LaunchProof | null = null): Promise<First | null> {
    const known = this.#first ?? firstOf(launch)
    if (known !== null) {
      this.#first = known
      return lives(known.pid, known.startTicks) ? known : null
    }
    const state = await this.state()
    if (state === null || typeof state === 'string' || state.pid === null) return null
    return this.meet(state.pid)
  }

  /** Remembers the first process by its pid and start; null when it is gone. */
  meet(pid: number): First | null {
    const stat = readStat(pid)
    if (stat === null) return null
    this.#first = { pid, startTicks: stat.startTicks }
    return this.#first
  }

  /** Everything that lives in it, as this machine numbers it. */
  async members(launch: LaunchProof | null): Promise<Victim[]> {
    const first = await this.first(launch)
    if (first === null) return []
    const folder = groupOf(first.pid).processes
    const pids = new Set([...(folder === null ? [] : cgroupPids(folder)), first.pid])
    return [...pids].flatMap((pid) => {
      const process = readProcess(pid)
      if (process === null) return []
      return [{ pid, startTicks: process.startTicks, group: null, isWrapper: pid === first.pid }]
    })
  }

  /** Whether its program is seen to run now. */
  async runsProgram(launch: LaunchProof | null): Promise<boolean> {
    if (this.executed) return true
    const commands = (await this.members(launch)).map(({ pid }) => readCommand(pid))
    this.executed = commands.some(
      (command) =>
        command.length > 0 && !isWrapperCommand(command, this.nonce) && !isRuntime(command),
    )
    return this.executed
  }
}

function firstOf(launch: LaunchProof | null): First | null {
  return launch?.pid && launch.startTicks !== null
    ? { pid: launch.pid, startTicks: launch.startTicks }
    : null
}

/** The runtime's own process, before it becomes the wrapper. */
const isRuntime = ([program = '']: readonly string[]): boolean =>
  /(^|\/)(runc|crun)(:|$)/.test(program)

/** Folders of the control group that a process sits in, as this machine mounts it. */
export function groupOf(pid: number): ReturnType<typeof groupFolders> {
  const none = { processes: null, memory: null }
  try {
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'latin1').split('\n')
    const pathOf = (fits: RegExp) => lines.map((line) => fits.exec(line)?.[1]).find(Boolean)
    const pids = pathOf(/^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(\/.+)$/) ?? pathOf(/^0::(\/.+)$/)
    const memory = pathOf(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.+)$/) ?? pathOf(/^0::(\/.+)$/)
    return {
      processes: pids === undefined ? null : groupFolders(pids).processes,
      memory: memory === undefined ? null : groupFolders(memory).memory,
    }
  } catch {
    return none // it ended just now
  }
}
