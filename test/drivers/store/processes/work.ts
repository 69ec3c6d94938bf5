// One host of several: claims, renews, gives back, settles, cancels, and now and then writes what is stale, until every
// task is settled. Arguments: address, name of the host, seed, number of tasks, slots of the agent. It tells what passed,
// one line of JSON each, and begins when its standard input is closed.

import { createHash } from 'node:crypto'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { Claimed } from '../../../../src/drivers/store/contract/shapes.ts'
import {
  claimInput,
  failure,
  giveBackArgs,
  proof,
  seeds,
  settleArgs,
  success,
  t0,
  untilTime,
} from '../conformance/wants.ts'
import { openAt } from './address.ts'

const [address = '', host = '', seed = '', total = '0', agentSlots = '1'] = process.argv.slice(2)
let drawn = 0
/** A number in [0, 1) that depends on the seed alone. */
const chance = () =>
  createHash('sha256').update(`${seed} ${++drawn}`).digest().readUInt32BE(0) / 2 ** 32
const tell = (line: object) => console.log(JSON.stringify(line))

process.stdin.resume()
process.stdin.once('end', async () => {
  const store = await openAt(address)
  // Twice as many rounds as could ever be needed: who loses a task is found out here, not by waiting.
  for (let round = 0; round < Number(total) * 20 && !(await over(store)); round += 1) {
    const { claimed } = await store.claim(
      await claimInput(store, {
        host,
        lanes: ['agent:shell', 'fleet', `host:${host}`].toSorted(),
        agentSlots: Number(agentSlots),
        hostSlots: 3,
        seeds: seeds(1 + Math.floor(chance() * 3)),
      }),
    )
    for (const one of claimed) tell({ claimed: one.task.id, attempt: one.attempt.id })
    await Promise.all([...claimed.map((one) => workOn(store, one)), disturb(store)])
  }
  await store.close()
})
console.log('here')

async function over(store: Store): Promise<boolean> {
  const { done, failed, cancelled } = await store.counts()
  return done + failed + cancelled >= Number(total)
}

async function workOn(store: Store, one: Claimed): Promise<void> {
  const attemptId = one.attempt.id
  const settled = (result: { ok: boolean }) => {
    if (result.ok) tell({ settled: one.task.id, by: attemptId })
  }
  if (chance() < 0.6) await store.confirm({ attemptId, proof, program: 'x', now: t0 })
  const endFirst = chance() < 0.5
  if (endFirst) await store.end({ attemptId, verdict: failure, now: t0 })
  const dice = chance()
  if (dice < 0.5) settled(await store.settle(settleArgs(one, dice < 0.4 ? 'done' : 'failed')))
  else if (dice < 0.7) await store.giveBack(giveBackArgs(one))
  else if (dice < 0.8) await store.giveBack(giveBackArgs(one, [untilTime(t0)]))
  else if (!endFirst)
    settled(await store.say({ attemptId, word: dice < 0.9 ? 'done' : 'fail', text: '', now: t0 }))
  else await store.giveBack(giveBackArgs(one, [untilTime(t0), untilTime(t0)]))
  if (chance() < 0.3) stale(await store.settle(settleArgs(one, 'failed')))
  if (chance() < 0.3) stale(await store.giveBack(giveBackArgs(one)))
  if (!endFirst) await store.end({ attemptId, verdict: success, now: t0 })
}

function stale(result: { ok: boolean }): void {
  if (result.ok) tell({ broken: 'a stale write passed' })
}

/** What goes on beside: leases, due holds, and a person who cancels something. */
async function disturb(store: Store): Promise<void> {
  await Promise.all([
    store.renew({ host, leaseUntil: t0 + Math.floor(chance() * 1_000), now: t0 }),
    store.releaseDue({ now: t0, limit: 10 }),
  ])
  if (chance() > 0.1) return
  const taskId = 1 + Math.floor(chance() * Number(total))
  const result = await store.settleByHand({
    taskId,
    outcome: 'cancelled',
    by: host,
    reason: '',
    now: t0,
  })
  if (result.ok) tell({ settled: taskId, by: host })
}
