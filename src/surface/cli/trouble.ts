// How trouble is told: one sentence and a remedy for people, code and the same words for machines, and for a fault of
// our own the whole stack, for whoever mends it.

import { exitCodes, OperatingError } from '../../base/errors.ts'
import { paintFor } from './paint.ts'
import { plainText } from './text.ts'
import type { World } from './world.ts'

/** `EX_SOFTWARE` of sysexits(3): a promise of our own code was broken. */
export const exitOfFault = 70

/** Tells what went wrong and returns the exit code. With `json` standard output gets it as an object, too. */
export function tellTrouble(error: unknown, world: World, json: boolean): number {
  if (!(error instanceof OperatingError)) return tellFault(error, world, json)
  const { code, message: sentence, remedy, exit } = error
  if (json) world.out.write(`${JSON.stringify({ error: { code, sentence, remedy } })}\n`)
  const paint = paintFor(world.err.colour)
  world.err.write(`${paint.bad('midwatch:')} ${plainText(sentence)}\n`)
  if (remedy !== '') world.err.write(`  → ${plainText(remedy)}\n`)
  return exitCodes[exit]
}

function tellFault(error: unknown, world: World, json: boolean): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const sentence = 'this is a fault of Midwatch itself'
  const remedy = 'please report it with the lines above'
  if (json) world.out.write(`${JSON.stringify({ error: { code: 'fault', sentence, remedy } })}\n`)
  world.err.write(`${stack}\nmidwatch: ${sentence}\n  → ${remedy}\n`)
  return exitOfFault
}
