// Runs a short command that we wait for ourselves, such as a task's check. It runs in a session of its own and carries a
// mark, so that all of it can be ended: when its time is up, when the shell has ended, and, where the mark is a lasting
// one, by a later process after ours was killed. A check that was cut off has said nothing.

import { type ChildProcess, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import { emptySession } from '../processes/empty.ts'
import { membersOf, type Trace } from '../processes/living.ts'
import { markVariable, readStat, uptimeCentis } from '../processes/process.ts'
import { processTable } from '../processes/process-table.ts'
import { HeadAndTail } from './head-and-tail.ts'
import type { Ran } from './contract.ts'

/** A shell command to be run to its end. */
export interface ShellOrder {
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** A mark that outlives this process; null for one that nobody looks for later. */
  readonly mark: string | null
}

/** Of the output so much is kept of its beginning and of its end, in bytes. */
const headBytes = 16_384
const tailBytes = 49_152
/** From SIGTERM to SIGKILL, and from SIGKILL until we leave what no signal ends. */
const graceMs = 2_000
const giveUpMs = 5_000
/** How long output is awaited after the shell ended: what it left running may hold the pipes for ever. */
const drainMs = 250

let ordinal = 0

/** Runs `order.command` with `sh -c`, without input. Never throws for what the command or the system does. */
export async function runBounded(order: ShellOrder, clock: Clock): Promise<Ran> {
  const { cwd, signal, timeoutMs } = order
  if (signal.aborted) return { ran: false, why: 'stopped before it began' }
  const mark = order.mark ?? `check:${process.pid}:${clock.now()}:${++ordinal}`
  if (order.mark !== null) {
    const earlier = await emptyMarked(mark, clock)
    if (earlier.length > 0)
      return { ran: false, why: `what ran before it could not be ended: ${earlier.join(', ')}` }
    if (signal.aborted) return { ran: false, why: 'stopped before it began' }
  }
  const output = new HeadAndTail(headBytes, tailBytes)
  const over = new AbortController()
  let child: ChildProcess
  try {
    child = spawn('/bin/sh', ['-c', order.command], {
      cwd,
      detached: true,
      env: { ...order.env, [markVariable]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    return { ran: false, why: await whyNot(error, cwd) }
  }
  child.stdout?.on('data', (chunk: Buffer) => output.add(chunk))
  child.stderr?.on('data', (chunk: Buffer) => output.add(chunk))
  const ended = endOf(child, clock)
  ended.then(() => over.abort())
  const cut = await Promise.race([
    ended,
    clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal])).then(() => 'cut' as const),
  ])
  if (cut === 'cut' && !over.signal.aborted) {
    const left = await endAll(traceOf(mark, child), clock)
    const why = signal.aborted ? 'stopped' : `it took longer than ${timeoutMs} ms`
    return { ran: false, why: left.length > 0 ? `${why}; left running: ${left.join(', ')}` : why }
  }
  const end = await ended
  if ('error' in end) return { ran: false, why: await whyNot(end.error, cwd) }
  const { exitCentis, ...how } = end
  await endAll(traceAfter(mark, child, exitCentis), clock)
  return { ran: true, ...how, output: output.toString() }
}

/** Ends whatever carries a mark; resolves with what no signal could end. */
export const emptyMarked = (mark: string, clock: Clock): Promise<readonly number[]> =>
  endAll({ mark, program: null, ...unwrapped }, clock)

type End =
  | {
      readonly exitCode: number | null
      readonly signal: string | null
      readonly exitCentis: number
    }
  | { readonly error: unknown }

/** Resolves when the shell has ended and its output was read, as far as it comes soon. */
function endOf(child: ChildProcess, clock: Clock): Promise<End> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }))
    child.once('exit', async (exitCode, signal) => {
      const exitCentis = uptimeCentis()
      const drained = new AbortController()
      closed.then(() => drained.abort())
      await clock.sleep(drainMs, drained.signal)
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve({ exitCode, signal, exitCentis })
    })
  })
}

const unwrapped = {
  wrapperPid: null,
  wrapperDone: false,
  exitCentis: null,
  cgroupPids: new Set<number>(),
}

/** What is known of a command whose shell still runs. */
function traceOf(mark: string, child: ChildProcess): Trace {
  const pid = child.pid ?? null
  const startTicks = pid === null ? undefined : readStat(pid)?.startTicks
  const program = pid !== null && startTicks !== undefined ? { pid, startTicks } : null
  return { mark, program, ...unwrapped }
}

/** What is known of one whose shell has ended: who sits in its session since before then is its own. */
const traceAfter = (mark: string, child: ChildProcess, exitCentis: number): Trace => ({
  ...unwrapped,
  mark,
  program: null,
  wrapperPid: child.pid ?? null,
  exitCentis,
})

/** Ends all that a trace finds; resolves with what no signal could end. */
async function endAll(trace: Trace, clock: Clock): Promise<readonly number[]> {
  const self = { pid: process.pid, session: readStat(process.pid)?.session ?? -1 }
  const look = async () => {
    const processes = await processTable(clock).snapshot()
    const members = membersOf(processes, trace, self)
    return members.map((member) => {
      return {
        ...member,
        group: member.session === self.session ? null : member.group,
        isWrapper: false,
      }
    })
  }
  const strikes = { stopForks: () => {}, strike: () => {}, strikeUnseen: async () => {} }
  const emptied = await emptySession({ look, ...strikes, clock, graceMs, giveUpMs })
  return emptied.survivors
}

/** `spawn` says ENOENT of the shell when it is the working directory that is missing. */
async function whyNot(error: unknown, cwd: string): Promise<string> {
  const isThere = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) return `its working directory ${cwd} does not exist`
  if (systemCode(error) === 'E2BIG') return 'its command or environment is too large'
  return error instanceof Error ? error.message : String(error)
}
