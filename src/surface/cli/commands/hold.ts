// `midwatch hold TASK`: one more reason to wait, born with what releases it.

import { refused, usage } from '../../../base/errors.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { Release } from '../../../model/hold.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { holdShape } from '../shapes.ts'
import { asTrouble } from '../task-of.ts'
import { releasesOf, type WaitOptions, waitOptions } from '../wait-options.ts'

interface HoldOptions extends WaitOptions {
  lock?: string
  work?: string
}

export function define(command: Command, act: Act): void {
  waitOptions(command.argument('[task]', 'its number; a session leaves it out'))
    .option('--lock <name>', 'until that lock is released or expires')
    .option('--work <key>', 'until that work key is completed, given up or expired')
    .addHelpText(
      'after',
      '\nA taken or settled task cannot be held (exit 4). A session that holds its own task ends by it, at no cost.\nJSON: {"hold":{"id","kind","release",…}}; of a session {"hold":null,"ending":true}',
    )
    .action(act(hold))
}

async function hold(call: Call<HoldOptions>): Promise<void> {
  const { store, clock } = await call.fleet()
  const actor = await call.actor()
  if (actor.kind === 'session') return await holdOwn(call, actor.attempt)
  if (call.args[0] === undefined)
    throw usage('usage.task_id', 'which task?', 'name it: `midwatch hold TASK --until 2h`')
  const id = taskId(call.args[0])
  const { by } = actor
  const now = clock.now()
  const answer = await store.hold({ taskId: id, release: releaseOf(call, by, now), now })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  if (call.json) call.print.json({ hold: holdShape(answer.hold) })
  else
    call.print.line(
      `Task ${id} is held by h${answer.hold.id}; \`midwatch release h${answer.hold.id}\` releases it sooner`,
    )
}

/** A session lets its own task wait, and ends. */
async function holdOwn(call: Call<HoldOptions>, { id, taskId: own }: Attempt): Promise<void> {
  const named = call.args[0] === undefined ? own : taskId(call.args[0])
  if (named !== own)
    throw refused(
      'session.not_own_task',
      `this session works on task ${own}, not on task ${named}`,
      'a session holds its own task alone',
    )
  const { store, clock } = await call.fleet()
  const now = clock.now()
  const release = releaseOf(call, `attempt ${id}`, now)
  if (release.kind === 'person')
    throw usage('usage.ask', 'a question is asked otherwise', 'say `midwatch ask QUESTION`')
  const answer = await store.waitFor({ attemptId: id, release, now })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  if (call.json) call.print.json({ hold: null, ending: true })
  else call.print.line('This session ends now; its task waits, and goes on by itself')
}

function releaseOf(call: Call<HoldOptions>, by: string, now: number): Release {
  const { lock, work } = call.options
  const given = releasesOf(call.options, { by, now, cwd: call.world.cwd })
  if (lock !== undefined) given.push({ kind: 'lock', name: lock })
  if (work !== undefined) given.push({ kind: 'work', key: work })
  const [release, ...more] = given
  if (release === undefined || more.length > 0)
    throw usage(
      'usage.release',
      'a hold is born with exactly one release',
      'give one of --until, --after, --after-any, --check, --check-file, --check-url, --ask, --lock and --work',
    )
  return release
}
