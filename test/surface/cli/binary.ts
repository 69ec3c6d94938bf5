// Runs the real `midwatch`, built from the sources as they are now, in scratch fleets. Everything it starts is ended and
// everything it writes is removed when the test file is over.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { programFolder } from '../../support/program.ts'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
}

/** A `midwatch` that runs for a while. */
export interface Running {
  readonly pid: number
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<Ended>
  /** Resolves when standard output has matched; rejects when the process ended first or time is up. */
  says(pattern: RegExp, withinMs?: number): Promise<void>
  signal(name: NodeJS.Signals): void
}

/** The built program, and what was started with it. */
export class Binary {
  readonly dir: string
  readonly path: string
  readonly #children = new Set<ChildProcess>()

  private constructor(dir: string, program: string) {
    this.dir = dir
    this.path = join(program, 'bin/midwatch.mjs')
  }

  /** The program that all files of a test run share, with a folder for what this one needs. */
  static async build({ hasPage = false } = {}): Promise<Binary> {
    const dir = mkdtempSync(join(tmpdir(), 'midwatch-cli-'))
    try {
      return new Binary(dir, await programFolder(dir, hasPage))
    } catch (error) {
      rmSync(dir, { recursive: true, force: true })
      throw error
    }
  }

  /** A folder that is gone with this binary. */
  folder(name: string): string {
    const dir = mkdtempSync(join(this.dir, `${name}-`))
    return dir
  }

  /** A folder with a fleet in it. Its backoff is short, so that tests need not wait. */
  async fleet(yaml = plainYaml): Promise<string> {
    const dir = this.folder('fleet')
    writeFileSync(join(dir, 'midwatch.yaml'), yaml)
    return dir
  }

  start(args: readonly string[], options: RunOptions = {}): Running {
    const child = spawn(process.execPath, [this.path, ...args], {
      cwd: options.cwd ?? this.dir,
      env: environment(options.env),
    })
    this.#children.add(child)
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    child.stdin.on('error', () => {}) // it need not read what we say
    child.stdin.end(options.input ?? '')
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        this.#children.delete(child)
        resolve({ code, out, err })
      })
    })
    return {
      pid: child.pid ?? 0,
      out: () => out,
      err: () => err,
      ended,
      says: (pattern, withinMs = 25_000) =>
        until(
          () => pattern.test(out),
          ended,
          () => `${out}\n${err}`,
          withinMs,
        ),
      signal: (name) => void child.kill(name),
    }
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(args, options).ended
  }

  /** Runs with `--json` and answers what was said; throws unless the exit code is `code`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into shapes that they themselves assert
  async json(args: readonly string[], options: RunOptions = {}, code = 0): Promise<any> {
    const ended = await this.run([...args, '--json'], options)
    if (ended.code !== code)
      throw new Error(`exit ${ended.code} instead of ${code}: ${ended.err}${ended.out}`)
    return JSON.parse(ended.out)
  }

  /** Ends what still runs: dispatchers first, then the sessions of these fleets, and removes the files. */
  async end(fleets: readonly string[] = []): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    const tried = fleets.filter((dir) => existsSync(join(dir, '.midwatch/attempts')))
    for (const dir of tried) await this.run(['stop', '--all', '--now', '--fleet', dir])
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

export const plainYaml = `\
name: scratch
slots: 4
backoff: [100ms]
limits: { stopGrace: 5s, poll: 200ms }
agents:
  shell: { adapter: command, tier: light, slots: 3 }
`

/** Ours without anything that speaks of a fleet or a terminal. */
export function environment(more: RunOptions['env'] = {}): Record<string, string> {
  const given = Object.entries({
    ...process.env,
    USER: 'tester',
    TZ: 'UTC',
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    COLUMNS: undefined,
  })
  const clean = given.filter(([name]) => !name.startsWith('MIDWATCH_'))
  // No page, unless a test is about it: many dispatchers run side by side here.
  const all = Object.entries({ ...Object.fromEntries(clean), MIDWATCH_HTTP: 'off', ...more })
  return Object.fromEntries(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** Waits for a condition; `ended` cuts the waiting short. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  ended: Promise<unknown> | null,
  told: () => string,
  withinMs = 25_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  let over = false
  void ended?.then(() => {
    over = true
  })
  while (!(await holds())) {
    if (over && !(await holds())) throw new Error(`it ended first: ${told()}`)
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${told()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Whether a process lives; a zombie does not. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/\) [ZX] /.test(stat)
  } catch {
    return false
  }
}
