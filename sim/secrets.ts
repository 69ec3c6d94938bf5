// Secrets of the simulated world: the credentials driver that hands out what its accounts hold, what of it a program was given,
// which it may say back, and who is caught with one of them.

import { hashOf } from '../src/base/ids.ts'
import type { Credentials } from '../src/drivers/credentials/contract.ts'
import { secretFiles, secretValues } from './accounts.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

/** Every value that may stand nowhere, in each of its spellings. */
const spelled = secretValues.flatMap((value) => [
  ...new Set([value, JSON.stringify(value).slice(1, -1)]),
])

/** The credentials of every host. */
export const simulatedCredentials = (): Credentials => {
  const valuesOf = (envFiles: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(envFiles).map(([name, path]) => [name, secretFiles[path] ?? '']),
    )
  return {
    fromFiles: async ({ envFiles }) => valuesOf(envFiles),
    look: async ({ settings }) => ({
      trouble: null,
      print: hashOf(JSON.stringify(['salt', valuesOf(settings.envFiles)])).slice(0, 24),
    }),
  }
}

/** The secrets among what a session was given. */
export const secretsGiven = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(env).filter((value) => spelled.includes(value))

/** Where secrets were found that nobody may write down, as far as nobody has judged it. */
export const caughtIn = partOf<World, string[]>(() => [])

export const holdsSecret = (text: string): boolean => spelled.some((value) => text.includes(value))

/** Whatever leaves the house is looked at. */
export function overhear(world: World, where: string, text: string): void {
  if (holdsSecret(text)) caughtIn(world).push(`${where}: ${text.slice(0, 200)}`)
}
