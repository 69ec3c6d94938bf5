// Runs the program that makes an effect: by its argv, without a shell, its output handed on as it comes and kept up to a
// bound. It runs in our own process group, so that whoever stops our session stops it as well.

import { type ChildProcess, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'

import type { Clock } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import type { CommandEnd, CommandOrder, Commands } from './contract.ts'
import { effectVariable } from './holders.ts'

const keptOutputBytes = 256 * 1024
const keptErrorBytes = 32 * 1024
const graceMs = 5_000
/** How long output is awaited after the program ended: what it left running may hold the pipes for ever. */
const drainMs = 250

export const localCommands = (clock: Clock): Commands => ({
  run: (order, signal) => run(order, clock, signal),
})

async function run(order: CommandOrder, clock: Clock, signal: AbortSignal): Promise<CommandEnd> {
  const [program = '', ...args] = order.argv
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd: order.cwd,
      env: { ...order.env, [effectVariable]: order.mark },
      stdio: [order.input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    return { how: 'never', why: await whyNot(error, program, order.cwd) }
  }
  const out = keep(keptOutputBytes)
  const err = keep(keptErrorBytes)
  child.stdout?.on('data', (chunk: Buffer) => {
    out.add(chunk)
    order.onOutput('out', chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    err.add(chunk)
    order.onOutput('err', chunk)
  })
  child.stdin?.on('error', () => {}) // it need not read
  if (order.input !== null) child.stdin?.end(order.input)
  const over = new AbortController()
  const ended = endOf(child, clock).finally(() => over.abort())
  const cutOff = await cutWhenDue(child, order.timeoutMs, clock, signal, over.signal)
  const end = await ended
  if ('error' in end) return { how: 'never', why: await whyNot(end.error, program, order.cwd) }
  const output = { output: out.text(), errors: err.text(), truncated: out.cut() || err.cut() }
  return { how: 'ended', ...end, cutOff, output }
}

type End =
  | { readonly exitCode: number | null; readonly signal: string | null }
  | { readonly error: unknown }

function endOf(child: ChildProcess, clock: Clock): Promise<End> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ error })
    })
    child.once('exit', async (exitCode, signal) => {
      const drained = new AbortController()
      closed.then(() => drained.abort())
      await clock.sleep(drainMs, drained.signal)
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve({ exitCode, signal })
    })
  })
}

/** Resolves when it has ended, true when we ended it: at the time limit, or because we are asked to leave. */
async function cutWhenDue(
  child: ChildProcess,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
  over: AbortSignal,
): Promise<boolean> {
  await clock.sleep(timeoutMs, AbortSignal.any([signal, over]))
  if (over.aborted) return false
  child.kill('SIGTERM')
  await clock.sleep(graceMs, over)
  if (!over.aborted) child.kill('SIGKILL')
  return true
}

function keep(most: number) {
  const chunks: Buffer[] = []
  let kept = 0
  let seen = 0
  return {
    add(chunk: Buffer) {
      seen += chunk.length
      if (kept >= most) return
      const part = chunk.subarray(0, most - kept)
      chunks.push(part)
      kept += part.length
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
    cut: () => seen > kept,
  }
}

/** `spawn` says ENOENT of the program when it is the working directory that is missing. */
async function whyNot(error: unknown, program: string, cwd: string): Promise<string> {
  const isThere = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) return `its working directory ${cwd} does not exist`
  const code = systemCode(error)
  if (code === 'ENOENT') return `there is no program ${program}`
  if (code === 'EACCES') return `${program} may not be executed`
  if (code === 'E2BIG') return 'its arguments or environment are too large'
  return error instanceof Error ? error.message : String(error)
}
