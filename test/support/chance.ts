// What random tests draw from. A committed tree always draws the same: whoever runs it again sees the same worlds and the same
// failure, and the next change brings new ones. Where something is changed, or no tree is known, each run draws anew;
// `MIDWATCH_CHANCE=NAME` draws as told. Who wants thousands plays `scripts/nightly-sim.ts`.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'

/** The name that this run draws by, in words that a seed can be made of. */
export const chanceName: string =
  process.env['MIDWATCH_CHANCE'] ?? committedTree() ?? `${Date.now()}`

/** The same as a number, as fast-check takes it. */
export const chanceSeed: number = createHash('sha256').update(chanceName).digest().readInt32BE(0)

/** The id of the tree that is checked out; null where something differs from it, or there is none. */
function committedTree(): string | null {
  try {
    if (git('status', '--porcelain', '--untracked-files=no') !== '') return null
    return git('rev-parse', '--short=12', 'HEAD^{tree}')
  } catch {
    return null
  }
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
