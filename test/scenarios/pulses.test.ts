// Incidents 17, 26 and 28: a watchdog that kills healthy quiet work, a limit shorter than a legal run, a client that hangs
// on after its result. Real processes, whose CPU is really measured.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { endOfOnly, setStage, type Stage, until } from './stage.ts'

const agents = `  quiet:
    adapter: command
    silence: 3s
    slots: 3
  scribe:
    adapter: claude
    program: ./scribe
`
const result =
  '{"type":"result","subtype":"success","is_error":false,"result":"done","num_turns":1,"session_id":"s","usage":{"input_tokens":3,"output_tokens":5}}'
/** A client that tells its result and never exits. */
const lingers = `#!/bin/sh
case "$1" in
  --version) echo '2.1.300 (Claude Code)'; exit 0 ;;
  --help) echo '  -p, --print'; echo '  --output-format <f>'; echo '  --verbose'; echo '  --permission-mode <m>'; echo '  --name <n>'; exit 0 ;;
esac
cat >/dev/null
echo '{"type":"system","subtype":"init","session_id":"s","claude_code_version":"2.1.0"}'
echo '{"type":"assistant","message":{"model":"m","content":[{"type":"text","text":"hi"}]},"session_id":"s"}'
echo '${result}'
exec sleep 600
`

describe('the pulse of real sessions', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await setStage(`${agents}limits:\n  linger: 2s\n  poll: 100ms\nbackoff: [10m]\n`)
  })
  afterEach(() => stage.strike())
  const outcome = async (id: number) => {
    const settled = await until('it is settled', async () => {
      const task = await stage.task(id)
      return task.state === 'settled' && task
    })
    return settled.outcome
  }

  it('a build that prints nothing for twice its limit is let alone, for it works; a sleeper is stopped with its evidence', async () => {
    await stage.up()
    const build =
      'end=$(($(date +%s) + 7)); while [ $(date +%s) -lt $end ]; do i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; done'
    const building = await stage.add(build, { agent: 'quiet' })
    const talking = await stage.add('for i in 1 2 3 4 5 6; do echo $i; sleep 1; done', {
      agent: 'quiet',
    })
    const sleeping = await stage.add('sleep 300', { agent: 'quiet', attempts: 1 })
    const stopped = await endOfOnly(stage, sleeping)
    expect(stopped.verdict).toMatchObject({ class: 'timeout', blame: 'task' })
    expect(stopped.verdict?.evidence).toMatch(
      /nothing moved for 3s, its limit is 3s; 0 bytes of output, \d+ process(es)? at 0\.\d % of a core/,
    )
    const facts = await stage.fleet.store.facts({ taskId: sleeping, limit: 99 })
    expect(facts.map(({ body }) => body.kind)).toContain('attempt.quiet')
    expect(facts.find(({ body }) => body.kind === 'attempt.stopped')?.body).toMatchObject({
      why: expect.stringContaining('nothing moved'),
    })
    expect(await outcome(building)).toBe('done')
    expect(await outcome(talking)).toBe('done')
    for (const id of [building, talking]) expect(await stage.attempts(id)).toHaveLength(1)
    expect(await stage.count(building, 'attempt.stopped')).toBe(0)
  })

  it('a client that hangs on after its result is ended, and its work counts', async () => {
    writeFileSync(join(stage.dir, 'scribe'), lingers)
    chmodSync(join(stage.dir, 'scribe'), 0o755)
    await stage.up()
    const id = await stage.add('', { run: null, prompt: 'write', agent: 'scribe' })
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'success' })
    expect(await outcome(id)).toBe('done')
  })

  it('a session that said done and idles on is ended; its task was settled when it said so', async () => {
    await stage.up()
    const id = await stage.add('midwatch done "all of it"; sleep 300', { agent: 'quiet' })
    expect(await outcome(id)).toBe('done')
    const attempt = await endOfOnly(stage, id)
    expect(attempt.endedAt).not.toBe(null)
    const [fact] = await stage.fleet.store.facts({
      taskId: id,
      kinds: ['attempt.stopped'],
      limit: 9,
    })
    expect(fact?.body).toMatchObject({ why: expect.stringContaining('had its last word') })
  })
})
