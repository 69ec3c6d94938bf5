// `midwatch land TASK`: the branch of a task goes where it came from, by a merge or as a pull request.

import { OperatingError, refused } from '../../../base/errors.ts'
import type { Landed } from '../../../drivers/workspaces/contract.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { oneLine } from '../text.ts'
import { type WorkedOn, worktreeOf } from '../worktree-of.ts'

interface LandOptions {
  into?: string
  message?: string
  pr?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .option('--into <branch>', 'where it goes (default: the branch it came from)')
    .option('--message <text>', 'the message of the merge, or the title of the pull request')
    .option('--pr', 'push it and ask for a pull request through `gh`, instead of merging')
    .addHelpText(
      'after',
      '\nRefused while a session works on it, and while something is not committed (exit 4).\nJSON: {"taskId","branch","into","commit","already"} or {"taskId","branch","url"}',
    )
    .action(act(land))
}

async function land(call: Call<LandOptions>): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const found = await worktreeOf(fleet, taskId(call.args[0]))
  const { task, worktree, workspaces } = found
  refuseTaken(found)
  const { branch } = worktree
  const message = call.options.message ?? oneLine(task.title)
  const into = call.options.into ?? null
  if (call.options.pr === true) {
    const body = `Task ${task.id}: ${oneLine(task.title)}`
    const { url } = await workspaces.propose(worktree, { into, message, body })
    if (call.json) call.print.json({ taskId: task.id, branch, url })
    else call.print.line(`${branch} is proposed: ${url}`)
    return
  }
  const landed = told(await workspaces.land(worktree, { into, message }))
  if (!landed.already) {
    const { commit } = landed
    const body = { kind: 'workspace.landed' as const, branch, into: landed.into, commit, by }
    await fleet.store.recordFacts({ bodies: [body], now: fleet.clock.now() })
  }
  if (call.json) {
    const { commit, already } = landed
    call.print.json({ taskId: task.id, branch, into: landed.into, commit, already })
  } else
    call.print.line(
      landed.already
        ? `${branch} is in ${landed.into} already`
        : `${branch} landed in ${landed.into} as ${landed.commit.slice(0, 8)}`,
    )
}

function refuseTaken({ task }: WorkedOn): void {
  if (task.state === 'taken')
    throw refused(
      'task.taken',
      `a session works on task ${task.id} now (attempt ${task.attemptId})`,
      `land it when it has ended; \`midwatch logs ${task.id} --follow\``,
    )
}

function told(landed: Landed): Landed & { landed: true } {
  if (landed.landed) return landed
  throw new OperatingError('refused', landed.code, landed.why, landed.remedy)
}
