// What most files about the command line begin with: the built program, and for each test a fresh fleet to use it in.

import { afterAll, beforeAll, beforeEach } from 'vitest'

import { present } from '../../../src/base/assert.ts'
import { Binary } from './binary.ts'

export interface Here {
  readonly binary: Binary
  /** The folder of this test's fleet. */
  readonly dir: string
}

/** To be called at the top of a file. Sessions that a test leaves behind are ended when the file is over. */
export function useFleets(yaml?: string): Here {
  let binary: Binary | undefined
  let dir = ''
  const fleets: string[] = []
  const built = () => present(binary, 'the program is there once the tests run')
  beforeAll(async () => {
    binary = await Binary.build()
  })
  afterAll(() => binary?.end(fleets))
  beforeEach(async () => {
    dir = await built().fleet(yaml)
    fleets.push(dir)
  })
  return {
    get binary() {
      return built()
    },
    get dir() {
      return dir
    },
  }
}
