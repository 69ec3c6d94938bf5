// Where API and page keep their two files in a fleet's state folder.

import { join } from 'node:path'

/** The note of where a fleet's API listens. */
export const placeFile = (stateDir: string): string => join(stateDir, 'http.json')

/** The secrets of a fleet's API. */
export const accessFile = (stateDir: string): string => join(stateDir, 'access.json')
