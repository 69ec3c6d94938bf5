// `midwatch lock`: a named lock for agents and scripts. Its epoch fences: who names an older one has lost it.

import { refused, tryAgain, usage } from '../../../base/errors.ts'
import { localTime } from '../../../base/when.ts'
import { isLockName, type LockState } from '../../../model/lock.ts'
import { durationMs, pageLimit, wholeNumber } from '../arguments.ts'
import { inSession } from '../actor.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { handsOf } from '../holding.ts'
import { lockShape } from '../key-shapes.ts'
import { runLocked } from '../run-locked.ts'
import { pageOf } from '../../paging.ts'
import { asTrouble } from '../task-of.ts'
import { quoted } from '../text.ts'

interface LockOptions {
  ttl?: string
  wait?: string
  as?: string
  epoch?: string
  force?: boolean
  after?: string
  limit?: string
}

export function define(command: Command, act: Act): void {
  command
    .argument('<what>', 'acquire, renew, release, run, show or list')
    .argument('[name]', 'the lock')
    .argument('[command...]', 'run: the command, after --')
    .option('--ttl <duration>', 'how long it is held without renewal (default: 10m)')
    .option('--wait <duration>', 'acquire, run: wait so long until it is free')
    .option('--as <holder>', 'who holds it: whoever asks again under this name is the same')
    .option('--epoch <n>', 'renew, release: the epoch that acquire answered')
    .option('--force', 'release: whoever holds it')
    .option('--after <name>', 'list: the next page, from after this lock on')
    .option('--limit <n>', 'list: how many at most', '50')
    .addHelpText('after', '\nExit 4 when somebody else has it.\nJSON: {"lock":{"name","epoch",…}}')
    .action(act(lock))
}

async function lock(call: Call<LockOptions>): Promise<Ending> {
  const [what, name, ...rest] = call.args
  if (what === 'list') return await list(call)
  if (typeof name !== 'string' || !isLockName(name))
    throw usage('usage.lock_name', 'which lock?', 'name it: `midwatch lock acquire NAME`')
  switch (what) {
    case 'acquire':
      return tell(call, await acquire(call, name))
    case 'renew':
      return await renew(call, name)
    case 'release':
      return await release(call, name)
    case 'show':
      return await show(call, name)
    case 'run':
      return await run(call, name, rest.flat() as string[])
    default:
      throw usage(
        'usage.word',
        `lock knows no \`${String(what)}\``,
        'one of acquire, renew, release, run, show, list',
      )
  }
}

const ttlOf = ({ options }: Call<LockOptions>): number => durationMs(options.ttl ?? '10m', '--ttl')
const pollMs = 250

async function acquire(call: Call<LockOptions>, name: string): Promise<LockState> {
  const { clock } = call.world
  const hands = await handsOf(call, call.options.as)
  const waitMs = call.options.wait === undefined ? 0 : durationMs(call.options.wait, '--wait')
  const giveUpMs = clock.monotonicMs() + waitMs
  for (;;) {
    const answer = await hands.acquire(name, ttlOf(call))
    if (answer.ok) return answer.lock
    if (clock.monotonicMs() < giveUpMs) await clock.sleep(pollMs)
    else if (waitMs > 0) {
      const { code, sentence, release } = answer.refusal
      throw tryAgain(code, sentence, release)
    } else throw asTrouble(answer.refusal)
  }
}

function epochOf({ options }: Call<LockOptions>): number {
  if (options.epoch === undefined)
    throw usage('usage.epoch', 'which epoch?', 'give --epoch N, as acquire answered')
  return wholeNumber(options.epoch, '--epoch', 1)
}

async function renew(call: Call<LockOptions>, name: string): Promise<Ending> {
  const epoch = epochOf(call)
  const answer = await (await handsOf(call, undefined)).renew(name, epoch, ttlOf(call))
  if (!answer.ok) throw asTrouble(answer.refusal)
  return tell(call, answer.lock)
}

async function release(call: Call<LockOptions>, name: string): Promise<Ending> {
  if (call.options.force === true && inSession(call.world.env))
    throw refused('lock.force', 'a session forces no lock', 'release it by its epoch')
  const epoch = call.options.force === true ? null : epochOf(call)
  const answer = await (await handsOf(call, undefined)).release(name, epoch)
  if (!answer.ok) throw asTrouble(answer.refusal)
  if ('left' in answer) return tellLeft(call, { name, released: null })
  if (call.json) call.print.json({ name, released: answer.released })
  else call.print.line(answer.released ? `Released ${name}` : `${name} was free`)
  return undefined
}

async function run(
  call: Call<LockOptions>,
  name: string,
  command: readonly string[],
): Promise<Ending> {
  if (command.length === 0)
    throw usage('usage.command', 'run what?', '`midwatch lock run NAME -- COMMAND …`')
  const held = await acquire(call, name)
  return await runLocked(call, held, command, ttlOf(call))
}

async function show(call: Call<LockOptions>, name: string): Promise<Ending> {
  const { store } = await call.fleet()
  const [found] = await store.locks({ name, limit: 1 })
  if (call.json) call.print.json({ lock: found === undefined ? null : lockShape(found) })
  else if (found === undefined) call.print.line(`${name} was never taken`)
  else call.print.line(sentence(found))
  return undefined
}

async function list(call: Call<LockOptions>): Promise<Ending> {
  const { after } = call.options
  const limit = pageLimit(call.options.limit)
  const { store } = await call.fleet()
  const from = after === undefined ? {} : { after }
  const find = (limit: number) => store.locks({ ...from, limit })
  const { rows, next } = await pageOf(limit, find, ({ name }) => name)
  if (call.json) call.print.json({ locks: rows.map(lockShape), next })
  else if (rows.length === 0)
    call.print.line(after === undefined ? 'Nobody holds a lock' : `Nobody holds one after ${after}`)
  else for (const one of rows) call.print.line(sentence(one))
  if (!call.json && next !== null)
    call.print.note(`More: midwatch lock list --after ${quoted(next)}`)
  return undefined
}

/** Nobody has answered: it is done once the daemon reads the letter. */
function tellLeft(call: Call, shape: object): undefined {
  if (call.json) call.print.json(shape)
  else call.print.line('The database is out of reach; the word lies in the outbox')
}

const sentence = (one: LockState): string =>
  one.free
    ? `${one.name} is free; epoch ${one.epoch} was the last`
    : `${one.name} is held by ${one.holder} since ${localTime(one.since)}, ${
        one.until === null ? `until attempt ${one.attemptId} ends` : `until ${localTime(one.until)}`
      } (epoch ${one.epoch})`

function tell(call: Call<LockOptions>, held: LockState): undefined {
  if (call.json) call.print.json({ lock: lockShape(held) })
  else call.print.line(sentence(held))
}
