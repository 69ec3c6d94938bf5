// The last good configuration of each agent's client: with which model, permissions and program its calls were last taken. Kept
// in one small file below .midwatch, without anything that may be secret. What is refused is tried again after some hours, so
// that a fallback never outlives its cause.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Clock } from '../../../base/clock.ts'
import type { AgentSettings, GoodSettings } from '../contract.ts'

type Chosen = Pick<AgentSettings, 'adapter' | 'model' | 'permissions' | 'program'>

interface Kept {
  readonly good: Readonly<Record<string, Chosen>>
  readonly refused: Readonly<Record<string, { readonly print: string; readonly at: number }>>
}

const nothing: Kept = { good: {}, refused: {} }

/** How long a refused configuration is not tried again, if nobody changes it. */
const refusedForMs = 4 * 3_600_000

export function createGoodSettings(path: string, clock: Clock): GoodSettings {
  const read = readerOf(path)
  const isRefused = (kept: Kept, settings: AgentSettings): boolean => {
    const refused = kept.refused[settings.name]
    return refused?.print === printOf(settings) && clock.now() - refused.at < refusedForMs
  }
  return {
    inForce(settings) {
      const kept = read()
      const good = kept.good[settings.name]
      const isOther = good !== undefined && good.adapter === settings.adapter
      return isOther && isRefused(kept, settings) ? { ...settings, ...good } : settings
    },
    worked(settings) {
      const kept = read()
      const refused = kept.refused[settings.name]
      const recovered = refused?.print === printOf(settings)
      if (!recovered && printOf(kept.good[settings.name] ?? null) === printOf(settings))
        return false
      const { [settings.name]: _, ...others } = kept.refused
      const good = { ...kept.good, [settings.name]: chosen(settings) }
      write(path, { good, refused: recovered ? others : kept.refused })
      return recovered
    },
    refused(settings) {
      const kept = read()
      const good = kept.good[settings.name]
      if (good === undefined || good.adapter !== settings.adapter) return null
      if (printOf(good) === printOf(settings)) return null
      const refused = { print: printOf(settings), at: clock.now() }
      write(path, { ...kept, refused: { ...kept.refused, [settings.name]: refused } })
      return differences(settings, good)
    },
  }
}

const chosen = ({ adapter, model, permissions, program }: AgentSettings): Chosen => ({
  adapter,
  model,
  permissions,
  program,
})

const printOf = (settings: Chosen | null): string =>
  settings === null ? '' : JSON.stringify(Object.values(chosen(settings as AgentSettings)))

/** `model opus → sonnet`: what is asked for, and what is used instead. */
function differences(asked: AgentSettings, good: Chosen): readonly string[] {
  return (['model', 'permissions', 'program'] as const)
    .filter((key) => asked[key] !== good[key])
    .map((key) => `${key} ${asked[key] ?? 'none'} → ${good[key] ?? 'none'}`)
}

/** Reads the file, anew only when it is another one: each session asks, and hardly one of them changes it. */
function readerOf(path: string): () => Kept {
  let known: { readonly print: string; readonly kept: Kept } | null = null
  return () => {
    const print = printOfFile(path)
    if (known === null || known.print !== print) known = { print, kept: readKept(path) }
    return known.kept
  }
}

/** Every change is a new file under the old name. */
function printOfFile(path: string): string {
  try {
    // Mostly it is not there: an error for each session would cost more than the look.
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`
  } catch {
    return '' // no way to it
  }
}

/** A file that cannot be read is as good as none: everything in it is learned again. */
function readKept(path: string): Kept {
  try {
    return { ...nothing, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>) }
  } catch {
    return nothing
  }
}

function write(path: string, kept: Kept): void {
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draft, `${JSON.stringify(kept, null, 1)}\n`)
    renameSync(draft, path)
  } catch {
    rmSync(draft, { force: true }) // a disk that is full costs only the memory of it
  }
}
