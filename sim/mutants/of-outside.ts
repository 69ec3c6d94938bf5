// Guards of what is seen from outside: post-conditions, sentinel, budgets, quotas and sensors, each taken out by one mutation.

import type { Catcher, Mutation } from './mutation.ts'

const by = (test: string, title: string): Catcher => ({ test: `test/${test}.test.ts`, title })

export const outsideMutations: readonly Mutation[] = [
  {
    name: 'a start that was proven does not count',
    edits: [
      {
        file: 'src/model/expect.ts',
        text: 'if (now - oldestReadyAt < startedMs || recent.confirmed > 0) return null',
        becomes: 'if (now - oldestReadyAt < startedMs) return null',
      },
    ],
    caughtBy: by('model/expect', 'a start within the time'),
  },
  {
    name: 'work that waits at a gate is called broken',
    edits: [
      {
        file: 'src/model/expect.ts',
        text: 'if (startedMs === null || oldestReadyAt === null || !takable) return null',
        becomes: 'if (startedMs === null || oldestReadyAt === null) return null',
      },
    ],
    caughtBy: by('model/expect', 'work that waits at a gate'),
  },
  {
    name: 'a release of the class does not count',
    edits: [
      {
        file: 'src/model/expect.ts',
        text: 'Math.max(one.oldest, one.lastReleasedAt ?? 0)',
        becomes: 'one.oldest',
      },
    ],
    caughtBy: by('model/expect', 'another one of the class that was released'),
  },
  {
    name: 'a watcher that slept judges what it did not see',
    edits: [
      {
        file: 'src/loops/sentinel/silence.ts',
        text: 'const sleptMs = gapMs > rules.everyMs * 3 ? gapMs : 0',
        becomes: 'const sleptMs = gapMs > 0 ? 0 : 0',
      },
    ],
    caughtBy: by('loops/sentinel/silence', 'a watcher that itself slept judges nobody'),
  },
  {
    name: 'who has only begun to look calls a standstill over',
    edits: [
      {
        file: 'src/loops/sentinel/standstill.ts',
        text: "colour === 'green' && cameRound",
        becomes: "colour === 'green' && (cameRound || true)",
      },
    ],
    caughtBy: by('scenarios/sim/sentinel-dies', 'a dispatcher that stands still is restarted'),
  },
  {
    name: 'a restart is asked for before anybody is told',
    edits: [
      {
        file: 'src/loops/sentinel/standstill.ts',
        text: 'await open(role, reason)\n    if (role',
        becomes: 'if (role',
      },
      {
        file: 'src/loops/sentinel/standstill.ts',
        text: '    store.poke()\n',
        becomes: '    store.poke()\n    await open(role, reason)\n',
      },
    ],
    caughtBy: by('scenarios/sim/sentinel-dies', 'a dispatcher that stands still is restarted'),
  },
  {
    name: 'one look is enough to accuse',
    edits: [
      {
        file: 'src/loops/sentinel/expect.ts',
        text: 'const agreeing = 3',
        becomes: 'const agreeing = 1',
      },
    ],
    caughtBy: by('loops/sentinel/looks', 'what is broken at three looks in a row is one incident'),
  },
  {
    name: 'the dead-man switch is pinged whatever is broken',
    edits: [
      {
        file: 'src/loops/sentinel/deadman.ts',
        text: 'if (to === null || standstill || !isWell()) return',
        becomes: 'if (to === null || standstill) return',
      },
    ],
    caughtBy: by('loops/sentinel/looks', 'the dead-man switch is pinged at its pace'),
  },
  {
    name: 'what is kept for people is spent',
    edits: [
      {
        file: 'src/model/budget.ts',
        text: 'if (spentUsd < capUsd * (1 - reserve)) return null',
        becomes: 'if (spentUsd < capUsd) return null',
      },
    ],
    caughtBy: by('model/budget', 'a lane is shut by the period that lasts longest'),
  },
  {
    name: 'a quota stays used after its renewal',
    edits: [
      {
        file: 'src/model/quota.ts',
        text: 'if (quota.renewsAt === null || quota.renewsAt > now) return quota',
        becomes: 'if (quota.renewsAt === null || now > 0) return quota',
      },
    ],
    caughtBy: by('model/quota', 'a quota that was renewed is unused'),
  },
  {
    name: 'a used-up budget stops what is exempt from it',
    edits: [
      {
        file: 'src/loops/dispatch/tick.ts',
        text: 'exempt ? client.filter((lane) => !isBudgetLane(lane)) : client',
        becomes: 'exempt ? client : client',
      },
    ],
    caughtBy: by('loops/dispatch/tick', 'a used-up budget stops all but exempt tasks'),
  },
  {
    name: 'a sensor feeds on its own output',
    edits: [
      {
        file: 'src/model/provenance.ts',
        text: '(parent?.sensed ?? 0) >= (origin.most ?? 1)',
        becomes: '(parent?.sensed ?? 0) > (origin.most ?? 1)',
      },
    ],
    caughtBy: by('loops/sensors/sensors', 'own task brings nothing more'),
  },
  {
    name: 'each look of a sensor has the budget of a day',
    edits: [
      {
        file: 'src/loops/sensors/bring.ts',
        text: 'let made = await deps.store.madeBy({ by: bySensor(name), since: now - dayMs + 1 })',
        becomes: 'let made = 0',
      },
    ],
    caughtBy: by('loops/sensors/sensors', 'begins no new day'),
  },
  {
    name: 'a restart forgives a sensor its failures',
    edits: [
      {
        file: 'src/loops/sensors/loop.ts',
        text: 'const failures = known?.failures ?? 0',
        becomes: 'const failures = known === undefined ? 0 : 0',
      },
    ],
    caughtBy: by('loops/sensors/sensors', 'a restart forgives no failures'),
  },
  {
    name: 'a report that went is composed and sent again',
    edits: [
      {
        file: 'src/loops/report/loop.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this text is source
        text: '`${ownKeyPrefix}report:${isoTime(due)}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this text is source
        becomes: '`${ownKeyPrefix}report:${isoTime(due)}:${performance.now()}`',
      },
    ],
    caughtBy: by('loops/report/report', 'it goes once at its time'),
  },
]
