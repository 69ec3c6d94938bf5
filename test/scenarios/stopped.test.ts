// What somebody stops is stopped: it is not called done because it ended politely, no check is started for it, and a session
// that prints faster than anybody reads is reached all the same.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { emptyAllSessions } from '../../src/app.ts'
import { endOfOnly, setStage, type Stage, until } from './stage.ts'

describe('a stop', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage('backoff: [1h]\nlimits:\n  stopGrace: 5s\n')
  })

  afterEach(() => stage.strike())

  const politely = 'trap "exit 0" TERM; touch up; while :; do sleep 0.05; done'
  const running = (id: number) =>
    until('its session runs', async () => {
      const [only] = await stage.attempts(id)
      return only?.state === 'confirmed' && only
    })

  it('of all sessions, by the command line, never makes a task done, although its session says exit 0', async () => {
    await stage.up()
    const id = await stage.add(politely, { verify: 'touch checked' })
    const { id: attemptId } = await running(id)
    const { store, clock } = stage.fleet
    await store.askStop({
      attemptIds: [attemptId],
      reason: 'stop --all',
      by: 'a person',
      now: clock.now(),
    })
    await emptyAllSessions(stage.fleet)
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'interrupted' })
    await until('the task is given back', async () => (await stage.task(id)).state === 'held')
    expect(await stage.count(id, 'task.settled')).toBe(0)
    expect(await stage.count(id, 'check.ran')).toBe(0)
  })

  it('of a cancelled task is told as cancelled, whatever words the reason is given in', async () => {
    await stage.up()
    const id = await stage.add(politely)
    await running(id)
    const { store, clock } = stage.fleet
    await store.settleByHand({
      taskId: id,
      outcome: 'cancelled',
      by: 'a person',
      reason: 'no need',
      now: clock.now(),
    })
    store.poke()
    expect((await endOfOnly(stage, id)).verdict).toMatchObject({ class: 'interrupted' })
    expect(await stage.task(id)).toMatchObject({ state: 'settled', outcome: 'cancelled' })
  })

  it('at its time limit reaches a session that prints faster than we read', async () => {
    await stage.up()
    const id = await stage.add('timeout 60 yes', { timeoutMs: 1_000, attempts: 1 })
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'timeout' })
    expect((attempt.endedAt ?? 0) - (attempt.confirmedAt ?? 0)).toBeLessThan(25_000)
  })
})

describe('a check', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage('backoff: [1h]\n')
  })

  afterEach(() => stage.strike())

  it('decides after a crash between the ending and the settling, however the session ended', async () => {
    const id = await stage.add('exit 9', { verify: 'true', attempts: 1 })
    const { store, clock, host } = stage.fleet
    const now = clock.now()
    const [demand] = await store.readyDemands()
    const { claimed } = await store.claim({
      agent: 'shell',
      host: host.name,
      lanes: ['agent:shell', 'fleet', `host:${host.name}`],
      demandIds: [demand?.id ?? 0],
      agentSlots: 1,
      hostSlots: 1,
      seeds: [{ nonce: 'n', tokenHash: 'h' }],
      configHash: 'c',
      leaseUntil: now + 60_000,
      now,
    })
    const attemptId = claimed[0]?.attempt.id ?? 0
    const proof = { launcher: 'local', pid: 1, startTicks: '1', bootId: 'another boot' }
    await store.confirm({ attemptId, proof, program: 'x', now })
    const verdict = { class: 'task_failed', blame: 'task', exitCode: 9, signal: null } as const
    const rest = { evidence: 'exit 9', resetAt: null, neverStarted: false }
    await store.end({ attemptId, verdict: { ...verdict, ...rest }, now })
    await stage.up()
    await until('the task settles', async () => (await stage.task(id)).state === 'settled')
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', verified: true, attempts: 1 })
  })
})

describe('idle', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage('backoff: [300ms]\n')
  })

  afterEach(() => stage.strike())

  it('is not while one agent waits by its own backoff, although another lane is pinned', async () => {
    const { store, clock } = stage.fleet
    const retried = await stage.add('test -e again || { touch again; exit 1; }')
    const daemon = await stage.up()
    const report = await daemon.untilIdle(AbortSignal.timeout(25_000))
    expect(report.allDone).toBe(true)
    expect(await stage.task(retried)).toMatchObject({ outcome: 'done', attempts: 2 })
    await store.pin({
      lane: 'agent:shell',
      by: 'a person',
      reason: 'a test',
      until: null,
      now: clock.now(),
    })
    const left = await stage.add('true')
    const second = await daemon.untilIdle(AbortSignal.timeout(25_000))
    expect(second.left.map((one) => one.id)).toEqual([left])
    expect(second.left[0]?.waits).toContain('agent:shell is pinned')
  })
})
