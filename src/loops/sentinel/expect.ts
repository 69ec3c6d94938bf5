// Looks whether what must have happened has happened, and opens or resolves one incident per expectation. What breaks one
// must be seen several times in a row, so that a dispatcher that has just come back is not accused of what it is about to do.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { type ExpectConfig, type Finding, findings, type FleetView } from '../../model/expect.ts'
import { noData } from '../../model/incident.ts'
import type { Look } from './deps.ts'

export interface ExpectDeps {
  readonly store: Store
  readonly clock: Clock
  readonly expect: () => ExpectConfig
  readonly view: () => Promise<FleetView>
  /** Called with what is red now, after each judgement. */
  readonly onJudged: (red: readonly Finding[]) => void
  /** A remedy to run when something breaks; null for none. */
  readonly remedy: () => (() => Promise<void>) | null
}

const agreeing = 3
const prefix = 'expect:'

/** The look at post-conditions. */
export function expectLook(deps: ExpectDeps): Look {
  const { store, clock } = deps
  const seen = new Map<string, number>()

  async function open({ name, sentence, remedy }: Finding): Promise<void> {
    const data = {
      ...noData,
      needsPerson: true,
      release: `something moves again; look at ${remedy}`,
    }
    const now = clock.now()
    const { opened } = await store.openIncident({
      key: `expect:${name}`,
      title: sentence,
      data,
      now,
    })
    if (opened) await deps.remedy()?.()
  }

  return {
    name: 'expect',
    async look() {
      const red = findings(await deps.view(), deps.expect()).filter(
        ({ colour }) => colour === 'red',
      )
      for (const name of seen.keys()) if (!red.some((one) => one.name === name)) seen.delete(name)
      const standing = red.filter(({ name }) => {
        const looks = (seen.get(name) ?? 0) + 1
        seen.set(name, looks)
        return looks >= agreeing
      })
      for (const finding of standing) if (seen.get(finding.name) === agreeing) await open(finding)
      const openNow = (await store.incidents({ openOnly: true, limit: 200 }))
        .map(({ key }) => key)
        .filter((key) => key.startsWith(prefix))
      for (const key of openNow)
        if (!red.some(({ name }) => key === `${prefix}${name}`))
          await store.resolveIncident({ key, by: 'it moves again', now: clock.now() })
      deps.onJudged(standing)
    },
  }
}
