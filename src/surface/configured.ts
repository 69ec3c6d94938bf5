// One of the things that midwatch.yaml describes below a section, by the name that somebody gave.

import { notFound } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'

/** The one of that name; `noun` is what it is called, and its section `noun` with an s. Throws `NOUN.missing`. */
export function configuredNamed<T extends { readonly name: string }>(
  noun: string,
  all: readonly T[] | undefined,
  name: string,
): T {
  const found = all?.find((one) => one.name === name)
  if (found !== undefined) return found
  const known = (all ?? []).map((one) => one.name)
  throw notFound(
    `${noun}.missing`,
    `no ${noun} is called ${name}${didYouMean(name, known)}`,
    known.length === 0 ? `describe one under \`${noun}s:\`` : `one of ${known.join(', ')}`,
  )
}
