// The stage of a scenario: a fleet in a scratch folder, opened as the product opens any, with real sessions. What a
// scenario changes of it, it hands in.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { emptyAllSessions, openFleet, startDaemon } from '../../src/app.ts'
import { present } from '../../src/base/assert.ts'
import type { Daemon } from '../../src/daemon.ts'
import type { Launcher } from '../../src/drivers/launchers/contract.ts'
import type { Fleet } from '../../src/fleet.ts'
import { enqueue, type Want } from '../../src/lifecycle/intake/enqueue.ts'
import { plainWant } from '../support/plain-want.ts'
import type { Attempt } from '../../src/model/attempt.ts'
import type { FactKind } from '../../src/model/fact.ts'
import type { Task } from '../../src/model/task.ts'

/** The program, as a person starts it. */
export const midwatch = fileURLToPath(new URL('../../bin/midwatch.mjs', import.meta.url))
const deadlineMs = 25_000

export interface Stage {
  readonly dir: string
  readonly fleet: Fleet
  /** Starts the daemon of this fleet, over another launcher if one is made from the real one. */
  up(launcher?: (real: Launcher) => Launcher): Promise<Daemon>
  /** Begins a daemon over these parts, and leaves it to the caller: it may die. */
  begin(parts: Fleet): Promise<Daemon>
  /** Adds a task that runs a shell command. */
  add(run: string, more?: Partial<Want>): Promise<number>
  task(id: number): Promise<Task>
  attempts(taskId: number): Promise<readonly Attempt[]>
  /** How many facts of a kind a task has. */
  count(taskId: number, kind: FactKind): Promise<number>
  /** Stops what runs, sessions included, and removes the folder. */
  strike(): Promise<void>
}

/** Sets a stage; `yaml` are further lines of its configuration, such as its backoff. */
export async function setStage(yaml = 'backoff: [50ms, 100ms]\n'): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-scenario-'))
  const text = `slots: 2\nagents:\n  shell:\n    adapter: command\n    slots: 2\n${yaml}`
  writeFileSync(join(dir, 'midwatch.yaml'), text)
  const fleet = await openFleet({ dir, env: process.env })
  const daemons: Daemon[] = []
  const begin = (parts: Fleet) =>
    startDaemon(parts, {
      log: (line) => console.error(line),
      command: [process.execPath, midwatch],
      env: process.env,
    })
  return {
    dir,
    fleet,
    async up(launcher = (real) => real) {
      const parts = { ...fleet, launcher: async () => launcher(await fleet.launcher()) }
      const daemon = await begin(parts)
      daemons.push(daemon)
      return daemon
    },
    begin,
    async add(run, more = {}) {
      const { task } = await enqueue(
        { ...fleet, folder: fleet.host.folder },
        {
          ...plainWant,
          title: 'a task of a scenario',
          attempts: 5,
          by: 'scenario',
          cwd: dir,
          run,
          ...more,
        },
      )
      fleet.store.poke()
      return task.id
    },
    task: async (id) => present(await fleet.store.task(id), `task ${id} is there`),
    attempts: (taskId) => fleet.store.attemptsOf(taskId),
    count: async (taskId, kind) =>
      (await fleet.store.facts({ taskId, kinds: [kind], limit: 100 })).length,
    async strike() {
      for (const daemon of daemons) await daemon.stop()
      await emptyAllSessions(fleet)
      await fleet.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Waits until `look` answers something; throws after the deadline. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (performance.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await sleep(10)
  }
}

/** The task's only attempt, once it has ended. */
export const endOfOnly = (stage: Stage, taskId: number): Promise<Attempt> =>
  until(`the attempt of task ${taskId} ends`, async () => {
    const [only, ...more] = await stage.attempts(taskId)
    if (more.length > 0) throw new Error(`task ${taskId} has ${1 + more.length} attempts`)
    return only?.state === 'ended' && only
  })
