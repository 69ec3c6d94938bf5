// `midwatch work`: a piece of work that is to be done once, by whoever claims it first. A completed key stays so.

import { refused, usage } from '../../../base/errors.ts'
import { localTime } from '../../../base/when.ts'
import { isLockName, type WorkKey, workStates } from '../../../model/lock.ts'
import { durationMs, oneOf, pageLimit } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { handsOf } from '../holding.ts'
import { workShape } from '../key-shapes.ts'
import { hideOfSession } from '../../../model/secret.ts'
import { pageOf } from '../../paging.ts'
import { asTrouble } from '../task-of.ts'
import { quoted } from '../text.ts'

interface WorkOptions {
  ttl?: string
  as?: string
  note?: string
  state?: string
  after?: string
  limit?: string
}

export function define(command: Command, act: Act): void {
  command
    .argument('<what>', 'claim, complete, abandon, forget, show or list')
    .argument('[key]', 'what is to be done once')
    .option('--ttl <duration>', 'claim: for how long (default: 1h); complete: how long it stays so')
    .option('--as <holder>', 'who claims it: whoever asks again under this name is the same')
    .option('--note <text>', 'complete: what was done')
    .option('--state <state>', `list: only ${workStates.join(' or ')}`)
    .option('--after <key>', 'list: the next page, from after this key on')
    .option('--limit <n>', 'list: how many at most', '50')
    .addHelpText(
      'after',
      '\nExit 4 when somebody else has it, or it is completed.\nJSON: {"work":{"key","state","holder",…}}',
    )
    .action(act(work))
}

async function work(call: Call<WorkOptions>): Promise<void> {
  const [what, key] = call.args
  if (what === 'list') return await list(call)
  if (typeof key !== 'string' || !isLockName(key))
    throw usage('usage.work_key', 'which work?', 'name it: `midwatch work claim KEY`')
  switch (what) {
    case 'claim':
      return await claim(call, key)
    case 'complete':
      return await complete(call, key)
    case 'abandon':
      return await abandon(call, key)
    case 'forget':
      return await forget(call, key)
    case 'show':
      return await show(call, key)
    default:
      throw usage(
        'usage.word',
        `work knows no \`${String(what)}\``,
        'one of claim, complete, abandon, forget, show, list',
      )
  }
}

async function claim(call: Call<WorkOptions>, key: string): Promise<void> {
  const ttlMs = durationMs(call.options.ttl ?? '1h', '--ttl')
  const answer = await (await handsOf(call, call.options.as)).claim(key, ttlMs)
  if (!answer.ok) throw asTrouble(answer.refusal)
  tell(call, answer.work)
}

async function complete(call: Call<WorkOptions>, key: string): Promise<void> {
  const { ttl } = call.options
  const note = hideOfSession(call.world.env)(call.options.note ?? '')
  const ttlMs = ttl === undefined ? null : durationMs(ttl, '--ttl')
  const answer = await (await handsOf(call, call.options.as)).complete(key, note, ttlMs)
  if (!answer.ok) throw asTrouble(answer.refusal)
  if ('left' in answer) return tellLeft(call, { work: null })
  tell(call, answer.work)
}

async function abandon(call: Call<WorkOptions>, key: string): Promise<void> {
  const answer = await (await handsOf(call, call.options.as)).abandon(key)
  if (!answer.ok) throw asTrouble(answer.refusal)
  if ('left' in answer) return tellLeft(call, { key, abandoned: null })
  if (call.json) call.print.json({ key, abandoned: true })
  else call.print.line(`Gave up ${key}`)
}

async function forget(call: Call<WorkOptions>, key: string): Promise<void> {
  const { store, clock } = await call.fleet()
  const actor = await call.actor()
  if (actor.kind === 'session')
    throw refused(
      'work.forget',
      'only a person forgets work',
      'a session may abandon its own claim',
    )
  const answer = await store.forgetWork({ key, by: actor.by, now: clock.now() })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  if (call.json) call.print.json({ key, was: answer.was })
  else call.print.line(`Forgot ${key}; it was ${answer.was}`)
}

async function show(call: Call<WorkOptions>, key: string): Promise<void> {
  const { store } = await call.fleet()
  const [found] = await store.workKeys({ key, limit: 1 })
  if (call.json) call.print.json({ work: found === undefined ? null : workShape(found) })
  else call.print.line(found === undefined ? `${key} is free` : sentence(found))
}

async function list(call: Call<WorkOptions>): Promise<void> {
  const { state, after } = call.options
  const from = {
    ...(state !== undefined && { state: oneOf(state, '--state', workStates) }),
    ...(after !== undefined && { after }),
  }
  const limit = pageLimit(call.options.limit)
  const { store } = await call.fleet()
  const find = (limit: number) => store.workKeys({ ...from, limit })
  const { rows, next } = await pageOf(limit, find, ({ key }) => key)
  if (call.json) return call.print.json({ works: rows.map(workShape), next })
  if (rows.length === 0)
    call.print.line(
      after === undefined
        ? `No work is ${state ?? 'claimed or completed'}`
        : `There is none after ${after}`,
    )
  for (const one of rows) call.print.line(sentence(one))
  const only = state === undefined ? '' : ` --state ${state}`
  if (next !== null) call.print.note(`More: midwatch work list${only} --after ${quoted(next)}`)
}

/** Nobody has answered: it is done once the daemon reads the letter. */
function tellLeft(call: Call, shape: object): void {
  if (call.json) call.print.json(shape)
  else call.print.line('The database is out of reach; the word lies in the outbox')
}

const sentence = (one: WorkKey): string =>
  `${one.key} is ${one.state} by ${one.holder} since ${localTime(one.since)}${
    one.until === null ? '' : `, until ${localTime(one.until)}`
  }${one.note === '' ? '' : `: ${one.note}`}`

function tell(call: Call<WorkOptions>, one: WorkKey): void {
  if (call.json) call.print.json({ work: workShape(one) })
  else call.print.line(sentence(one))
}
