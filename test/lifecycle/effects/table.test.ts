// What a second call under the same key gets: each row of the table in docs/effects.md, on both databases. The titles
// are the rows' names, and the page is compared with them.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { performOnce } from '../../../src/lifecycle/effects/perform.ts'
import { reserve } from '../../../src/lifecycle/effects/reserve.ts'
import type { Performed } from '../../../src/lifecycle/effects/perform.ts'
import {
  bench,
  type Bench,
  done,
  effectWant,
  holderProcess,
  limits,
  nothing,
} from '../../support/effects.ts'
import { onBothStores } from '../../support/both-stores.ts'

const never = new AbortController().signal
const on = await onBothStores()
const rows: string[] = []
const row = (name: string, judge: Parameters<typeof on>[1]) => {
  rows.push(name)
  on(name, judge)
}

/** Makes the effect, and counts it in the world. */
const make = (
  one: Bench,
  over: Parameters<typeof effectWant>[0] = {},
  how: () => ReturnType<typeof done> | Promise<ReturnType<typeof done>> = () => done('made'),
  waitMs = 5_000,
): Promise<Performed> =>
  performOnce(
    one.deps,
    effectWant(over),
    limits({ waitMs }),
    async () => {
      const made = await how()
      if (made.did !== 'nothing') one.world.push(effectWant(over).key)
      return made
    },
    never,
  )

/** A caller that reserved it, perhaps made it, and died before it could say so. */
async function dies(one: Bench, reached: boolean, check: string | null = 'look'): Promise<void> {
  const pid = 66
  const holder = { attemptId: null, process: holderProcess(pid) }
  await reserve(
    one.deps,
    effectWant({ holder, check: check === null ? null : { command: check, cwd: '/' } }),
  )
  if (reached) one.world.push('report:1')
  one.gone.add(pid)
}

