// Machines that share a database and bear one name: the second is refused, and a machine that booted gets its name back.

import { expect, it } from 'vitest'

import type { Clock } from '../src/base/clock.ts'
import { systemClock } from '../src/base/clock.ts'
import { serverTime } from '../src/drivers/store/postgres/server-clock.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import type { HostRow } from '../src/drivers/store/contract/shapes.ts'
import { awaitName } from '../src/namesakes.ts'
import { passed, t0 } from './drivers/store/conformance/wants.ts'
import { openAt } from './drivers/store/processes/address.ts'
import { usePostgres } from './support/postgres.ts'

const leaseMs = 60_000
const mine = { name: 'anvil', bootId: 'my boot' }
const other: HostRow = {
  ...{ name: 'anvil', bootId: 'another boot', pid: 7, startTicks: null },
  ...{ pulseAt: t0, running: true },
}

/** A clock that stands until somebody sleeps. */
function standing(now: number): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => now + clock.slept,
    monotonicMs: () => clock.slept,
    sleep: async (ms: number) => {
      clock.slept += ms
    },
  }
  return clock
}

const found = await usePostgres()
if ('skip' in found) it.skip(found.skip, () => {})
else {
  const scene = async (row: Partial<HostRow> = {}) => {
    const { url } = await found.postgres.create()
    const store = await openAt(url)
    passed(
      await store.enterHost({ ...other, ...row, holderAlive: () => false, now: row.pulseAt ?? t0 }),
    )
    const shared = { hosts: () => store.hosts(), time: serverTime(systemClock) }
    return { store, shared }
  }
  const asked = (store: Pick<Store, 'hosts' | 'time'>, clock: Clock, onWait = async () => {}) => {
    const said: string[] = []
    const sleep = async (ms: number) => {
      await onWait()
      await clock.sleep(ms)
    }
    const log = (line: string) => void said.push(line)
    const answer = awaitName({ store, host: mine, clock: { ...clock, sleep }, leaseMs, log })
    return { answer, said }
  }

  it('a name that another machine works under is refused once that one is heard of again', async () => {
    const { store, shared } = await scene()
    const clock = standing(t0 + 5_000)
    const pulse = () => store.pulseHost({ name: 'anvil', pid: 7, now: t0 + 6_000 })
    const { answer, said } = asked(shared, clock, pulse)
    await expect(answer).rejects.toMatchObject({
      code: 'daemon.namesake',
      remedy: expect.stringContaining('--host'),
    })
    expect(said).toEqual([expect.stringContaining('taken over in 55s')])
    expect(clock.slept).toBeLessThan(2_000)
    expect(await store.hosts()).toMatchObject([{ bootId: 'another boot', running: true }])
    await store.close()
  })

  it('a machine that booted has its name back when the pulse of its earlier boot is a lease old', async () => {
    const { store, shared } = await scene()
    const clock = standing(t0 + 20_000)
    const isAnother = await asked(shared, clock).answer
    expect(clock.slept).toBe(40_000)
    expect(isAnother(other)).toBe(false)
    // Whoever came under the name just before it is entered is another machine all the same.
    expect(isAnother({ ...other, bootId: 'a third', pulseAt: clock.now() })).toBe(true)
    await store.close()
  })

  it('a pulse that is dated ahead holds nobody up for longer than a lease', async () => {
    const { store, shared } = await scene({ pulseAt: t0 + 9 * leaseMs })
    const clock = standing(t0)
    await asked(shared, clock).answer
    expect(clock.slept).toBe(leaseMs)
    await store.close()
  })

  it.each([
    ['its last pulse is long ago', {}, t0 + leaseMs],
    ['it is of this boot', { bootId: 'my boot' }, t0],
    ['it is another host', { name: 'bellows' }, t0],
  ])('nobody waits for a row where %s', async (_, row, now) => {
    const { store, shared } = await scene(row)
    const clock = standing(now)
    await asked(shared, clock).answer
    expect(clock.slept).toBe(0)
    await store.close()
  })

  it('nobody waits for one that has left, nor where the database is this machine’s alone', async () => {
    const { store, shared } = await scene()
    const clock = standing(t0)
    await asked({ hosts: shared.hosts }, clock).answer
    await store.leaveHost({ name: 'anvil', pid: 7, now: t0 })
    await asked(shared, clock).answer
    expect(clock.slept).toBe(0)
    await store.close()
  })
}
