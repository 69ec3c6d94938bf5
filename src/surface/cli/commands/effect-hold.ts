// `midwatch effect begin|commit|abort`: for scripts that make the effect themselves, between two of our commands. The
// holder is the attempt, or the script that calls; whoever dies in between leaves a doubt, not a second effect.

import { notFound, refused, usage } from '../../../base/errors.ts'
import { localTime } from '../../../base/when.ts'
import type { Effect, EffectHolder } from '../../../model/effect.ts'
import { performOnce } from '../../../lifecycle/effects/perform.ts'
import { reserve } from '../../../lifecycle/effects/reserve.ts'
import { durationMs } from '../arguments.ts'
import type { Call, Ending } from '../call.ts'
import { holderText } from '../../../lifecycle/effects/resolve.ts'
import type { Act } from '../command-module.ts'
import {
  effectKey,
  type Hands,
  handsOf,
  heldByCaller,
  newEffectKey,
  troubleOf,
} from '../effects/hands.ts'
import { effectShape } from '../effects/shape.ts'
import type { Command } from '../grammar.ts'
import { asTrouble } from '../task-of.ts'

interface BeginOptions {
  params?: string
  check?: string
  for?: string
  wait?: string
}

export function defineHold(command: Command, act: Act): void {
  command
    .command('begin')
    .summary('reserve an effect that you make yourself')
    .argument('<key>', 'what is done, whoever does it')
    .option('--params <json>', 'what exactly is done; another call with others is refused')
    .option('--check <command>', 'shell command that says whether it happened: 0 yes, 1 no')
    .option('--for <duration>', 'how long it may take', '10m')
    .option('--wait <duration>', 'how long to wait for somebody else who is at it', '15m')
    .addHelpText(
      'after',
      '\nExit 0: it is yours, make it and say `commit` or `abort`. Exit 4: it was performed before, or nobody knows.\nJSON: {"effect":{"key","state",…},"ours":true}',
    )
    .action(act(begin))
  command
    .command('commit')
    .summary('it happened')
    .argument('<key>', 'as it was begun')
    .argument('[output]', 'what everybody who asks again is given')
    .action(act(commit))
  command
    .command('abort')
    .summary('nothing happened: it may be tried again')
    .argument('<key>', 'as it was begun')
    .argument('[reason]', 'why')
    .action(act(abort))
}

async function begin(call: Call<BeginOptions>): Promise<Ending> {
  const { options, world } = call
  const key = newEffectKey(call.args[0])
  const params = paramsOf(options.params)
  const hands = await handsOf(call)
  const apart = hands.deps.apart === true
  if (apart && options.check !== undefined)
    call.print.note('Its check is not kept: nobody outside this session could run it')
  const want = {
    key,
    kind: 'command',
    params,
    check: options.check === undefined || apart ? null : { command: options.check, cwd: world.cwd },
    holder: heldByCaller(hands),
    timeoutMs: durationMs(options.for ?? '10m', '--for'),
    noTwinMs: null,
    by: hands.by,
  }
  const waitMs = durationMs(options.wait ?? '15m', '--wait')
  const mine = await reserve(hands.deps, want)
  if (!mine.ok) throw asTrouble(mine.refusal)
  if (mine.yours) return yours(call, mine.effect)
  if (mine.effect.state === 'reserved' && isHeldBy(mine.effect, want.holder))
    return yours(call, mine.effect) // asked twice
  return await waitFor(call, hands, want, waitMs)
}

/** Waits for who is at it. When that came to nothing, the effect is reserved for this caller, and not made here. */
async function waitFor(
  call: Call<BeginOptions>,
  hands: Hands,
  want: Parameters<typeof performOnce>[1],
  waitMs: number,
): Promise<Ending> {
  const stop = new AbortController()
  const unlisten = call.world.onStopSignal(() => stop.abort())
  const ours: Effect[] = []
  const taken = new AbortController()
  try {
    const ended = await Promise.race([
      performOnce(
        hands.deps,
        want,
        { waitMs, tries: 1 },
        (effect) => {
          ours.push(effect)
          taken.abort()
          return new Promise(() => {}) // it is made by the caller, after we have ended
        },
        stop.signal,
      ),
      new Promise<null>((resolve) => taken.signal.addEventListener('abort', () => resolve(null))),
    ])
    const [effect] = ours
    if (ended === null && effect !== undefined) return yours(call, effect)
    const trouble = ended === null ? null : troubleOf(ended)
    if (trouble !== null) throw trouble
    if (ended?.got !== 'performed') return 'failed'
    const { by, settledAt, result } = ended.effect
    if (call.json) {
      call.print.json({ effect: effectShape(ended.effect), ours: false })
      return 'refused'
    }
    call.print.note(`Performed by ${by} at ${localTime(settledAt)}; there is nothing to do`)
    call.world.out.write(result.output)
    return 'refused'
  } finally {
    unlisten()
  }
}

function yours(call: Call, effect: Effect): Ending {
  if (call.json) call.print.json({ effect: effectShape(effect), ours: true })
  else
    call.print.line(
      `${effect.key} is yours until ${localTime(effect.until)}; then \`midwatch effect commit\` or \`abort\``,
    )
  return undefined
}

async function commit(call: Call): Promise<void> {
  const hands = await handsOf(call)
  const { key, epoch } = await ownEffect(hands, effectKey(call.args[0]))
  const output = call.args[1] === undefined ? '' : String(call.args[1])
  const result = { output, errors: '', truncated: false, receipt: 'committed' }
  const { store, clock } = hands
  const told = await store.performEffect({
    key,
    epoch,
    result,
    by: hands.by,
    now: clock.now(),
  })
  if (!told.ok) throw asTrouble(told.refusal)
  store.poke()
  if (call.json) call.print.json({ effect: effectShape(told.effect) })
  else call.print.line(`${key} is performed`)
}

async function abort(call: Call): Promise<void> {
  const hands = await handsOf(call)
  const { key, epoch } = await ownEffect(hands, effectKey(call.args[0]))
  const reason = call.args[1] === undefined ? 'aborted by its holder' : String(call.args[1])
  const { store, clock } = hands
  const told = await store.failEffect({ key, epoch, reason, by: hands.by, now: clock.now() })
  if (!told.ok) throw asTrouble(told.refusal)
  store.poke()
  if (call.json) call.print.json({ effect: effectShape(told.effect) })
  else call.print.line(`${key} did not happen; it may be tried again`)
}

/** The effect, if the caller holds it. A holder that was given up meanwhile may still say what it knows. */
async function ownEffect(hands: Hands, key: string): Promise<Effect> {
  const effect = await hands.store.effect(key)
  if (effect === null)
    throw notFound(
      'effect.missing',
      `there is no effect ${key}`,
      `\`midwatch effect begin ${key}\` reserves it`,
    )
  if (isHeldBy(effect, heldByCaller(hands))) return effect
  throw refused(
    'effect.not_yours',
    `${key} is not yours: it was reserved by ${holderText(effect.holder)}`,
    'a person says what became of it with `midwatch effect resolve`',
  )
}

function isHeldBy({ holder }: Effect, { attemptId, process }: EffectHolder): boolean {
  if (attemptId !== null || holder.attemptId !== null) return holder.attemptId === attemptId
  const held = holder.process
  return (
    held !== null &&
    process !== null &&
    held.pid === process.pid &&
    held.startTicks === process.startTicks &&
    held.bootId === process.bootId &&
    held.pidSpace === process.pidSpace
  )
}

function paramsOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // told below
  }
  throw usage('usage.params', '--params wants a JSON object', `for example '{"to":"ann"}'`)
}
