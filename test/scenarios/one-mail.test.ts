// S4: an aggregator's mail report. The agent sent the mail and closed its task; a rate limit hit while the session was torn
// down, the handler put the task back, and five dispatches sent three mails. Here whatever comes after the closing word
// leaves one attempt and one mail; and a session that is really tried five times sends one mail, too.
// Incidents 55, 56 and 8: the key is the effect's and not the caller's; recovery repeats nothing that happened.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { rules } from '../../src/loops/reconcile/list.ts'
import { sweep } from '../../src/loops/reconcile/sweep.ts'
import { headersOf, mailsIn, type Smtp, startSmtp } from '../support/smtp.ts'
import { endOfOnly, setStage, type Stage, until } from './stage.ts'

const resetsAt = Math.floor(Date.now() / 1_000) + 9 * 3_600
const limit = JSON.stringify({
  type: 'rate_limit_event',
  rate_limit_info: { status: 'rejected', resetsAt, rateLimitType: 'five_hour' },
  session_id: 's',
})
const refusal = JSON.stringify({
  type: 'result',
  subtype: 'success',
  is_error: true,
  api_error_status: 429,
  result: "You've hit your session limit",
  num_turns: 3,
  session_id: 's',
  usage: { input_tokens: 3, output_tokens: 5 },
})

const requeue = (id: number): string =>
  `UPDATE tasks SET state = 'ready', outcome = NULL, verified = NULL, settled_at = NULL, ready_at = 1, rank = 1 WHERE id = ${id}`

/** The client: sends the report, closes its task, is refused while it is torn down. `die POINT` ends it there. */
const client = `#!/bin/sh
case "$1" in
  --version) echo '2.1.300 (Claude Code)'; exit 0 ;;
  --help) echo '  -p, --print'; echo '  --output-format <f>'; echo '  --verbose'; echo '  --permission-mode <m>'; echo '  --name <n>'; exit 0 ;;
esac
cat >/dev/null
echo "run $MIDWATCH_ATTEMPT" >>runs
die() { [ "$(cat kill-point 2>/dev/null)" = "$1" ] && kill -9 $$; true; }
echo '{"type":"system","subtype":"init","session_id":"s","claude_code_version":"2.1.300"}'
echo '{"type":"assistant","message":{"model":"m","content":[{"type":"text","text":"sending"}]},"session_id":"s"}'
midwatch effect send office --key report:17797 'The aggregator report' </dev/null >>sent 2>&1
echo $? >>codes
[ -e closes ] || exit 1
midwatch done the report is sent
die settled
echo '${limit}'
die limited
echo '${refusal}'
die told
exit 1
`

