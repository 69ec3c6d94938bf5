// Tries a mutation: its test, or one world after another until the law breaks there. A world that breaks a law while every guard
// stands catches nothing, and is told aloud.

import { type Caught, tryCatcher, worldsFrom } from './catch.ts'
import type { Catcher, Mutation } from './mutation.ts'
import type { Scratch } from './scratch.ts'

type Found = Caught | 'broken without it'

export interface Trial {
  /** Whether a mutation is caught, and the line that tells it. */
  of(mutation: Mutation): Promise<{ readonly isCaught: boolean; readonly told: string }>
  /** Worlds that broke a law without any mutation, by their options. */
  broken(): readonly string[]
}

/** Tries mutations in one scratch tree, each in up to `worlds` worlds. */
export function createTrial({ dir, apply }: Scratch, worlds = 12): Trial {
  const clean = new Map<string, boolean>()

  async function found(mutation: Mutation, catcher: Catcher): Promise<Found> {
    const restore = apply(mutation)
    let seen: Caught
    try {
      seen = await tryCatcher(dir, catcher)
    } finally {
      restore()
    }
    if (seen !== 'caught' || 'test' in catcher) return seen
    const words = catcher.sim.join(' ')
    if (!clean.has(words)) clean.set(words, (await tryCatcher(dir, catcher)) === 'survived')
    return clean.get(words) === true ? 'caught' : 'broken without it'
  }

  return {
    async of(mutation) {
      const startedMs = performance.now()
      const tried: Found[] = []
      for (const catcher of catchersOf(mutation, worlds)) {
        tried.push(await found(mutation, catcher))
        if (tried.at(-1) !== 'caught') continue
        const where = 'sim' in catcher ? `, ${catcher.sim.join(' ')}` : ''
        return {
          isCaught: true,
          told: `caught   ${named(mutation)} (${seconds(startedMs)}${where})`,
        }
      }
      const how = [...new Set(tried)].join(', ')
      return { isCaught: false, told: `SURVIVED ${named(mutation)} (${how})` }
    },
    broken: () => [...clean].flatMap(([words, isClean]) => (isClean ? [] : [words])),
  }
}

const catchersOf = ({ caughtBy }: Mutation, worlds: number): readonly Catcher[] =>
  'sim' in caughtBy
    ? worldsFrom(caughtBy.sim, worlds).map((sim) => ({ ...caughtBy, sim }))
    : [caughtBy]

const named = ({ name, caughtBy }: Mutation): string =>
  `${name} ← ${'sim' in caughtBy ? caughtBy.law : caughtBy.title}`

const seconds = (sinceMs: number): string =>
  `${Math.round((performance.now() - sinceMs) / 100) / 10} s`
