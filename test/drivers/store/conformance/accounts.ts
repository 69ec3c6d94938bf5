// What persons chose among accounts: kept, replaced, over when its time is, and each a fact.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { t0 } from './wants.ts'

const choice = {
  agent: 'ann',
  account: 'spare',
  by: 'ada',
  reason: 'the team is out',
  until: t0 + 60,
} as const

export const choosing = conformance('chooseAccount, unchooseAccount and choices', {
  'a choice is in force until its time is over, and a newer one takes its place': async ({
    store,
  }) => {
    await store.chooseAccount({ ...choice, now: t0 })
    expect(await store.choices({ now: t0 + 59 })).toEqual([{ ...choice, since: t0 }])
    expect(await store.choices({ now: t0 + 60 })).toEqual([])
    await store.chooseAccount({ ...choice, account: 'team', until: t0 + 90, now: t0 + 5 })
    await store.chooseAccount({ ...choice, agent: 'bob', now: t0 + 6 })
    expect(await store.choices({ now: t0 + 10 })).toMatchObject([
      { agent: 'ann', account: 'team', since: t0 + 5, until: t0 + 90 },
      { agent: 'bob', account: 'spare' },
    ])
    const facts = await store.facts({ kinds: ['account.chosen'], limit: 9 })
    expect(facts.map(({ body }) => body.kind === 'account.chosen' && body.account)).toEqual([
      'spare',
      'team',
      'spare',
    ])
  },

  'taking back what is not there, or is over, changes nothing and is no fact': async ({
    store,
  }) => {
    expect(await store.unchooseAccount({ agent: 'ann', by: 'ada', now: t0 })).toEqual({
      was: false,
    })
    await store.chooseAccount({ ...choice, now: t0 })
    expect(await store.unchooseAccount({ agent: 'ann', by: 'bob', now: t0 + 60 })).toEqual({
      was: false,
    })
    expect(await store.unchooseAccount({ agent: 'ann', by: 'bob', now: t0 + 1 })).toEqual({
      was: true,
    })
    expect(await store.choices({ now: t0 + 1 })).toEqual([])
    const facts = await store.facts({ kinds: ['account.unchosen'], limit: 9 })
    expect(facts.map(({ body }) => body)).toEqual([
      { kind: 'account.unchosen', agent: 'ann', by: 'bob' },
    ])
  },
})
