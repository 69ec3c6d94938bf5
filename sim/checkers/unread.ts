// Law: nobody who watches holds up who works. What is kept for a client that does not read is bounded, and it is dropped; who guesses
// is held back and who is known is not; and what is too much is not read. That the work goes on all the while, the bound tells
// by which everything is done.

import { guessesAtOnce, watchedIn } from '../watching.ts'
import type { Checker } from './contract.ts'

/** The backlog of a stream, and the page of facts by which it came to pass it. */
const keptBytesMax = 512_000 + 256_000
/** Failures that an address has free at once, and what comes back while it asks. */
const guessesMax = 21

export const unread: Checker = {
  law: 'nobody who watches holds up who works',
  invariants: [41],
  look({ world, accuse }) {
    const seen = watchedIn(world)
    for (const { host, bytes } of seen.streams)
      if (bytes > keptBytesMax)
        accuse(`${host} keeps ${bytes} bytes for a client that reads nothing`)
    for (const { looked, known } of seen.guesses) {
      world.truth.count('guesses held back')
      if (looked > guessesMax)
        accuse(`${looked} of ${guessesAtOnce} guessed tokens were looked at in one moment`)
      if (known !== null && known !== 200 && known !== 503)
        accuse(`who is known was answered ${known} while a stranger guessed`)
    }
    for (const { status } of seen.heaps) {
      world.truth.count('heap refused')
      if (status !== 413) accuse(`a body of half a megabyte was answered ${status}`)
    }
    Object.assign(seen, { streams: [], guesses: [], heaps: [] })
  },
}
