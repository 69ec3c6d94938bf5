// What the launchers of a configuration ask for and cannot have, each with its place in the file. Pure.

import type { FileShape } from '../schema.ts'
import { launcherDisagreements } from './launcher.ts'

/** One entry per thing that is wrong, in the file's own order. */
export function launcherMistakes(
  file: FileShape,
): { readonly path: readonly string[]; readonly sentence: string }[] {
  const all = [
    { path: ['launcher'], launcher: file.launcher },
    ...Object.entries(file.agents).map(([name, { launcher }]) => ({
      path: ['agents', name, 'launcher'],
      launcher,
    })),
  ]
  return all.flatMap(({ path, launcher }) =>
    launcher === undefined
      ? []
      : launcherDisagreements(launcher).map(({ key, sentence }) => ({
          path: [...path, key],
          sentence,
        })),
  )
}
