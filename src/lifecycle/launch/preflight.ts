// Looks before launching: the folder is there, the program is there, and a missing folder is never told as a missing
// program (Node reports both as ENOENT of the program). What fails here never started and charges no task.

import type { Host } from '../../drivers/hosts/contract.ts'
import type { Verdict } from '../../model/failure.ts'

export type Preflight =
  | { readonly ready: true; readonly program: string }
  | { readonly ready: false; readonly verdict: Verdict }

/** Resolves the program and checks the folder. A program `elsewhere` (in a container) is not looked for here. */
export async function preflight(
  host: Host,
  program: string,
  cwd: string,
  path: string,
  elsewhere: { readonly program?: string } = {},
): Promise<Preflight> {
  const folder = await host.folder(cwd)
  if (folder !== 'ok') {
    const verdict = folderRefused(`the working directory ${cwd} ${folderSentence[folder]}`)
    return { ready: false, verdict }
  }
  if (elsewhere.program !== undefined) return { ready: true, program: elsewhere.program }
  const resolved = await host.resolveProgram(program, cwd, path)
  if (resolved === null)
    return notReady(
      `the program ${program} is not found or not executable on the PATH of the session`,
    )
  return { ready: true, program: resolved }
}

const folderSentence = {
  missing: 'does not exist',
  not_a_folder: 'is not a directory',
  no_access: 'cannot be entered',
} as const

const notReady = (evidence: string): Preflight => ({
  ready: false,
  verdict: launchFailed(evidence),
})

/** The folder is the task's own wish: no lane is charged for it, whoever noticed. */
export const folderRefused = (evidence: string): Verdict => ({
  ...launchFailed(evidence),
  blame: 'task',
})

/** The verdict of an attempt whose program did not run. */
export const launchFailed = (evidence: string, neverStarted = false): Verdict => ({
  class: 'launch_failed',
  blame: 'host',
  exitCode: null,
  signal: null,
  evidence,
  resetAt: null,
  neverStarted,
})
