// People of the simulated fleet: they meddle at bad moments, and answer what they were asked, late.
// They act through the same verbs as the command line, as another process that does not die with any daemon.

import { present } from '../src/base/assert.ts'
import { OperatingError } from '../src/base/errors.ts'
import { answers } from './answers/all.ts'
import { deeds } from './deeds/all.ts'
import type { Act, PeopleDeps } from './deeds/contract.ts'
import { pageDeeds } from './deeds/of-pages.ts'
import { dateIn } from './server.ts'

const deedNamed = new Map([...deeds, ...pageDeeds].map((deed) => [deed.name, deed]))

/** Does one planned act. What the house refuses is told to the person, who leaves it at that. */
export async function act(deps: PeopleDeps, { deed, ref, host }: Act): Promise<void> {
  const { world } = deps
  world.truth.count(`deed ${deed}`)
  const machine = present(world.machines[host], 'an act is about a machine that is there')
  const taskId = world.taskIds.get(ref) ?? null
  const now = dateIn(world)
  const known = present(deedNamed.get(deed), 'a planned deed is a known one')
  await known.act(deps, { ref, taskId, machine, now })
  world.poke()
}

/** A person comes by and answers everything that waits for one. Answers how much there was. */
export async function answerAll(deps: PeopleDeps): Promise<number> {
  const { world } = deps
  const now = dateIn(world)
  let answered = 0
  for (const answer of answers) answered += await answer(deps, now)
  world.truth.count('answers', answered)
  if (answered > 0) world.poke()
  return answered
}

/** People are told no at times; that ends their act, and nothing else. */
export async function asPerson(what: () => Promise<void>): Promise<void> {
  try {
    await what()
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
  }
}
