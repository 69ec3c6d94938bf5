// Facts about the watch over client builds: a change is told once, whoever noticed it first, and never lost.

import { describe, expect, it } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { failed } from '../../../src/base/errors.ts'
import type { Build, Builds, Probed } from '../../../src/drivers/agents/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { type WatchedClient, watchBuilds } from '../../../src/loops/builds/watch.ts'
import type { FactBody } from '../../../src/model/fact.ts'
import { claude, Town } from '../../support/lanes.ts'

const agent = { settings: { name: 'ann' } } as Probed
const client: WatchedClient = { agent, cli: 'claude', lanes: ['cli:claude', 'agent:ann'] }

/** A world in which one client can be replaced, and the store can be out of reach. */
function world() {
  const facts: FactBody[] = []
  const state = {
    version: '2.1.75',
    told: '2.1.75' as string | null,
    storeDown: false,
    slow: false,
  }
  let looks = 0
  let wake: () => void = () => {}
  const builds = {
    async look() {
      looks += 1
      if (state.slow) await new Promise(() => {})
      const build = {
        path: '/bin/claude',
        version: state.version,
        hash: `hash-${state.version}`,
      } as Build
      const was =
        state.told === null || state.told === state.version
          ? null
          : { version: state.told, hash: 'hash-old' }
      return { build, was }
    },
    told: async (_agent: Probed, build: Build) => {
      state.told = build.version
    },
  } as unknown as Builds
  const recordFacts: Store['recordFacts'] = async ({ bodies }) => {
    if (state.storeDown) throw failed('store.unavailable', 'no store', 'wait')
    facts.push(...bodies)
  }
  const clock = {
    now: () => 1,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
  } as unknown as Clock
  const service = watchBuilds({
    store: { recordFacts } as Store,
    clock,
    host: 'h1',
    builds,
    clients: () => [client],
    lookEveryMs: () => 30_000,
  })
  /** Lets one more round happen. */
  const round = async () => {
    const before = looks
    wake()
    for (let turn = 0; turn < 50 && looks === before; turn++) await Promise.resolve()
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return { facts, state, service, round }
}

describe('the watch over builds', () => {
  it('tells nothing of a build that stays, and once of one that was replaced', async () => {
    const { facts, state, service, round } = world()
    await round()
    expect(facts).toEqual([])
    state.version = '2.1.76'
    await round()
    await round()
    expect(facts).toEqual([
      {
        kind: 'cli.changed',
        cli: 'claude',
        host: 'h1',
        path: '/bin/claude',
        from: '2.1.75 #hash-old',
        to: '2.1.76 #hash-2.1',
        lanes: ['cli:claude', 'agent:ann'],
      },
    ])
    await service.stop()
  })

  it('tells it later where the store was out of reach', async () => {
    const { facts, state, service, round } = world()
    Object.assign(state, { version: '2.1.76', storeDown: true })
    await round()
    await round()
    expect(facts).toEqual([])
    state.storeDown = false
    await round()
    expect(facts).toHaveLength(1)
    await service.stop()
  })

  it('stops at once though a client takes its time to answer', async () => {
    const { state, service, round } = world()
    state.slow = true
    await round()
    await service.stop()
    await service.stopped
  })
})

describe('a changed build', () => {
  const changed = (lanes: string[]) =>
    ({
      kind: 'cli.changed',
      cli: 'claude',
      host: 'h1',
      path: '/bin/claude',
      from: '2.1.75',
      to: '2.1.76',
      lanes,
    }) as const

  it('lets a client’s lane that refused its arguments be probed, and no other', () => {
    const town = new Town()
    town.run(claude('ann'), 1, 'argument_error', { blame: 'cli' })
    expect(town.gate('cli:claude')).toMatchObject({ state: 'pinned', by: 'midwatch' })
    town.world(changed(['cli:codex']))
    town.fold()
    expect(town.gate('cli:claude').state).toBe('pinned')
    town.world(changed(['cli:claude', 'agent:ann']))
    town.fold()
    expect(town.gate('cli:claude').state).toBe('probing')
  })

  it('a refused optional flag shuts nothing', () => {
    const town = new Town()
    town.run(claude('ann'), 1, 'argument_error', { blame: 'nobody' })
    expect(town.outOfOrder()).toEqual([])
  })
})
