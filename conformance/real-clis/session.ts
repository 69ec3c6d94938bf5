// Runs one session of a real client as Midwatch would: the adapter's plan, its order from a file on standard input, its
// reader on the output, its verdict on the whole tuple. Everything the session started is gone when this resolves.

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AgentAdapter, AgentSettings, WorkOrder } from '../../src/drivers/agents/contract.ts'
import type { Verdict } from '../../src/model/failure.ts'

export interface SessionWish {
  readonly adapter: AgentAdapter
  readonly settings: AgentSettings
  readonly prompt: string
  readonly env: Readonly<Record<string, string>>
  /** A folder of this session alone. */
  readonly dir: string
  readonly limitMs: number
  readonly lacks: ReadonlySet<string>
  /** Arguments that Midwatch would not send, to provoke. */
  readonly more?: readonly string[]
  /** Sent to the client alone, once `when` holds. */
  readonly strike?: { readonly signal: NodeJS.Signals; readonly when: () => boolean }
}

export interface Played {
  readonly verdict: Verdict
  readonly refusedFlags: readonly string[]
  readonly leftOut: readonly string[]
  readonly seconds: number
  readonly out: string
  readonly err: string
  readonly files: readonly string[]
}

export async function play(wish: SessionWish): Promise<Played> {
  const { adapter, settings, dir, limitMs } = wish
  const cwd = join(dir, 'work')
  const attemptDir = join(dir, 'attempt')
  mkdirSync(cwd, { recursive: true })
  mkdirSync(attemptDir, { recursive: true })
  const work: WorkOrder = {
    taskId: 7,
    attemptId: 7,
    title: 'Run the command',
    order: { run: null, prompt: wish.prompt, cwd, timeoutMs: null, verify: null, once: false },
    history: [],
    attemptDir,
    asRoot: process.getuid?.() === 0,
    limitMs,
  }
  const plan = adapter.plan(settings, work, wish.lacks)
  for (const [name, text] of Object.entries(plan.files)) writeFileSync(join(attemptDir, name), text)
  writeFileSync(join(dir, 'stdin'), plan.stdin)
  const mark = `REAL_CLI_CASE=${dir}`
  const began = Date.now()
  const ended = await run(
    wish,
    [plan.program, ...plan.args, ...(wish.more ?? [])],
    { ...wish.env, ...plan.env, REAL_CLI_CASE: dir },
    cwd,
  )
  sweep(mark)
  const out = readFileSync(join(dir, 'out'), 'utf8')
  const err = readFileSync(join(dir, 'err'), 'utf8')
  const reader = adapter.reader()
  for (let at = 0; at < out.length; at += 5_003) reader.feed(out.slice(at, at + 5_003))
  const ending = {
    ...ended,
    summary: reader.summary(),
    outHead: out.slice(0, 4_096),
    outTail: out.slice(-4_096),
    errHead: err.slice(0, 4_096),
    errTail: err.slice(-4_096),
    durationMs: Date.now() - began,
    now: Date.now(),
  }
  return {
    verdict: adapter.judge(ending),
    refusedFlags: adapter.refusedFlags(settings, work, ending, wish.lacks),
    leftOut: plan.leftOut,
    seconds: (Date.now() - began) / 1_000,
    out,
    err,
    files: readdirSync(cwd).filter((name) => name !== '.git'),
  }
}

interface Ended {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stoppedBy: string | null
}

async function run(
  { dir, limitMs, strike }: SessionWish,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Ended> {
  const files = [
    openSync(join(dir, 'stdin'), 'r'),
    openSync(join(dir, 'out'), 'w'),
    openSync(join(dir, 'err'), 'w'),
  ]
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: files as [number, number, number],
  })
  for (const file of files) closeSync(file)
  let stoppedBy: string | null = null
  const began = Date.now()
  const pulse = setInterval(() => {
    if (strike?.when() && stoppedBy === null && child.exitCode === null) child.kill(strike.signal)
    if (Date.now() - began < limitMs) return
    stoppedBy = 'timeout'
    child.kill(Date.now() - began < limitMs + 5_000 ? 'SIGTERM' : 'SIGKILL')
  }, 200)
  return await new Promise((resolve) => {
    const over = (exitCode: number | null, signal: string | null) => {
      clearInterval(pulse)
      resolve({ exitCode, signal, stoppedBy })
    }
    child.once('error', () => over(127, null))
    child.once('exit', over)
  })
}

/** Ends every process that carries the mark in its environment. */
function sweep(mark: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark))
        process.kill(Number(pid), 'SIGKILL')
    } catch {
      // it is gone
    }
  }
}
