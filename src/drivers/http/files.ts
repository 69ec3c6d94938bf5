// Where the window keeps its two files in a fleet's state folder.

import { join } from 'node:path'

/** The note of where a fleet's window is. */
export const placeFile = (stateDir: string): string => join(stateDir, 'http.json')

/** The secrets of a fleet's window. */
export const accessFile = (stateDir: string): string => join(stateDir, 'access.json')
