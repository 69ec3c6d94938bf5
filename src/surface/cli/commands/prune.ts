// `midwatch prune`: the only way to delete. Settled tasks that nobody needs any more go with their attempts, holds, facts
// and files; `status` counts what is left.

import { formatDuration } from '../../../base/duration.ts'
import { isoTime } from '../../../base/when.ts'
import type { Outputs } from '../../../drivers/outputs/contract.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import { durationMs } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'

interface PruneOptions {
  olderThan: string
  dryRun?: boolean
}

const portion = 200

export function define(command: Command, act: Act): void {
  command
    .option('--older-than <duration>', 'only what was settled longer ago than this', '30d')
    .option('--dry-run', 'only say how much would go')
    .addHelpText(
      'after',
      `
What an unsettled task refers to stays, and so does the task of a key that was asked for for ever.

JSON: {"dryRun","before","tasks","folders"}`,
    )
    .action(act(prune))
}

async function prune(call: Call<PruneOptions>): Promise<void> {
  const { options, print } = call
  const ageMs = durationMs(options.olderThan, '--older-than')
  const { store, clock, stateDir } = await call.fleet()
  const before = clock.now() - ageMs
  const dryRun = options.dryRun === true
  const outputs = await call.world.outputs(stateDir)
  const tasks = dryRun ? (await store.prunable({ before })).tasks : await all(call, store, before)
  const folders = await dropOrphans(store, outputs, dryRun)
  if (call.json) return print.json({ dryRun, before: isoTime(before), tasks, folders })
  const age = `settled more than ${formatDuration(ageMs)} ago`
  const would = dryRun ? 'would be' : tasks === 1 ? 'was' : 'were'
  print.line(
    tasks === 0
      ? `Nothing that was ${age} can go.`
      : `${count(tasks, 'task')} ${age} ${would} deleted.`,
  )
  if (folders > 0)
    print.line(`${count(folders, 'folder')} of deleted attempts ${dryRun ? 'lie' : 'lay'} here.`)
}

/** In portions, each a short transaction, until nothing is left that may go. */
async function all({ world, print }: Call, store: Store, before: number): Promise<number> {
  let tasks = 0
  let toldAt = world.clock.monotonicMs()
  for (;;) {
    const pruned = await store.prune({ before, limit: portion, now: world.clock.now() })
    tasks += pruned.tasks
    if (pruned.tasks === 0) return tasks
    if (world.clock.monotonicMs() - toldAt < 1_000) continue
    toldAt = world.clock.monotonicMs()
    print.note(`${count(tasks, 'task')} deleted so far`)
  }
}

/** Folders whose attempts are gone, also those that an interrupted pruning left. */
async function dropOrphans(store: Store, outputs: Outputs, dryRun: boolean): Promise<number> {
  let folders = 0
  for (const attemptId of outputs.attempts()) {
    if ((await store.attempt(attemptId)) !== null) continue
    folders += 1
    if (!dryRun) await outputs.drop(attemptId)
  }
  return folders
}
