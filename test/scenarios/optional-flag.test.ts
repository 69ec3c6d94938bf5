// S3, its second half: an optional flag that the client does not know costs nothing, neither time nor a task's budget nor
// anybody's gate. A build whose help does not list it is never sent it; one that lists it and refuses it is sent it once.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Binary } from '../surface/cli/binary.ts'

let binary: Binary
const fleets: string[] = []
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end(fleets))

/** A client that refuses --name, and says in its help that it knows it, or does not. */
async function fleetWith(promisesName: boolean): Promise<string> {
  const dir = await binary.fleet()
  fleets.push(dir)
  const listed = [
    '-p, --print',
    '--output-format <f>',
    '--verbose',
    '--permission-mode <m>',
    '--allowedTools <t>',
    ...(promisesName ? ['-n, --name <n>'] : []),
  ]
  const events = [
    { type: 'system', subtype: 'init', session_id: 's', claude_code_version: '2.1.75' },
    { type: 'assistant', message: { model: 'm', content: [{ type: 'text', text: 'Done.' }] } },
    {
      type: 'result',
      subtype: 'success',
      is_error: false,
      num_turns: 1,
      result: 'Done.',
      usage: { input_tokens: 3, output_tokens: 2 },
    },
  ]
  writeFileSync(
    join(dir, 'client'),
    `#!/bin/sh
case " $* " in
  *' --version '*) echo '2.1.75 (Claude Code)'; exit 0;;
  *' --help '*) cat <<'HELP'
Usage: claude [options]
${listed.map((option) => `  ${option}   about it`).join('\n')}
HELP
  exit 0;;
  *' --name '*) echo "error: unknown option '--name'" >&2; exit 1;;
esac
cat > /dev/null
cat <<'EVENTS'
${events.map((event) => JSON.stringify(event)).join('\n')}
EVENTS
`,
  )
  chmodSync(join(dir, 'client'), 0o755)
  writeFileSync(
    join(dir, 'midwatch.yaml'),
    `name: scratch
backoff: [1h]
attempts: 1
limits: { stopGrace: 5s, poll: 200ms }
agents:
  client: { adapter: claude, program: ${join(dir, 'client')}, slots: 2 }
`,
  )
  return dir
}

const wanted = 3
async function work(dir: string) {
  for (let nth = 1; nth <= wanted; nth++)
    await binary.json(['add', `task ${nth}`, '--prompt', 'go'], { cwd: dir })
  const up = await binary.run(['up', '--until-idle'], { cwd: dir })
  const { tasks } = await binary.json(['list'], { cwd: dir })
  const { out } = await binary.run(['facts', '--limit', '500', '--json'], { cwd: dir })
  const facts = out
    .trim()
    .split('\n')
    .flatMap((line) => {
      const found = JSON.parse(line)
      return found.facts ?? [found]
    })
  return {
    up,
    tasks,
    facts,
    of: (kind: string) => facts.filter((fact: { kind: string }) => fact.kind === kind),
  }
}

describe('a client that refuses an optional flag', () => {
  test('which its help promises: it is dropped, and every task goes on at once', async () => {
    const dir = await fleetWith(true)
    const { up, tasks, of } = await work(dir)
    expect(up.out).toMatch(/All tasks are done\./)
    for (const task of tasks) expect(task).toMatchObject({ outcome: 'done' })
    const refused = of('attempt.ended').filter(
      (fact: { class: string }) => fact.class === 'argument_error',
    )
    expect(refused.length).toBeGreaterThanOrEqual(1)
    expect(refused.length).toBeLessThanOrEqual(2) // those that ran at the same time
    for (const fact of refused) expect(fact.blame).toBe('nobody')
    expect(of('attempt.flag_refused')[0]).toMatchObject({ flags: ['--name'] })
    // Nobody waits and nobody pays: no hold, no gate, no incident, though one charged attempt would have been the last.
    for (const kind of ['task.held', 'gate.shut', 'gate.pinned', 'incident.opened'])
      expect(of(kind)).toEqual([])
    for (const fact of of('task.returned')) expect(fact.charged).toBe(false)
    for (const { taskId, at } of refused) {
      const next = of('attempt.claimed').find(
        (fact: { taskId: number; at: string }) => fact.taskId === taskId && fact.at > at,
      )
      expect(Date.parse(next?.at) - Date.parse(at)).toBeLessThan(25_000) // its backoff is an hour
    }
    const { agents } = await binary.json(['probe'], { cwd: dir })
    expect(agents[0].flags.find((flag: { flag: string }) => flag.flag === '--name')).toMatchObject({
      sent: false,
      why: expect.stringContaining('unknown option'),
    })
  }, 60_000)

  test('which its help does not list: it is never sent, and a fact says so', async () => {
    const dir = await fleetWith(false)
    const { tasks, of } = await work(dir)
    for (const task of tasks) expect(task).toMatchObject({ outcome: 'done', attempts: 1 })
    expect(of('attempt.flag_dropped')).toHaveLength(wanted)
    expect(of('attempt.flag_dropped')[0]).toMatchObject({
      flags: ['--mcp-config', '--name'],
      why: 'its --help does not list it',
    })
    expect(of('attempt.flag_refused')).toEqual([])
    const { agents } = await binary.json(['probe', 'client'], { cwd: dir })
    expect(agents[0]).toMatchObject({
      agent: 'client',
      version: '2.1.75 (Claude Code)',
      selfTest: { passed: true },
    })
  }, 60_000)
})

describe('midwatch probe', () => {
  test('shows each agent, exits 1 when a self-test fails, and knows no other agents', async () => {
    const dir = await fleetWith(false)
    const shown = await binary.run(['probe'], { cwd: dir })
    expect(shown.code).toBe(0)
    expect(shown.out).toMatch(/^ok {4}client {2}2\.1\.75 \(Claude Code\) answers/)
    expect(shown.out).toMatch(/sent +-p --output-format --verbose/)
    expect(shown.out).toMatch(/without +--name: its --help does not list it/)
    writeFileSync(join(dir, 'client'), '#!/bin/sh\nexit 3\n')
    const broken = await binary.json(['probe'], { cwd: dir }, 1)
    expect(broken.agents[0]).toMatchObject({ version: null, selfTest: { passed: false } })
    expect((await binary.run(['probe', 'clint'], { cwd: dir })).err).toMatch(
      /no agent clint.*client/,
    )
    expect((await binary.run(['probe', 'clint'], { cwd: dir })).code).toBe(3)
  })
})
