// A provider tells its client how much of five hours is used; the fleet stops before the part that is kept for people, says
// until when, lets through what is exempt, and goes on when the period is renewed.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { whyTask } from '../../src/loops/dispatch/why.ts'
import { calendarOf } from '../../src/surface/spending/periods.ts'
import { endOfOnly, setStage, type Stage, until } from './stage.ts'

const client = `#!/bin/sh
case "$1" in
  --version) echo '2.1.300 (Claude Code)'; exit 0 ;;
  --help) echo '  -p, --print'; echo '  --output-format <f>'; echo '  --verbose'; echo '  --permission-mode <m>'; exit 0 ;;
esac
cat >/dev/null
echo '{"type":"system","subtype":"init","session_id":"s","claude_code_version":"2.1.300"}'
[ -e quota ] && cat quota
echo '{"type":"assistant","message":{"model":"m","content":[{"type":"text","text":"working"}]},"session_id":"s"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"ok","num_turns":1,"session_id":"s","total_cost_usd":0.1,"usage":{"input_tokens":3,"output_tokens":5}}'
`

let stage: Stage
beforeEach(async () => {
  stage = await setStage(
    '  scribe:\n    adapter: claude\n    program: ./client\n    account: team\nbackoff: [50ms]\nbudget: { reserve: 0.2, exempt: 100 }\n',
  )
  writeFileSync(join(stage.dir, 'client'), client)
  chmodSync(join(stage.dir, 'client'), 0o755)
})
afterEach(() => stage.strike())

const ask = (priority = 0) =>
  stage.add(null as never, { run: null, prompt: 'write', agent: 'scribe', priority })

/** What the client tells of its quota from now on: `renewsAt` in whole seconds. */
const tellsQuota = (renewsAt: number) =>
  writeFileSync(
    join(stage.dir, 'quota'),
    `${JSON.stringify({
      type: 'rate_limit_event',
      rate_limit_info: {
        status: 'allowed_warning',
        resetsAt: renewsAt,
        rateLimitType: 'five_hour',
        utilization: 0.93,
      },
      session_id: 's',
    })}\n`,
  )

it('the fleet stops before the part for people, exempt work goes on, and the renewal ends it', async () => {
  const farOff = Math.ceil(Date.now() / 1_000) + 3_600
  tellsQuota(farOff)
  await stage.up()
  const { store, config, clock, offers, host } = stage.fleet
  const first = await ask()
  expect((await endOfOnly(stage, first)).verdict?.class).toBe('success')
  await until('the budget of the account is shut', async () =>
    (await store.gates()).some(({ lane, state }) => lane === 'budget:team' && state === 'pinned'),
  )
  const [period] = (await calendarOf(store, config, clock.now())).periods
  expect(period).toMatchObject({
    kind: 'quota',
    account: 'team',
    name: '5 hours',
    used: 0.93,
    reserve: 0.2,
    renewsAt: new Date(farOff * 1_000).toISOString(),
    shut: true,
  })

  const waiting = await ask()
  const urgent = await ask(100)
  expect((await endOfOnly(stage, urgent)).verdict?.class).toBe('success')
  expect((await stage.task(waiting)).state).toBe('ready')
  expect(await stage.attempts(waiting)).toEqual([])
  const why = await whyTask({ store, clock, config, offers, hostName: host.name }, waiting)
  expect(why.gates).toMatchObject([{ lane: 'budget:team', state: 'pinned' }])
  expect(why.gates[0]?.reason).toContain(
    '93 % of its quota (5 hours) is used; 20 % are kept for people',
  )

  // The provider thinks better of it: its newest word is the one that counts.
  const renewsAt = Math.ceil(Date.now() / 1_000) + 3
  tellsQuota(renewsAt)
  expect((await endOfOnly(stage, await ask(100))).verdict?.class).toBe('success')
  writeFileSync(join(stage.dir, 'quota'), '')
  const renewed = await endOfOnly(stage, waiting)
  expect(renewed.verdict?.class).toBe('success')
  expect(renewed.claimedAt).toBeGreaterThanOrEqual(renewsAt * 1_000)
})
