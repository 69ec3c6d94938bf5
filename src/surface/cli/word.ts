// `done` and `fail`: a session's word about its own task, or a person's decision about any.

import { refused, usage } from '../../base/errors.ts'
import { hideOfSession } from '../../model/secret.ts'
import { inSession } from './actor.ts'
import { taskId } from './arguments.ts'
import type { Call } from './call.ts'
import { deliver, outOfReach } from './session-link.ts'
import { asTrouble } from './task-of.ts'
import type { World } from './world.ts'

export type Word = 'done' | 'fail'

/** What was typed, split: a leading number is the task, the rest is text. */
interface Said {
  readonly task: number | null
  readonly text: string
}

/** Runs `midwatch done|fail`. */
export async function sayWord(call: Call<{ reason?: string }>, word: Word): Promise<void> {
  const typed = call.args.flat().filter((part): part is string => typeof part === 'string')
  const said = withReason(split(typed), call.options.reason)
  if (inSession(call.world.env)) await asSession(call, word, said)
  else await asPerson(call, word, said)
}

function split(typed: readonly string[]): Said {
  const [first = '', ...rest] = typed
  return /^#?\d+$/.test(first)
    ? { task: taskId(first), text: rest.join(' ') }
    : { task: null, text: typed.join(' ') }
}

/** The reason may stand behind the number, or in --reason as with every other command that asks for one. */
function withReason({ task, text }: Said, reason: string | undefined): Said {
  if (reason !== undefined && text !== '')
    throw usage('usage.reason', 'there are two reasons', 'say it once: as words, or with --reason')
  return { task, text: reason ?? text }
}

async function asSession(call: Call, word: Word, { task, text: said }: Said): Promise<void> {
  const text = hideOfSession(call.world.env)(said)
  try {
    const { store, clock } = await call.fleet()
    const actor = await call.actor()
    if (actor.kind !== 'session') return
    ownTaskOnly(task, actor.attempt.taskId)
    const answer = await store.say({ attemptId: actor.attempt.id, word, text, now: clock.now() })
    if (!answer.ok) throw asTrouble(answer.refusal)
    // Who waits for it may be anybody's; that it was heard concerns the host of its session.
    store.poke(answer.settled ? undefined : actor.attempt.host)
    tell(call, word, actor.attempt.taskId, answer.settled ? 'settled' : 'heard')
  } catch (error) {
    if (!outOfReach(error)) throw error
    ownTaskOnly(task, ownTaskByEnvironment(call.world, task))
    const delivered = await deliver(call.world, { verb: 'say', word, text }, error)
    if (delivered.by === 'outbox')
      call.world.err.write('midwatch: the database is out of reach; the word lies in the outbox\n')
    tell(
      call,
      word,
      task,
      delivered.by === 'outbox' ? 'left' : delivered.settled ? 'settled' : 'heard',
    )
  }
}

const ownTaskByEnvironment = (world: World, otherwise: number | null): number | null =>
  /^\d+$/.test(world.env['MIDWATCH_TASK'] ?? '') ? Number(world.env['MIDWATCH_TASK']) : otherwise

/** Throws when a session names another task than its own. */
function ownTaskOnly(named: number | null, own: number | null): void {
  if (named !== null && own !== null && named !== own)
    throw refused(
      'session.not_own_task',
      `this session works on task ${own}, not on task ${named}`,
      'a session speaks for its own task alone; leave the number out',
    )
}

async function asPerson(call: Call, word: Word, { task, text }: Said): Promise<void> {
  if (task === null)
    throw usage('usage.task_id', 'which task?', `a person says \`midwatch ${word} TASK REASON\``)
  const reason = text.trim()
  if (reason === '')
    throw usage(
      'usage.reason',
      word === 'done' ? 'what speaks for it being done?' : 'why did it fail?',
      `say \`midwatch ${word} ${task} REASON\``,
    )
  const { store, clock } = await call.fleet()
  const { by } = await call.actor()
  const outcome = word === 'done' ? 'done' : 'failed'
  const answer = await store.settleByHand({ taskId: task, outcome, by, reason, now: clock.now() })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  tell(call, word, task, 'settled')
  if (answer.stopping !== null)
    call.print.note(`Its session (attempt ${answer.stopping}) is being stopped.`)
}

/** `left` in the outbox, `heard` and kept until the check, or `settled` at once. */
function tell(
  call: Call,
  word: Word,
  task: number | null,
  how: 'settled' | 'heard' | 'left',
): void {
  const settled = how === 'settled'
  const name = task === null ? 'The task' : `Task ${task}`
  if (call.json) call.print.json({ task: { id: task }, word, settled, delivered: how !== 'left' })
  else if (settled) call.print.line(`${name} is settled: ${word === 'done' ? 'done' : 'failed'}`)
  else if (how === 'heard')
    call.print.line(`${name}: heard; its check decides when the session has ended`)
  else call.print.line(`${name}: the dispatcher will read it`)
}
