// `midwatch add`: from what was typed to a Want. What may be wanted is decided by intake; here are only the words.

import { resolve } from 'node:path'
import { refused, usage } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { bySession } from '../../../lifecycle/intake/by-session.ts'
import { enqueue, type Want } from '../../../lifecycle/intake/enqueue.ts'
import { durationMs, gather, wholeNumber, words } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { hintConfig, hintDaemon, tellNewTask } from '../new-task.ts'
import { type OrderOptions, orderOptions, promptOf, workspaceOf } from '../order.ts'
import { oneLine } from '../text.ts'
import { releasesOf, type WaitOptions, waitOptions } from '../wait-options.ts'
import type { Fleet } from '../world.ts'

interface AddOptions extends OrderOptions, WaitOptions {
  agent?: string
  tier?: string
  role?: string
  label?: string[]
  priority?: string
  key?: string
  scope?: string
  attempts?: string
  anyway?: boolean
  calm?: string
  lock?: string[]
  host?: string[]
  review?: boolean
}

export function define(command: Command, act: Act): void {
  waitOptions(orderOptions(command.argument('<title>', 'a few words')))
    .option(
      '--agent <name>',
      'who shall do it (default: `shell` for --run; `any` for whoever fits)',
    )
    .option('--tier <name>', 'this tier or a higher one')
    .option('--role <name>', 'an agent that can play this role')
    .option('--label <name>', 'label the task; may be given several times', gather)
    .option('--priority <n>', 'higher goes first; each step is worth 10 minutes of waiting', '0')
    .option('--calm <window>', 'only in a calm window of its host, as midwatch.yaml describes it')
    .option('--lock <name>', 'its attempt holds this lock; several times or with commas', gather)
    .option('--host <name>', 'only on a host of this name or label; several times', gather)
    .option('--key <key>', 'once per key: a second task with it answers with the first')
    .option(
      '--scope <scope>',
      'how far the key reaches: open (while unsettled; the default), 24h or another duration, ever',
    )
    .option('--attempts <n>', 'how often it may fail before it settles as failed')
    .option('--review', 'a second agent judges the work before it counts as done')
    .option('--anyway', 'accept it though no agent fits; it is held for a person')
    .addHelpText('after', '\nJSON: {"task":{"id",…},"deduped"}')
    .action(act(add))
}

async function add(call: Call<AddOptions>): Promise<void> {
  const fleet = await call.fleet()
  const actor = await call.actor()
  const { by } = actor
  const want = await readWant(call, by)
  const origin = actor.kind === 'session' ? { origin: bySession(actor.attempt) } : {}
  const full = { ...want, by, ...origin, ...whoShall(call.options, want, fleet) }
  const { store, clock, config, offers } = fleet
  const deps = { store, clock, config, offers, folder: (path: string) => fleet.host.folder(path) }
  const { task, deduped } = await enqueue(deps, full)
  store.poke()
  tellNewTask(call, task, deduped)
  hintConfig(call, fleet)
  await hintDaemon(call, fleet)
}

type Typed = Omit<Want, 'by' | 'agent'>

async function readWant(call: Call<AddOptions>, by: string): Promise<Typed> {
  const { world, options } = call
  const now = world.clock.now()
  const key = keyOf(options)
  return {
    title: oneLine(String(call.args[0])),
    run: options.run ?? null,
    prompt: await promptOf(world, options),
    tier: options.tier ?? null,
    role: options.role ?? null,
    labels: words(options.label),
    priority: wholeNumber(options.priority ?? '0', '--priority', Number.NEGATIVE_INFINITY),
    notBefore: null,
    after: [],
    afterAny: [],
    holds: releasesOf(options, { by, now, cwd: world.cwd }),
    key,
    verify: options.verify ?? null,
    cwd: resolve(world.cwd, options.cwd ?? '.'),
    timeoutMs: options.timeout === undefined ? null : durationMs(options.timeout, '--timeout'),
    attempts:
      options.attempts === undefined ? null : wholeNumber(options.attempts, '--attempts', 1),
    once: options.once === true,
    workspace: workspaceOf(options),
    review: options.review === true,
    ...(options.calm !== undefined && { calm: options.calm }),
    locks: words(options.lock),
    hosts: words(options.host),
    anyway: options.anyway === true,
    againOf: null,
  }
}

/** Under which key it is wanted once, and how far that reaches; null when every time is meant. */
function keyOf({ key, scope }: AddOptions): Want['key'] {
  if (key?.trim() === '')
    throw usage('usage.key', 'the key is empty', 'give --key NAME, or leave it out')
  if (key !== undefined) return { key, ...scopeOf(scope ?? 'open') }
  if (scope === undefined) return null
  throw usage(
    'usage.key',
    `--scope ${scope} says how far a key reaches, and there is none`,
    'give --key NAME as well, or leave --scope out',
  )
}

/** `open`, `ever`, or the duration of a window. */
function scopeOf(
  text: string,
): { scope: 'open' } | { scope: 'ever' } | { scope: 'window'; windowMs: number } {
  if (/^\d/.test(text)) return { scope: 'window', windowMs: durationMs(text, '--scope') }
  if (text === 'open' || text === 'ever') return { scope: text }
  throw usage(
    'usage.word',
    `--scope knows no \`${text}\`${didYouMean(text, ['open', 'ever'])}`,
    'one of open, ever, or a duration such as 24h',
  )
}

/** A command goes to `shell` unless told otherwise; a name must be one of ours. */
function whoShall(options: AddOptions, want: Typed, fleet: Fleet): { agent: string | null } {
  const names = fleet.offers.map((offer) => offer.agent)
  if (options.agent === undefined) {
    const free = want.tier === null && want.role === null
    return { agent: want.run !== null && free && names.includes('shell') ? 'shell' : null }
  }
  if (options.agent === 'any') return { agent: null }
  if (!names.includes(options.agent) && !want.anyway)
    throw refused(
      'intake.unknown_agent',
      `no agent is called ${options.agent}${didYouMean(options.agent, names)}`,
      `one of ${names.join(', ')}; or add it to midwatch.yaml`,
    )
  return { agent: options.agent }
}