describe('one report, one mail', () => {
  let stage: Stage
  let smtp: Smtp
  let maildir = ''
  beforeEach(async () => {
    maildir = mkdtempSync(join(tmpdir(), 'midwatch-report-'))
    smtp = await startSmtp({ maildir })
    stage = await setStage(
      `  scribe:\n    adapter: claude\n    program: ./client\n    tier: light\nbackoff: [50ms]\neffects:\n  channels:\n    office:\n      kind: mail\n      from: fleet@example.org\n      to: [ann@example.org]\n      smtp: { host: 127.0.0.1, port: ${smtp.port} }\n`,
    )
    writeFileSync(join(stage.dir, 'client'), client)
    chmodSync(join(stage.dir, 'client'), 0o755)
    return async () => {
      await smtp.close()
      rmSync(maildir, { recursive: true, force: true })
    }
  })
  afterEach(() => stage.strike())

  const put = (name: string, text = '') => writeFileSync(join(stage.dir, name), text)
  const mails = () => headersOf(mailsIn(maildir), 'Message-ID').length
  const report = (more = {}) =>
    stage.add(null as never, { run: null, prompt: 'send the report', agent: 'scribe', ...more })

  /** What the house must look like in the end. */
  async function oneAttemptOneMail(id: number): Promise<void> {
    expect(await stage.task(id)).toMatchObject({
      state: 'settled',
      outcome: 'done',
      reason: 'the report is sent',
      attempts: 1,
    })
    expect([
      mails(),
      await stage.count(id, 'task.settled'),
      await stage.count(id, 'task.returned'),
    ]).toEqual([1, 1, 0])
  }

  /** What a handler of the teardown, or a person with the database in hand, may try: nothing of it moves the task. */
  async function triesAgain(id: number, attemptId: number, raw: DatabaseSync): Promise<void> {
    const { store, clock } = stage.fleet
    const now = clock.now()
    const late = { taskId: id, attemptId, reason: 'rate limit', now }
    const backoff = { kind: 'time', until: now, why: 'backoff' } as const
    const tries = [
      () => store.giveBack({ ...late, holds: [], charged: false }),
      () => store.giveBack({ ...late, holds: [backoff], charged: true }),
      () => store.hold({ taskId: id, release: backoff, now }),
    ]
    for (const one of tries) expect(await one()).toMatchObject({ ok: false })
    expect(() => raw.exec(requeue(id))).toThrow('midwatch: ')
    expect(() => raw.exec(`DELETE FROM tasks WHERE id = ${id}`)).toThrow('midwatch: ')
  }

  it.each(['settled', 'limited', 'told', 'never'])(
    'the session dies at the point “%s” between closing its task and its exit: one attempt, one mail',
    async (point) => {
      put('closes')
      put('kill-point', point)
      const daemon = await stage.up()
      const id = await report()
      const attempt = await endOfOnly(stage, id)
      await daemon.untilIdle(AbortSignal.timeout(25_000))
      await oneAttemptOneMail(id)
      const gates = await stage.fleet.store.gates()
      const account = gates.find((gate) => gate.lane.startsWith('account:'))
      if (point === 'settled') expect(account?.state ?? 'passing').toBe('passing')
      else {
        expect(attempt.verdict?.class).toBe('rate_limited')
        expect(account).toMatchObject({ state: 'shut' }) // it still teaches the account's gate
      }
      const raw = new DatabaseSync(join(stage.fleet.stateDir, 'fleet.db'), { timeout: 5_000 })
      try {
        await triesAgain(id, attempt.id, raw)
      } finally {
        raw.close()
      }
      await daemon.stop()
      await (await stage.up()).untilIdle(AbortSignal.timeout(25_000))
      await oneAttemptOneMail(id)
    },
  )

  it.each(['the mail is on its way', 'the task is closed'])(
    'the dispatcher is replaced while %s: one attempt, one mail',
    async (when) => {
      put('closes')
      const first = await stage.up()
      let going = () => {}
      const gone = new Promise<void>((resolve) => (going = resolve))
      let replaced: Promise<unknown> = Promise.resolve()
      smtp.at = (at) => {
        if (at === 'stored' && when === 'the mail is on its way') {
          replaced = first.stop().then(() => stage.up())
          going()
        }
      }
      const id = await report()
      if (when === 'the task is closed') {
        await until('it is closed', async () => (await stage.task(id)).state === 'settled')
        replaced = first.stop().then(() => stage.up())
      } else await gone
      await replaced
      await endOfOnly(stage, id)
      await oneAttemptOneMail(id)
    },
  )

  it('five tries to have it dispatched again, by hand and past the guards: one attempt, one mail', async () => {
    put('closes')
    const daemon = await stage.up()
    const id = await report()
    const attempt = await endOfOnly(stage, id)
    const { store, clock } = stage.fleet
    const raw = new DatabaseSync(join(stage.fleet.stateDir, 'fleet.db'), { timeout: 5_000 })
    try {
      await triesAgain(id, attempt.id, raw)
      // Past the guards, as in a database of an older version: the sweep settles it again before anybody takes it.
      await daemon.stop()
      raw.exec('DROP TRIGGER tasks_final; DROP TRIGGER tasks_arrows')
      raw.exec(requeue(id))
      expect((await stage.task(id)).state).toBe('ready')
      const swept = { store, clock, limits: stage.fleet.config.limits, by: 'sweep' }
      expect((await sweep(swept, { dryRun: true })).findings).toMatchObject([
        { law: 'settled-stays', subject: `task ${id}`, did: null },
      ])
      expect((await sweep(swept, { dryRun: false })).findings).toMatchObject([
        { did: expect.stringContaining('done') },
      ])
      expect((await sweep(swept, { dryRun: false })).findings).toEqual([])
      expect(rules.map((rule) => rule.name)).toContain('settled-stays')
    } finally {
      raw.close()
    }
    const second = await stage.up()
    await second.untilIdle(AbortSignal.timeout(25_000))
    await oneAttemptOneMail(id)
  })

  it('five sessions of one task, and three that other people wanted: one mail', async () => {
    const daemon = await stage.up()
    const send = "midwatch effect send office --key report:17797 'The aggregator report' </dev/null"
    const dies = `echo x >>tries; ${send}; [ $(wc -l <tries) -ge 5 ] || exit 1`
    const ids = [await stage.add(dies)]
    // The same report wanted by others, each a task and a caller of its own: the key is the report's.
    for (let i = 0; i < 3; i++) ids.push(await stage.add(send))
    await daemon.untilIdle(AbortSignal.timeout(25_000))
    const attempts = await Promise.all(ids.map((id) => stage.attempts(id)))
    expect(attempts.map((its) => its.length)).toEqual([5, 1, 1, 1])
    expect(mails()).toBe(1)
    const effect = await stage.fleet.store.effect('report:17797')
    expect(effect).toMatchObject({ state: 'performed', epoch: 1 })
    const made = await stage.fleet.store.facts({ kinds: ['effect.performed'], limit: 99 })
    const repeated = await stage.fleet.store.facts({ kinds: ['effect.repeated'], limit: 99 })
    expect([made.length, repeated.length > 0]).toEqual([1, true])
  })

  it('a second key for the same letter is refused (incident 55), and a stopped fleet sends nothing old (incident 8)', async () => {
    put('closes')
    const daemon = await stage.up()
    await endOfOnly(stage, await report())
    const send = (key: string) =>
      stage.add(
        `midwatch effect send office --key ${key} --subject report:17797 'The aggregator report' </dev/null; echo $? >${key}.code; midwatch done`,
      )
    await endOfOnly(stage, await send('attempt-9-mail'))
    await daemon.untilIdle(AbortSignal.timeout(25_000))
    expect(mails()).toBe(1)
    const refused = await stage.fleet.store.facts({ kinds: ['write.refused'], limit: 9 })
    expect(refused.map(({ body }) => (body as { code?: string }).code)).toContain('effect.twin')
    // A fleet that comes back after a long stop performs nothing by itself: nobody asks for the old mail.
    await daemon.stop()
    await (await stage.up()).untilIdle(AbortSignal.timeout(25_000))
    expect(mails()).toBe(1)
  })
})