describe('the second call under a key', () => {
  row('same key, same parameters', async (open) => {
    const one = bench(await open())
    expect(await make(one)).toMatchObject({ got: 'performed', ours: true })
    expect(await make(one, { by: 'bob' }, () => done('again'))).toMatchObject({
      got: 'performed',
      ours: false,
      effect: { result: { output: 'made' }, by: 'ann' },
    })
    expect(one.world).toEqual(['report:1'])
  })

  row('same key, other parameters', async (open) => {
    const one = bench(await open())
    await make(one)
    const other = await make(one, { params: { to: 'bob' } })
    expect(other).toMatchObject({ got: 'refused', refusal: { code: 'effect.mismatch' } })
    const [first, second] =
      other.got === 'refused' ? (other.refusal.sentence.match(/[0-9a-f]{64}/g) ?? []) : []
    expect(first).not.toBe(second)
    expect(second).toBeDefined()
    expect(one.world).toEqual(['report:1'])
  })

  row('the same parameters in another order', async (open) => {
    const one = bench(await open())
    await make(one, { params: { a: 1, b: { c: 2, d: [1, 2] } } })
    const again = await make(one, { params: { b: { d: [1, 2], c: 2 }, a: 1 } })
    expect(again).toMatchObject({ got: 'performed', ours: false })
  })

  row('while the first is still at it', async (open) => {
    const [one, other] = [bench(await open()), bench(await open())]
    let finish = () => {}
    let begun = () => {}
    const started = new Promise<void>((resolve) => (begun = resolve))
    const first = make(one, {}, async () => {
      begun()
      await new Promise<void>((resolve) => (finish = resolve))
      return done('the winner’s')
    })
    await started
    const second = make(other, { by: 'bob' })
    const third = make(other, { by: 'eve', params: { to: 'eve' } })
    expect(await third).toMatchObject({ got: 'refused', refusal: { code: 'effect.mismatch' } })
    finish()
    expect(await first).toMatchObject({ ours: true })
    expect(await second).toMatchObject({
      got: 'performed',
      ours: false,
      effect: { result: { output: 'the winner’s' } },
    })
    expect([...one.world, ...other.world]).toEqual(['report:1'])
  })

  row('while the first is at it for longer than one waits', async (open) => {
    const one = bench(await open())
    let finish = () => {}
    let begun = () => {}
    const started = new Promise<void>((resolve) => (begun = resolve))
    const first = make(one, {}, async () => {
      begun()
      await new Promise<void>((resolve) => (finish = resolve))
      return done('late')
    })
    await started
    expect(await make(one, { by: 'bob' }, undefined, 30)).toMatchObject({ got: 'busy' })
    finish()
    expect(await first).toMatchObject({ got: 'performed', ours: true })
    expect(one.world).toEqual(['report:1'])
  })

  row('twenty at once', async (open) => {
    const benches = await Promise.all([open(), open(), open()]).then((all) =>
      all.map((s) => bench(s)),
    )
    const calls = Array.from({ length: 21 }, (_, i) =>
      make(benches[i % 3] ?? bench(benches[0]?.deps.store as never), { by: `caller ${i}` }),
    )
    const ended = await Promise.all(calls)
    expect(ended.filter((end) => end.got === 'performed')).toHaveLength(21)
    expect(ended.filter((end) => end.got === 'performed' && end.ours)).toHaveLength(1)
    expect(benches.flatMap((one) => one.world)).toEqual(['report:1'])
  })

  row('after it failed before it reached the world', async (open) => {
    const one = bench(await open())
    const first = await performOnce(
      one.deps,
      effectWant(),
      limits(),
      async () => nothing('no connection'),
      never,
    )
    expect(first).toMatchObject({ got: 'failed', why: 'no connection' })
    expect(await make(one, { by: 'bob' })).toMatchObject({ got: 'performed', ours: true })
    expect(one.world).toEqual(['report:1'])
  })

  row('after a crash that came before the world was reached', async (open) => {
    const one = bench(await open())
    await dies(one, false)
    one.checks.push(1)
    expect(await make(one)).toMatchObject({ got: 'performed', ours: true })
    expect([one.asked, one.world]).toEqual([['look'], ['report:1']])
  })

  row('after a crash between the making and the record', async (open) => {
    const one = bench(await open())
    await dies(one, true)
    one.checks.push(0)
    expect(await make(one)).toMatchObject({
      got: 'performed',
      ours: false,
      effect: { by: 'its check', result: { output: 'as the check says' } },
    })
    expect([one.asked, one.world]).toEqual([['look'], ['report:1']])
  })

  row('after a crash, while what it started is still at it', async (open) => {
    const one = bench(await open())
    await dies(one, false)
    one.performing = 1
    expect(await make(one, {}, undefined, 30)).toMatchObject({ got: 'busy' })
    expect([one.asked, one.world]).toEqual([[], []])
    one.performing = 0
    one.world.push('report:1')
    one.checks.push(0)
    expect(await make(one)).toMatchObject({ got: 'performed', ours: false })
    expect(one.world).toEqual(['report:1'])
  })

  row('after a crash, and the check has no answer yet', async (open) => {
    const one = bench(await open())
    await dies(one, true)
    one.checks.push('the server is away', 0)
    expect(await make(one, {}, undefined, 30)).toMatchObject({ got: 'uncertain' })
    const doubted = await one.deps.store.effect('report:1')
    expect(doubted).toMatchObject({ state: 'uncertain', asked: 1 })
    expect(one.world).toEqual(['report:1'])
    expect(await make(one)).toMatchObject({ got: 'performed', ours: false })
    expect(one.world).toEqual(['report:1'])
  })

  row('after a crash, and there is nothing to ask', async (open) => {
    const one = bench(await open())
    await dies(one, true, null)
    expect(await make(one)).toMatchObject({ got: 'uncertain', why: 'its holder is gone' })
    expect(await make(one)).toMatchObject({ got: 'uncertain' })
    const open2 = await one.store.incidents({ openOnly: true, limit: 9 })
    expect(open2).toMatchObject([{ key: 'effect:report:1', count: 1, data: { needsPerson: true } }])
    expect(one.world).toEqual(['report:1'])
  })

  row('after a person said that it happened', async (open) => {
    const one = bench(await open())
    await dies(one, true, null)
    await make(one)
    const result = { output: '', errors: '', truncated: false, receipt: 'seen by ann' }
    await one.deps.store.performEffect({ key: 'report:1', epoch: 1, result, by: 'ann', now: 1 })
    expect(await make(one)).toMatchObject({ got: 'performed', ours: false })
    expect(one.world).toEqual(['report:1'])
  })

  row('after a person said that it did not', async (open) => {
    const one = bench(await open())
    await dies(one, false, null)
    await make(one)
    const by = 'ann'
    await one.deps.store.failEffect({ key: 'report:1', epoch: 1, reason: 'looked', by, now: 1 })
    expect(await make(one)).toMatchObject({ got: 'performed', ours: true, effect: { epoch: 2 } })
    expect(one.world).toEqual(['report:1'])
  })

  row('the dead one comes back and says that it happened', async (open) => {
    const one = bench(await open())
    await dies(one, true)
    one.checks.push(1) // the world did not show it yet
    const { store, clock } = one.deps
    const doubted = await performOnce(
      one.deps,
      effectWant(),
      limits({ waitMs: 0 }),
      async () => {
        const late = await store.performEffect({
          key: 'report:1',
          epoch: 1,
          result: { output: '', errors: '', truncated: false, receipt: '' },
          by: 'the dead one',
          now: clock.now(),
        })
        expect(late).toMatchObject({ ok: false, refusal: { code: 'effect.stale' } })
        return done('made again')
      },
      never,
    )
    expect(doubted).toMatchObject({ got: 'performed' })
    const facts = await one.store.facts({ kinds: ['write.refused'], limit: 9 })
    expect(facts).toHaveLength(1)
  })

  row('after it was forgotten', async (open) => {
    const one = bench(await open())
    await make(one)
    const { store } = one
    const later = one.deps.clock.now() + 1_000
    expect(
      await store.pruneEffects({ kind: 'command', before: later, limit: 9, now: later }),
    ).toEqual({ effects: 1 })
    expect(await make(one, { params: { to: 'bob' } })).toMatchObject({ ours: true })
    expect(one.world).toEqual(['report:1', 'report:1'])
  })
})

it('every row is told in docs/effects.md, and no other', () => {
  const page = readFileSync(new URL('../../../docs/effects.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| ([^|]+?) \| [^|]+ \| [^|]+ \|$/gm)].map((match) => match[1])
  expect(told.slice(1)).toEqual(rows)
})
