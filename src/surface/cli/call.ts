// One call of one command: what was typed, who asks, and the fleet, opened only when a command wants it and closed
// when the command is over.

import { refused } from '../../base/errors.ts'
import type { ExitKind } from '../../base/errors.ts'
import { type Actor, identify, inSession } from './actor.ts'
import { type Printer, printerFor } from './printer.ts'
import type { Fleet, World } from './world.ts'

/** Options every command has. */
export interface CommonOptions {
  readonly fleet?: string
  readonly json?: boolean
}

export interface Call<O = object> {
  readonly world: World
  readonly args: readonly (string | readonly string[] | undefined)[]
  readonly options: O & CommonOptions
  readonly json: boolean
  readonly print: Printer
  /** The fleet's folder. Throws `fleet.not_found`. */
  fleetDir(): Promise<string>
  /** Opened on first use. Throws `config.*` and `store.*`. */
  fleet(): Promise<Fleet>
  /** Who asks. Throws `token.*` when the token in the environment is not good here. */
  actor(): Promise<Actor>
}

/** How a command ended; nothing means done. */
export type Ending = ExitKind | undefined

export type Handler<O> = (call: Call<O>) => Promise<Ending> | Promise<void>

/**
 * Who may use a command: `anyone` opens no fleet; `session` includes a session acting for its own task; `person`
 * excludes every session.
 */
export type Rights = 'anyone' | 'session' | 'person'

/** Runs a handler as one call: rights first, the fleet closed afterwards whatever happened. */
export async function runCall<O extends object>(
  world: World,
  typed: { command: string; rights: Rights; args: Call['args']; options: O & CommonOptions },
  handler: Handler<O>,
): Promise<ExitKind> {
  if (typed.rights === 'person' && inSession(world.env)) throw sessionRefused(typed.command)
  let opening: Promise<Fleet> | null = null
  let identity: Promise<Actor> | null = null
  const json = typed.options.json === true
  const fleetDir = () => world.findFleet(typed.options.fleet ?? null)
  const fleet = () => {
    opening ??= fleetDir().then((dir) => world.openFleet(dir))
    return opening
  }
  const call: Call<O> = {
    world,
    args: typed.args,
    options: typed.options,
    json,
    print: printerFor(world.out, world.err, json),
    fleetDir,
    fleet,
    actor() {
      identity ??= fleet().then((opened) => identify(world, opened))
      return identity
    },
  }
  try {
    return (await handler(call)) ?? 'done'
  } finally {
    const opened = await (opening as Promise<Fleet> | null)?.catch(() => null)
    await opened?.close()
  }
}

const sessionRefused = (command: string) =>
  refused(
    'session.not_allowed',
    `a session may not use \`midwatch ${command}\`: it acts with the rights of its own attempt`,
    'a session may add tasks, read them, and say done, fail, progress or ask for its own; the rest is for a person',
  )
