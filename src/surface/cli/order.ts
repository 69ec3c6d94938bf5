// The options that word an order, alike for `add` and `edit`, and where a prompt may come from.

import { resolve } from 'node:path'

import { systemCode, usage } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { type WorkspaceKind, workspaceKinds } from '../../model/workspace.ts'
import type { Command } from './grammar.ts'
import type { World } from './world.ts'

export interface OrderOptions {
  run?: string
  prompt?: string
  promptFile?: string
  cwd?: string
  verify?: string
  timeout?: string
  once?: boolean
  workspace?: string
}

export const orderOptions = (command: Command): Command =>
  command
    .option('--run <cmd>', 'a shell command')
    .option('--prompt <text>', 'a prompt for an agent')
    .option('--prompt-file <file>', 'a prompt from a file; `-` reads standard input')
    .option('--cwd <dir>', 'folder to work in (default: here)')
    .option('--verify <cmd>', 'a shell command that decides whether it is done')
    .option('--timeout <duration>', 'how long one attempt may run')
    .option(
      '--workspace <kind>',
      'dir: that folder; worktree: a git worktree and branch of its own; none: an empty folder',
    )
    .option('--once', 'once confirmed, never started again without a person')

/** Where sessions shall work; null when nothing was said. Throws `usage.word`. */
export function workspaceOf({ workspace }: OrderOptions): WorkspaceKind | null {
  if (workspace === undefined) return null
  const kind = workspaceKinds.find((one) => one === workspace)
  if (kind !== undefined) return kind
  throw usage(
    'usage.word',
    `--workspace knows no \`${workspace}\`${didYouMean(workspace, workspaceKinds)}`,
    `one of ${workspaceKinds.join(', ')}`,
  )
}

/** The prompt, wherever it stands; null when none is given. Throws `usage.*` for two, or for an unreadable file. */
export async function promptOf(world: World, options: OrderOptions): Promise<string | null> {
  const { prompt, promptFile, run } = options
  if ([prompt, promptFile, run].filter((given) => given !== undefined).length > 1)
    throw usage(
      'usage.two_orders',
      'a task has one order',
      'give one of --run, --prompt and --prompt-file',
    )
  if (prompt !== undefined) return prompt
  if (promptFile === undefined) return null
  if (promptFile === '-') return world.readInput()
  try {
    return await world.readFile(resolve(world.cwd, promptFile))
  } catch (error) {
    const code = systemCode(error)
    if (code === null) throw error
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw usage(
      'usage.prompt_file',
      `the prompt file ${promptFile} ${why}`,
      'name a readable file, or `-` for standard input',
    )
  }
}
