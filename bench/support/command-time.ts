// How long one call of the command line takes, from its start to its end.

import { spawnSync } from 'node:child_process'

import { assert } from '../../src/base/assert.ts'

/** Milliseconds of a call of Node with `args` in `cwd`. Throws unless it succeeds. */
export function tookMs(args: readonly string[], cwd: string): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  const ms = performance.now() - began
  assert(status === 0, `${args.join(' ')} succeeds, but: ${stderr}`)
  return ms
}
