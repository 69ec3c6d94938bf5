// Facts of the launch that outrank all text: the signal, a time limit that ended it, a program that could not be run.

import { crashSignals, signalOfExit } from '../signals.ts'
import { launchRows } from './families/launch.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import { firstMatch } from './row.ts'
import type { ToolKnowledge } from './tool.ts'

interface Ended {
  readonly exitCode: number | null
  readonly signal: string | null
}

/** Signals that a limit of the system sends. */
const limitSignals: ReadonlySet<string> = new Set(['SIGXFSZ', 'SIGXCPU'])

/** What signal and reserved exit codes say, or null where they say nothing. */
export function launcherFinding(
  ended: Ended,
  tool: ToolKnowledge,
  said: readonly string[],
): Finding | null {
  if (ended.signal !== null) return signalFinding(normal(ended.signal), tool, said)
  const { exitCode } = ended
  if (exitCode === null || tool.exitCode?.(exitCode)) return null
  if (exitCode === 124)
    return finding('timeout', explained(said, 'Exit code 124: a time limit ended it.'))
  if (exitCode === 126 || exitCode === 127) return couldNotRun(exitCode, said)
  const signal = signalOfExit(exitCode)
  return signal === null || exitCode < 128 ? null : signalFinding(signal, tool, said)
}

/** What was said about memory, disk or a time limit explains a signal; else it came from outside, or was a crash. */
function signalFinding(signal: string, tool: ToolKnowledge, said: readonly string[]): Finding {
  const explains = firstMatch(
    launchRows.filter((row) => row.class === 'resource_exhausted' || row.class === 'timeout'),
    said,
  )
  if (explains) return finding(explains.row.class, `${signal}: ${explains.line}`)
  if (tool.endsAtLimit && /^SIG(?:KILL|TERM)$/.test(signal))
    return finding('timeout', `Ended by ${signal} at its time limit.`)
  if (limitSignals.has(signal))
    return finding('resource_exhausted', `${signal}: a limit of the system ended it.`)
  if (crashSignals.has(signal) && signal !== 'SIGPIPE')
    return finding('task_failed', `It crashed with ${signal}.`)
  // Nobody who stops a program politely begins with SIGKILL: unexplained, it is the kernel's, short of memory.
  if (signal === 'SIGKILL' && said.every((line) => /\bkilled$/i.test(line)))
    return finding(
      'resource_exhausted',
      'Ended by SIGKILL without a word, as the kernel does when memory runs out.',
    )
  return finding('interrupted', `Ended by ${signal}.`, { blame: 'host' })
}

function couldNotRun(exitCode: number, said: readonly string[]): Finding {
  const explains = firstMatch(launchRows, said)
  const failed =
    explains?.row.class === 'resource_exhausted' ? 'resource_exhausted' : 'launch_failed'
  return finding(
    failed,
    explains?.line ?? explained(said, `Exit code ${exitCode}: the program could not be run.`),
  )
}

function explained(said: readonly string[], otherwise: string): string {
  return said[0] === undefined ? otherwise : `${otherwise} ${said[0]}`
}

/** `9`, `KILL` and `SIGKILL` are one signal. */
function normal(signal: string): string {
  if (/^\d+$/.test(signal)) return signalOfExit(128 + Number(signal)) ?? `signal ${signal}`
  return signal.startsWith('SIG') ? signal : `SIG${signal.toUpperCase()}`
}
