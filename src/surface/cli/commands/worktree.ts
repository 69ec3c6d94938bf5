// `midwatch worktree list|gc`: the worktrees of this host, what each holds, and which may go.

import type { Worktree } from '../../../drivers/workspaces/contract.ts'
import { removeWorktree, type Stay, whyItStays } from '../../../lifecycle/leave/worktree.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { taskLabel } from '../labels.ts'
import { oneLine } from '../text.ts'

export function define(command: Command, act: Act): void {
  const list = command.command('list').summary('the worktrees of this host')
  list
    .addHelpText('after', '\nJSON: {"worktrees":[{"taskId","state","path","branch","kept":[…]}]}')
    .action(act(listAll))
  const gc = command.command('gc').summary('remove those of settled tasks that hold nothing')
  gc.option('--dry-run', 'say what would go, and remove nothing')
    .addHelpText(
      'after',
      '\nKept is what has uncommitted files, commits on no other branch, an unfinished merge, or a process in it.\nJSON: {"removed":[{"taskId","path","branch"}],"kept":[{"taskId","path","branch","why":[…]}],"dryRun"}',
    )
    .action(act(collect))
}

interface Seen {
  readonly worktree: Worktree
  readonly task: Stay['task']
  /** Why it stays; empty when it may go. */
  readonly kept: readonly string[]
}

async function look(call: Call): Promise<Seen[]> {
  const { store, workspaces } = await call.fleet()
  const driver = await workspaces()
  const seen: Seen[] = []
  for (const worktree of await driver.list()) {
    const { task, why } = await whyItStays({ store, workspaces: driver }, worktree)
    seen.push({ worktree, task, kept: why })
  }
  return seen
}

async function listAll(call: Call): Promise<void> {
  const seen = await look(call)
  if (call.json)
    return call.print.json({
      worktrees: seen.map(({ worktree: { taskId, path, branch }, task, kept }) => {
        return { taskId, state: task?.state ?? null, path, branch, kept }
      }),
    })
  if (seen.length === 0) return call.print.note('No task has a worktree here')
  call.print.table(seen, [
    { head: 'TASK', text: ({ worktree }) => String(worktree.taskId), right: true },
    { head: 'STATE', text: ({ task }) => (task === null ? 'pruned' : taskLabel(task)) },
    { head: 'BRANCH', text: ({ worktree }) => worktree.branch },
    { head: 'HOLDS', text: ({ kept }) => kept.join('; ') || 'nothing: it may go', gives: true },
  ])
}

async function collect(call: Call<{ dryRun?: boolean }>): Promise<void> {
  const { store, clock, workspaces } = await call.fleet()
  const { by } = await call.actor()
  const dryRun = call.options.dryRun === true
  const removed: Worktree[] = []
  const kept: { worktree: Worktree; why: readonly string[] }[] = []
  for (const { worktree, kept: why } of await look(call)) {
    const deps = { store, workspaces: await workspaces() }
    const stays = why.length > 0 || dryRun
    const still = stays ? why : await removeWorktree(deps, worktree, by, clock.now())
    if (still.length > 0) kept.push({ worktree, why: still })
    else removed.push(worktree)
  }
  if (call.json)
    return call.print.json({
      removed: removed.map(named),
      kept: kept.map(({ worktree, why }) => ({ ...named(worktree), why })),
      dryRun,
    })
  for (const { taskId, branch } of removed)
    call.print.line(`Task ${taskId}: ${branch} ${dryRun ? 'would go' : 'is removed'}`)
  for (const { worktree, why } of kept)
    call.print.line(
      `Task ${worktree.taskId}: ${worktree.branch} is kept: ${oneLine(why.join('; '))}`,
    )
  if (removed.length + kept.length === 0) call.print.note('No task has a worktree here')
}

const named = ({ taskId, path, branch }: Worktree) => ({ taskId, path, branch })
