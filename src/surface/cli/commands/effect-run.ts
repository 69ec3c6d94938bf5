// `midwatch effect run`: makes something happen once, by a command of the caller's. Whoever runs the same key later, or
// waits meanwhile, is given the output of the one run that counted.

import { usage } from '../../../base/errors.ts'
import { localTime } from '../../../base/when.ts'
import { markOf } from '../../../lifecycle/effects/fence.ts'
import { askCheck } from '../../../lifecycle/effects/reconcile.ts'
import type { EffectCheck } from '../../../model/effect.ts'
import { type Made, type Performed, performOnce } from '../../../lifecycle/effects/perform.ts'
import type { CommandEnd } from '../../../drivers/effects/contract.ts'
import { hashOf } from '../../../base/ids.ts'
import { durationMs } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { type Hands, handsOf, heldByUs, newEffectKey, troubleOf } from '../effects/hands.ts'
import { effectShape } from '../effects/shape.ts'
import type { Command } from '../grammar.ts'

interface RunOptions {
  key?: string
  check?: string
  notDone?: string
  timeout?: string
  wait?: string
  noInput?: boolean
}

export function defineRun(command: Command, act: Act): void {
  command
    .command('run')
    .summary('make something happen once, by a command')
    .usage('--key <key> [options] -- <command> [arguments...]')
    .argument('[command...]', 'the program and its arguments, after `--`')
    .requiredOption('--key <key>', 'what is done, whoever does it: report:2026-11-20')
    .option('--check <command>', 'shell command that says whether it happened: 0 yes, 1 no')
    .option('--not-done <codes>', 'exit codes that mean that nothing happened: 64,70-78')
    .option('--timeout <duration>', 'how long it may run', '10m')
    .option('--wait <duration>', 'how long to wait for somebody else who is at it', '15m')
    .option('--no-input', 'leave standard input alone')
    .addHelpText(
      'after',
      '\nExit 0 of the command is performed. Any other exit leaves it uncertain, unless --check or --not-done says otherwise.\nJSON: {"effect":{"key","state","result":{"output",…},…},"ours":true}',
    )
    .action(act(run))
}

async function run(call: Call<RunOptions>): Promise<void> {
  const { options, world } = call
  const argv = call.args.flat().filter((word): word is string => typeof word === 'string')
  const key = newEffectKey(options.key)
  if (argv.length === 0 || argv[0] === '')
    throw usage(
      'usage.command',
      'which command?',
      'it stands after `--`: midwatch effect run --key KEY -- mail …',
    )
  const notDone = exitCodesOf(options.notDone)
  const timeoutMs = durationMs(options.timeout ?? '10m', '--timeout')
  const waitMs = durationMs(options.wait ?? '15m', '--wait')
  const hands = await handsOf(call)
  const given = options.noInput === true ? null : await hands.readInput()
  const input = given?.length === 0 ? null : given // an empty pipe says no more than /dev/null
  const check = options.check === undefined ? null : { command: options.check, cwd: world.cwd }
  const stop = new AbortController()
  const unlisten = world.onStopSignal(() => stop.abort())
  try {
    const ended = await performOnce(
      hands.deps,
      {
        key,
        kind: 'command',
        params: { argv, cwd: world.cwd, inputHash: input === null ? null : hashOfBytes(input) },
        identity: { argv, input: input === null ? null : hashOfBytes(input) },
        check: hands.deps.apart ? null : check,
        holder: heldByUs(hands),
        timeoutMs,
        noTwinMs: null,
        by: hands.by,
      },
      { waitMs, tries: 1 },
      async (effect) => {
        const mark = markOf(hands.store.fleetId, effect)
        const order = {
          argv,
          cwd: world.cwd,
          env: plainEnv(world.env),
          input,
          timeoutMs,
          mark,
          onOutput: (stream: 'out' | 'err', chunk: Uint8Array) => passOn(call, stream, chunk),
        }
        const made = madeOf(await hands.commands.run(order, stop.signal), notDone)
        return made.did === 'unknown' && hands.deps.apart && check !== null
          ? await askedHere(hands, key, check, mark, made)
          : made
      },
      stop.signal,
    )
    hands.store.poke()
    tell(call, ended)
  } finally {
    unlisten()
  }
}

/** Nobody outside this session could run its check where it belongs: it is asked while the session lives. */
async function askedHere(
  { deps, holders }: Hands,
  key: string,
  check: EffectCheck,
  mark: string,
  made: Made,
): Promise<Made> {
  if (holders.performing(mark).length > 0) return made
  const answer = await askCheck(deps, key, check, new AbortController().signal)
  if (answer.said === 'yes') return { did: 'performed', result: answer.result }
  if (answer.said === 'nothing') return { did: 'unknown', why: answer.why }
  return { did: 'nothing', why: 'its check found no trace of it', retry: 'never', afterMs: null }
}

/** The exit decides: 0 is performed, a listed code is nothing, and what was not executed did nothing. */
function madeOf(end: CommandEnd, notDone: readonly number[]): Made {
  if (end.how === 'never') return { did: 'nothing', why: end.why, retry: 'never', afterMs: null }
  const { exitCode, signal, cutOff, output } = end
  if (exitCode === 0) return { did: 'performed', result: { ...output, receipt: 'exit 0' } }
  const why = cutOff
    ? 'its command was cut off'
    : `its command ended with ${signal ?? `exit ${exitCode}`}`
  if (exitCode !== null && notDone.includes(exitCode))
    return { did: 'nothing', why, retry: 'never', afterMs: null }
  return { did: 'unknown', why }
}

/** As it comes; with --json the answer alone stands on standard output. */
function passOn({ world, json }: Call, stream: 'out' | 'err', chunk: Uint8Array): void {
  if (stream === 'err') world.err.write(chunk)
  else if (!json) world.out.write(chunk)
}

function tell(call: Call, ended: Performed): void {
  const trouble = troubleOf(ended)
  if (trouble !== null || ended.got !== 'performed') throw trouble
  const { effect, ours } = ended
  if (call.json) call.print.json({ effect: effectShape(effect), ours })
  if (call.json || ours) return
  const { result, settledAt, by } = effect
  call.print.note(
    `Performed by ${by} at ${localTime(settledAt)}; nothing was done now${result.truncated ? ', and its output was cut' : ''}`,
  )
  call.world.out.write(result.output)
  call.world.err.write(result.errors)
}

const hashOfBytes = (bytes: Uint8Array): string => hashOf(Buffer.from(bytes).toString('base64'))

const plainEnv = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )

/** `64,70-78`. Throws `usage.codes`. */
function exitCodesOf(text: string | undefined): readonly number[] {
  if (text === undefined) return []
  return text.split(',').flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part) ?? []
    const [first, last] = [Number(from), Number(to)]
    if (from === undefined || first < 1 || last > 255 || first > last)
      throw usage(
        'usage.codes',
        `--not-done wants exit codes from 1 to 255, not \`${part}\``,
        'for example 64,70-78',
      )
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}
