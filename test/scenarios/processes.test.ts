// Incidents 58, 59, 60, 63 and 64: what goes wrong between a dispatcher and real processes. Output nobody drains, exit codes
// lost in pipes, missing folders called missing programs, the deaf, and orders larger than an argument may be.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { endOfOnly, setStage, type Stage, until } from './stage.ts'

describe('real processes', () => {
  let stage: Stage
  beforeEach(async () => {
    const agent = '  scribe:\n    adapter: claude\n    program: ./scribe\n'
    stage = await setStage(`${agent}limits:\n  stopGrace: 5s\n  poll: 100ms\nbackoff: [50ms]\n`)
  })
  afterEach(() => stage.strike())

  const at = (name: string) => join(stage.dir, name)

  it('five megabytes on both outputs block nobody, and their ends are kept (incident 58)', async () => {
    await stage.up()
    const megabytes = 'head -c 5000000 /dev/zero | tr "\\0" x'
    const id = await stage.add(`(${megabytes}; echo over) >&2; ${megabytes}; echo done`)
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'success', exitCode: 0 })
    await until('it is settled', async () => (await stage.task(id)).state === 'settled')
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', attempts: 1 })
    const launcher = await stage.fleet.launcher()
    const ref = { attemptId: attempt.id, nonce: attempt.nonce, launch: attempt.launch }
    expect(await launcher.size(ref, 'err')).toBe(5_000_005)
    expect(await launcher.size(ref, 'out')).toBe(5_000_005)
    expect((await launcher.read(ref, 'err', 5_000_000, 10)).toString()).toBe('over\n')
  })

  it('the exit code is the program’s own, however much it printed (incident 59)', async () => {
    await stage.up()
    const id = await stage.add('seq 1 20000; echo the last word >&2; exit 37', { attempts: 1 })
    const { verdict } = await endOfOnly(stage, id)
    expect(verdict).toMatchObject({ class: 'task_failed', exitCode: 37, signal: null })
    await until('it is settled', async () => (await stage.task(id)).state === 'settled')
    expect(await stage.task(id)).toMatchObject({ outcome: 'failed', attempts: 1 })
  })

  it('a folder that went away is called so, never a missing program, and costs the task nothing (incident 60)', async () => {
    const cwd = at('workspace')
    mkdirSync(cwd)
    const id = await stage.add('touch ../ran', { cwd, attempts: 1 })
    rmSync(cwd, { recursive: true })
    await stage.up()
    const [first] = await until('an attempt ends', async () => {
      const ended = (await stage.attempts(id)).filter((one) => one.state === 'ended')
      return ended.length > 0 && ended
    })
    expect(first?.verdict).toMatchObject({ class: 'launch_failed', exitCode: null })
    expect(first?.verdict?.evidence).toContain(`the working directory ${cwd} does not exist`)
    expect(first?.verdict?.evidence).not.toMatch(/ENOENT|not found|program/)
    expect(existsSync(at('ran'))).toBe(false)
    expect((await stage.task(id)).state).not.toBe('settled')
    mkdirSync(cwd) // and it goes on by itself
    await until('it is done', async () => (await stage.task(id)).state === 'settled')
    expect(await stage.task(id)).toMatchObject({ outcome: 'done' })
  })

  it('who is deaf to SIGTERM is gone all the same, with grandchildren in sessions of their own (incident 63)', async () => {
    await stage.up()
    const deaf = `trap '' TERM HUP INT; while :; do sleep 0.2; done`
    const grandchild = `setsid sh -c "echo \\$\\$ >>pids; ${deaf}" &`
    const id = await stage.add(`echo $$ >>pids; ${grandchild} ${grandchild} ${deaf}`)
    const pids = await until('all three live', async () => {
      if (!existsSync(at('pids'))) return null
      const lines = readFileSync(at('pids'), 'utf8').trim().split('\n')
      return lines.length === 3 && lines.map(Number)
    })
    const now = Date.now()
    await stage.fleet.store.settleByHand({
      taskId: id,
      outcome: 'cancelled',
      by: 'ann',
      reason: 'no longer wanted',
      now,
    })
    stage.fleet.store.poke()
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'interrupted' })
    expect(pids.filter(lives)).toEqual([])
    const [stopped] = await stage.fleet.store.facts({
      taskId: id,
      kinds: ['attempt.stopped'],
      limit: 5,
    })
    expect(stopped?.body).toMatchObject({ signals: ['SIGTERM', 'SIGKILL'], survivors: 0 })
    expect(await stage.count(id, 'attempt.claimed')).toBe(1)
    expect(await stage.task(id)).toMatchObject({ outcome: 'cancelled' })
  })

  it('an order larger than any argument may be arrives whole, and none is cut (incident 64)', async () => {
    writeFileSync(at('scribe'), scribe)
    chmodSync(at('scribe'), 0o755)
    await stage.up()
    const prompt = `${'long '.repeat(60_000)}end of the order`
    const id = await stage.add('', { run: null, prompt, agent: 'scribe' })
    const attempt = await endOfOnly(stage, id)
    expect(attempt.verdict).toMatchObject({ class: 'success' })
    expect(readFileSync(at('order'), 'utf8')).toContain(prompt)
    expect(
      Math.max(...readFileSync(at('lengths'), 'utf8').trim().split('\n').map(Number)),
    ).toBeLessThan(4_096)
  })

  it('a command larger than an argument may be is refused with a sentence, and nothing of it runs (incident 64)', async () => {
    await stage.up()
    const id = await stage.add(`touch ran; : ${'x'.repeat(140_000)}`)
    const [attempt] = await until('an attempt ends', async () => {
      const ended = (await stage.attempts(id)).filter((one) => one.state === 'ended')
      return ended.length > 0 && ended
    })
    expect(attempt?.verdict).toMatchObject({ class: 'launch_failed' })
    expect(attempt?.verdict?.evidence).toMatch(
      /has 1400\d\d bytes; the system takes less than 131072/,
    )
    expect(existsSync(at('ran'))).toBe(false)
  })
})

/** Whether this process lives; one that waits to be reaped does not. */
function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Speaks like claude: keeps its order and the lengths of its arguments, and ends well. */
const scribe = `#!/bin/sh
case "$1" in
  --version) echo '2.1.300 (Claude Code)'; exit 0 ;;
  --help) echo '  -p, --print'; echo '  --output-format <f>'; echo '  --verbose'; echo '  --permission-mode <m>'; echo '  --allowedTools <t>'; echo '  --name <n>'; exit 0 ;;
esac
cat >order
for one; do printf '%s\\n' "\${#one}"; done >lengths
echo '{"type":"system","subtype":"init","session_id":"s1","tools":[],"model":"m","claude_code_version":"2.1.300"}'
echo '{"type":"assistant","session_id":"s1","message":{"id":"m1","role":"assistant","model":"m","content":[{"type":"text","text":"read"}]}}'
echo '{"type":"result","subtype":"success","is_error":false,"api_error_status":null,"session_id":"s1","result":"done","num_turns":1,"stop_reason":"end_turn","permission_denials":[],"total_cost_usd":0.01,"usage":{"input_tokens":1,"output_tokens":1}}'
`
