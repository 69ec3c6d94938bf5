// The note of where a fleet's API listens: written when it begins, taken away when it ends. It is a hint; a daemon that was
// killed leaves it behind, so readers look whether its process lives.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

import { systemCode } from '../../base/errors.ts'
import type { Place } from './contract.ts'

/** Writes the note whole, readable by its owner alone. */
export function writePlace(file: string, place: Place): void {
  writeFileSync(`${file}.new`, JSON.stringify(place), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export const removePlace = (file: string): void => rmSync(file, { force: true })

/** The note, or null where there is none that can be read. */
export function readPlace(file: string): Place | null {
  try {
    const { url, pid } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Place>
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : null
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== null) return null
    throw error
  }
}
