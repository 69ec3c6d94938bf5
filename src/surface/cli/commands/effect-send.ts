// `midwatch effect send CHANNEL`: one letter through a configured channel, once per key. The secrets of a channel stay in
// the configuration; whoever sends needs its name alone.

import { usage } from '../../../base/errors.ts'
import { localTime } from '../../../base/when.ts'
import { sendLetter } from '../../letters.ts'
import { durationMs, gather, words } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { handsOf, heldByUs, newEffectKey, troubleOf } from '../effects/hands.ts'
import { sendApart } from '../effects/send-apart.ts'
import { effectShape } from '../effects/shape.ts'
import type { Command } from '../grammar.ts'

interface SendOptions {
  key?: string
  subject?: string
  to?: readonly string[]
  urgent?: boolean
  wait?: string
  evenIfSent?: boolean
}

const textMax = 1_000_000

export function defineSend(command: Command, act: Act): void {
  command
    .command('send')
    .summary('send a letter through a configured channel, once')
    .argument('<channel>', 'its name below effects.channels')
    .argument('[text]', 'what it says; standard input when left out')
    .requiredOption('--key <key>', 'what is sent, whoever sends it: report:2026-11-20')
    .option('--subject <text>', 'its subject; the key when left out')
    .option('--to <address>', 'mail: who gets it instead; several times or with commas', gather)
    .option('--urgent', 'a person has to do something')
    .option('--wait <duration>', 'how long to wait for somebody else, and for an answer', '5m')
    .option('--even-if-sent', 'also if exactly this was sent under another key within a day')
    .addHelpText('after', '\nJSON: {"effect":{"key","state",…},"ours":true}')
    .action(act(sendOne))
}

async function sendOne(call: Call<SendOptions>): Promise<void> {
  const { options, world } = call
  const key = newEffectKey(options.key)
  const waitMs = durationMs(options.wait ?? '5m', '--wait')
  const hands = await handsOf(call)
  const text = call.args[1] === undefined ? await textOf(hands.readInput()) : String(call.args[1])
  const stop = new AbortController()
  const unlisten = world.onStopSignal(() => stop.abort())
  try {
    const { subject = key, urgent = false, evenIfSent = false } = options
    const to = words(options.to)
    const posting = { channel: String(call.args[0]), key, subject, text, to, urgent, evenIfSent }
    const ended = await (hands.apart === null
      ? sendLetter(
          hands.deps,
          (hands.config?.effects?.channels ?? []).map((one) => one.name),
          posting,
          { holder: heldByUs(hands), by: hands.by, waitMs },
          stop.signal,
        )
      : sendApart(hands.apart, hands.clock, posting, waitMs, stop.signal))
    hands.store.poke()
    const trouble = troubleOf(ended)
    if (trouble !== null || ended.got !== 'performed') throw trouble
    const { effect, ours } = ended
    if (call.json) call.print.json({ effect: effectShape(effect), ours })
    else if (ours) call.print.line(`${key} is sent: ${effect.result.receipt}`)
    else
      call.print.line(
        `${key} was sent at ${localTime(effect.settledAt)} by ${effect.by}; nothing was sent now`,
      )
  } finally {
    unlisten()
  }
}

async function textOf(input: Promise<Uint8Array | null>): Promise<string> {
  const bytes = await input
  if (bytes === null || bytes.length === 0)
    throw usage('usage.text', 'what does it say?', 'give the text, or hand it in on standard input')
  if (bytes.length > textMax)
    throw usage(
      'usage.text',
      `the text has ${bytes.length} bytes; a letter may have ${textMax}`,
      'put it somewhere and send where it is',
    )
  return Buffer.from(bytes).toString('utf8')
}
