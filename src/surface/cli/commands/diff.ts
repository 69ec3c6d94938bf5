// `midwatch diff TASK`: what its sessions changed in its worktree, committed or not.

import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { plainText } from '../text.ts'
import { worktreeOf } from '../worktree-of.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .option('--stat', 'files and numbers of lines only')
    .addHelpText('after', '\nJSON: {"taskId","branch","base","path","diff"}')
    .action(act(diff))
}

async function diff(call: Call<{ stat?: boolean }>): Promise<void> {
  const { worktree, workspaces } = await worktreeOf(await call.fleet(), taskId(call.args[0]))
  const text = await workspaces.diff(worktree, call.options.stat === true)
  const { taskId: id, branch, base, path } = worktree
  if (call.json) return call.print.json({ taskId: id, branch, base, path, diff: text })
  if (text === '') return call.print.note(`Task ${id} has changed nothing in ${path}`)
  const { columns: _, isTerminal } = call.world.out
  for (const line of (isTerminal ? plainText(text) : text).trimEnd().split('\n'))
    call.print.line(isTerminal ? painted(call, line) : line)
}

function painted({ print }: Call<{ stat?: boolean }>, line: string): string {
  if (line.startsWith('+') && !line.startsWith('+++')) return print.paint.good(line)
  if (line.startsWith('-') && !line.startsWith('---')) return print.paint.bad(line)
  return /^(diff|index|@@|\+\+\+|---)/.test(line) ? print.paint.aside(line) : line
}
