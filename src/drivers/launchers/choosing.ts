// One launcher out of several: an order says which it wants, and the attempt's folder keeps which it was, written before
// anybody is asked; so a session is found again by the launcher that started it, wherever a crash fell.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failed } from '../../base/errors.ts'
import type { Launching } from '../../model/launcher.ts'
import type { Launcher, LaunchOrder, SessionRef } from './contract.ts'
import { replace } from './local/session-files.ts'

export interface Choice {
  readonly attemptsDir: string
  /** The plain one, for orders that ask for nothing and for sessions of which nothing is known. */
  readonly local: Launcher
  /** The name under which a launcher for `launching` is kept; the same name always means the same launcher. */
  readonly nameFor: (launching: Launching) => string
  /** Opens the launcher of a name; null for a name that is none. */
  readonly open: (name: string) => Promise<Launcher | null>
}

const nameFile = 'launcher'

/** The launcher that chooses. Throws OperatingError `launch.unknown` where a session's own launcher is none of ours. */
export function choosingLauncher(choice: Choice): Launcher {
  const opened = new Map<string, Promise<Launcher | null>>()
  const chosen = new Map<number, Launcher>()

  const byName = async (name: string): Promise<Launcher> => {
    if (name === choice.local.name) return choice.local
    const known = opened.get(name) ?? choice.open(name)
    opened.set(name, known)
    const launcher = await known
    if (launcher !== null) return launcher
    throw failed(
      'launch.unknown',
      `The session was started by the launcher ${name}, which this Midwatch does not know.`,
      'Run the Midwatch that started it.',
    )
  }

  const of = async ({ attemptId, launch }: SessionRef): Promise<Launcher> => {
    const known = chosen.get(attemptId)
    if (known !== undefined) return known
    const name = nameIn(choice.attemptsDir, attemptId) ?? launch?.launcher ?? choice.local.name
    const launcher = await byName(name)
    chosen.set(attemptId, launcher)
    return launcher
  }

  return {
    name: 'chosen',
    ready: () => choice.local.ready?.(),
    async start(order: LaunchOrder) {
      const name =
        order.bounds === undefined ? choice.local.name : choice.nameFor(order.bounds.launching)
      const launcher = await byName(name)
      if (launcher !== choice.local || nameIn(choice.attemptsDir, order.attemptId) !== null)
        await keepName(choice.attemptsDir, order.attemptId, name)
      chosen.set(order.attemptId, launcher)
      return await launcher.start(order)
    },
    look: async (ref) => (await of(ref)).look(ref),
    changed: async (ref, withinMs, signal) => (await of(ref)).changed(ref, withinMs, signal),
    takeTicket: async (ref) => (await of(ref)).takeTicket(ref),
    living: async (ref) => (await of(ref)).living(ref),
    vitals: async (ref) => (await (await of(ref)).vitals?.(ref)) ?? { processes: 0, cpuMs: null },
    empty: async (ref, graceMs) => (await of(ref)).empty(ref, graceMs),
    read: async (ref, stream, offset, maxBytes) =>
      (await of(ref)).read(ref, stream, offset, maxBytes),
    size: async (ref, stream) => (await of(ref)).size(ref, stream),
    readOutbox: async (ref) => (await of(ref)).readOutbox(ref),
    dropLetter: async (ref, name) => (await of(ref)).dropLetter(ref, name),
    forget(ref) {
      const launcher = chosen.get(ref.attemptId) ?? choice.local
      chosen.delete(ref.attemptId)
      launcher.forget(ref)
    },
  }
}

function nameIn(attemptsDir: string, attemptId: number): string | null {
  const file = join(attemptsDir, String(attemptId), nameFile)
  // A plain one, or nothing was ever asked for: as for most, and asked for less than an error costs.
  if (!existsSync(file)) return null
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch {
    return null
  }
}

async function keepName(attemptsDir: string, attemptId: number, name: string): Promise<void> {
  const dir = join(attemptsDir, String(attemptId))
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await replace(dir, nameFile, `${name}\n`)
}
