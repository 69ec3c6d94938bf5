// Facts about a refused call: pinned on an optional flag it is nobody's fault, and learned before it is told.

import { describe, expect, it } from 'vitest'

import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import type { FlagBook, LackedFlag } from '../../../src/drivers/agents/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { type FlagDeps, pinOnFlags } from '../../../src/lifecycle/launch/flags.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import type { FactBody } from '../../../src/model/fact.ts'
import { isDroppedFlag } from '../../../src/model/failure.ts'
import { chargeOf } from '../../../src/model/lane-rules.ts'
import { ending, settings, work } from '../../drivers/agents/orders.ts'

const claimedAt = 1_000
const attempt = { id: 5, claimedAt } as Attempt
const order = work({ prompt: 'p' })

function world(known: Record<string, LackedFlag> = {}) {
  const book = new Map(Object.entries(known))
  const steps: string[] = []
  const facts: FactBody[] = []
  const flags: FlagBook = {
    lacks: async () => book,
    async drop(_agent, names, why) {
      steps.push('dropped')
      for (const name of names) book.set(name, { why, at: 2_000 })
    },
  }
  const note: Store['note'] = async ({ bodies }) => {
    steps.push('noted')
    facts.push(...bodies)
    return { ok: true } as Awaited<ReturnType<Store['note']>>
  }
  const clock = { now: () => 2_000 } as FlagDeps['clock']
  const deps: FlagDeps = {
    store: { note } as Store,
    clock,
    adapter: claudeAdapter,
    settings: settings(),
    flags,
  }
  return { deps, book, steps, facts }
}

const refusedFor = (said: string) => ending({ exitCode: 1, errHead: `${said}\n`, errTail: '' })
const judged = (said: string) => claudeAdapter.judge(refusedFor(said))
const pin = async (deps: FlagDeps, said: string) =>
  await pinOnFlags(deps, attempt, async () => order, refusedFor(said), judged(said))

describe('a refused call', () => {
  const optionalFlag = "error: unknown option '--name'"

  it('that names an optional flag drops it, tells so, and blames nobody', async () => {
    const { deps, book, steps, facts } = world()
    const verdict = await pin(deps, optionalFlag)
    expect(verdict).toMatchObject({ class: 'argument_error', blame: 'nobody' })
    expect(isDroppedFlag(verdict)).toBe(true)
    expect(chargeOf('cli', verdict.class, verdict.blame)).toBeNull()
    expect(book.get('--name')?.why).toContain('unknown option')
    expect(facts).toEqual([{ kind: 'attempt.flag_refused', flags: ['--name'], why: optionalFlag }])
    expect(steps).toEqual(['dropped', 'noted'])
  })

  it('that names a required flag stays as it is, and charges the client’s lane', async () => {
    const { deps, steps } = world()
    const verdict = await pin(deps, "error: unknown option '--verbose'")
    expect(verdict).toMatchObject({ class: 'argument_error', blame: 'cli' })
    expect(chargeOf('cli', verdict.class, verdict.blame)).not.toBeNull()
    expect(steps).toEqual([])
  })

  it('judged again after a crash, or by several sessions, blames nobody again', async () => {
    const { deps } = world()
    await pin(deps, optionalFlag)
    expect((await pin(deps, optionalFlag)).blame).toBe('nobody')
  })

  it('is not pinned on what was already left out of it', async () => {
    const help = 'claude [options]\n\nOptions:\n  -h, --help  x\n  --name <n>  x'
    const call = refusedFor(help)
    const verdict = { ...judged(help), class: 'argument_error', blame: 'cli' } as const
    const unlisted = { why: 'its --help does not list it', at: claimedAt - 1 }
    const { deps } = world({ '--name': unlisted, '--mcp-config': unlisted })
    expect((await pinOnFlags(deps, attempt, async () => order, call, verdict)).blame).toBe('cli')
    expect((await pinOnFlags(world().deps, attempt, async () => order, call, verdict)).blame).toBe(
      'nobody',
    )
    // Learned by another session after this one was worded: it had been sent.
    const later = world({ '--name': { why: 'refused elsewhere', at: claimedAt + 1 } })
    expect((await pinOnFlags(later.deps, attempt, async () => order, call, verdict)).blame).toBe(
      'nobody',
    )
  })

  it('of any other class is left alone', async () => {
    const { deps, steps } = world()
    const other = { ...judged(optionalFlag), class: 'unknown', blame: 'nobody' } as const
    expect(
      await pinOnFlags(deps, attempt, async () => order, refusedFor(optionalFlag), other),
    ).toBe(other)
    expect(steps).toEqual([])
  })
})
