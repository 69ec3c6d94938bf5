// What comes through the socket may have been written by a foreign hand: what is not whole is no request, and a session
// touches nothing but what its own attempt holds.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { ledgerApart } from '../../../src/surface/cli/effects/apart.ts'
import { answerLedger } from '../../../src/surface/session/ledger.ts'
import { readLedgerRequest } from '../../../src/surface/session/ledger-request.ts'
import { holderProcess } from '../../support/effects.ts'
import { taken } from '../../drivers/store/conformance/wants.ts'

let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const hash = 'a'.repeat(64)
const process = holderProcess(7)
const reserve = { do: 'reserve', key: 'k', paramsHash: hash, params: {}, process, forMs: 1_000 }
const letter = {
  do: 'send',
  channel: 'office',
  key: 'k',
  subject: 's',
  text: 't',
  to: [],
  urgent: false,
  evenIfSent: false,
}
const result = { output: 'sent', errors: '', truncated: false, receipt: 'ok' }

test.each([
  null,
  [],
  'hello',
  { do: 'drop' },
  { do: 'read' },
  { do: 'read', key: 'a b' },
  { do: 'list' },
  { do: 'list', limit: 1e9 },
  { do: 'list', limit: 1, states: ['gone'] },
  { do: 'list', limit: 1, kind: 7 },
  { ...reserve, paramsHash: 'x' },
  { ...reserve, params: [] },
  { ...reserve, forMs: 1e12 },
  { ...reserve, process: { ...process, pid: '7' } },
  { ...reserve, process: 7 },
  { do: 'perform', key: 'k', epoch: 1 },
  { do: 'perform', key: 'k', epoch: 0, result },
  { do: 'perform', key: 'k', epoch: 1, result: { ...result, output: 7 } },
  { ...letter, channel: 7 },
  { ...letter, to: 'ann' },
  { ...letter, to: [7] },
  { ...letter, text: 'x'.repeat(1_000_001) },
  { ...letter, urgent: 'yes' },
  { do: 'fail', key: 'k', epoch: 1 },
  { do: 'doubt', key: 'k', epoch: 1, reason: 'x'.repeat(10_001) },
])('%j is no request', async (given) => {
  expect(readLedgerRequest(given)).toBeNull()
  const { attempt } = await taken(store)
  const told = await answerLedger({ store, clock: systemClock }, attempt.id, given)
  expect(told).toMatchObject({ ok: false, refusal: { code: 'session.unreadable' } })
  expect(await store.effects({ limit: 9 })).toEqual([])
})

test('what another attempt holds is not this one’s to settle, and keys of Midwatch’s own are nobody’s', async () => {
  const [mine, other] = [(await taken(store)).attempt, (await taken(store)).attempt]
  const deps = { store, clock: systemClock }
  expect(await answerLedger(deps, mine.id, reserve)).toMatchObject({ ok: true, yours: true })
  for (const given of [
    { do: 'perform', key: 'k', epoch: 1, result },
    { do: 'fail', key: 'k', epoch: 1, reason: 'x' },
    { do: 'doubt', key: 'k', epoch: 1, reason: 'x' },
  ])
    expect(await answerLedger(deps, other.id, given)).toMatchObject({
      ok: false,
      refusal: { code: 'effect.not_yours' },
    })
  expect((await store.effect('k'))?.state).toBe('reserved')
  expect(await answerLedger(deps, mine.id, { ...reserve, key: 'midwatch:x' })).toMatchObject({
    ok: false,
    refusal: { code: 'usage.key' },
  })
})

test('a session is shown the effects of its own task, and knows any other by its key', async () => {
  const [mine, other] = [(await taken(store)).attempt, (await taken(store)).attempt]
  const deps = { store, clock: systemClock }
  await answerLedger(deps, mine.id, reserve)
  await answerLedger(deps, other.id, { ...reserve, key: 'theirs' })
  const list = { do: 'list', limit: 9 }
  expect(await answerLedger(deps, mine.id, list)).toMatchObject({ effects: [{ key: 'k' }] })
  expect(await answerLedger(deps, other.id, list)).toMatchObject({ effects: [{ key: 'theirs' }] })
  const read = { do: 'read', key: 'theirs' }
  expect(await answerLedger(deps, mine.id, read)).toMatchObject({ effect: { key: 'theirs' } })
})

test('a reservation whose answer was lost is still this process’s, and one of another is not', async () => {
  const { attempt } = await taken(store)
  let loses = 0
  const ask = async (request: unknown) => {
    const told = await answerLedger({ store, clock: systemClock }, attempt.id, request)
    loses -= 1
    return loses >= 0 ? null : told
  }
  const clock = { ...systemClock, sleep: async () => {} }
  const { store: apart } = await ledgerApart(ask, clock)
  const want = (pid: number) => ({
    key: 'k',
    kind: 'command',
    paramsHash: hash,
    params: {},
    check: null,
    holder: { attemptId: attempt.id, process: holderProcess(pid) },
    until: 2_000,
    noTwinSince: null,
    by: '',
    now: 1_000,
  })
  loses = 2
  expect(await apart.reserveEffect(want(7))).toMatchObject({ ok: true, yours: true })
  loses = 1
  expect(await apart.reserveEffect(want(8))).toMatchObject({ ok: true, yours: false })
  loses = 0
  expect(await apart.reserveEffect(want(7))).toMatchObject({ ok: true, yours: false })
  loses = 1_000
  await expect(apart.effect('k')).rejects.toThrow('neither the database nor the dispatcher')
})
