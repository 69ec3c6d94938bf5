// Asks a build for its version and its options: two short calls without input, bounded, in an environment that keeps the
// client quiet. What it does not answer is told as trouble, never guessed.

import type { BuildQuestions } from '../contract.ts'
import { optionsIn } from './options.ts'

/** Runs a shell command to its end, as the host does for checks. */
export type RunShell = (
  command: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<
  | {
      readonly ran: true
      readonly exitCode: number | null
      readonly signal: string | null
      readonly output: string
    }
  | { readonly ran: false; readonly why: string }
>

export interface Answers {
  readonly version: string | null
  readonly options: readonly string[] | null
  readonly trouble: string | null
}

/** The slowest client measured took 2.2 s for its help on a busy machine. */
const answerWithinMs = 15_000

export async function askBuild(
  runShell: RunShell,
  path: string,
  questions: BuildQuestions,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Answers> {
  const asked = { ...env, ...questions.env }
  const ask = async (args: readonly string[]) => {
    const command = ['exec', quoted(path), ...args.map(quoted)].join(' ')
    return await runShell(command, cwd, asked, answerWithinMs, new AbortController().signal)
  }
  const version = await ask(questions.version)
  const told = version.ran && version.exitCode === 0 ? versionIn(version.output) : null
  if (told === null)
    return { version: null, options: null, trouble: `--version: ${whyNot(version)}` }
  const help = await ask(questions.help)
  const options = help.ran ? optionsIn(help.output) : null
  const trouble = options === null ? `${questions.help.join(' ')}: ${whyNot(help)}` : null
  return { version: told, options, trouble }
}

/** The line of an answer that holds a version; clients print warnings before it. */
function versionIn(output: string): string | null {
  const all = output.split('\n').map((line) => line.trim())
  return all.find((line) => /\d+\.\d+/.test(line) && line.length <= 120) ?? null
}

type Ran = Awaited<ReturnType<RunShell>>

function whyNot(ran: Ran): string {
  if (!ran.ran) return ran.why
  const last = ran.output.trim().split('\n').at(-1) ?? ''
  const how = ran.signal ?? `exit code ${ran.exitCode}`
  return last === '' ? `${how} without a word` : `${how}, ${last.slice(0, 200)}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
