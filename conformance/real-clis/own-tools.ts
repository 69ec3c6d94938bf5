// One real client with Midwatch's own tools, from order to done: a dispatcher, a session it starts as it always does, and a
// model on 127.0.0.1 that calls the tools one after another. Prints what came of it as one line of JSON. Run in a sandbox
// without network (test/surface/mcp/real-clients.test.ts does); takes the tool, its program, a folder of its own, and midwatch.

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { furnish, pointed } from './clients.ts'
import { startFakeApi } from './fake-api.ts'

const [tool = '', program = '', dir = '', midwatch = '', permissions = 'edit'] =
  process.argv.slice(2)

const api = await startFakeApi()
const at = pointed(tool, `http://127.0.0.1:${api.port}/s/own-tools~${tool}`)
const home = join(dir, 'home')
furnish(home, at.home)
const fleet = join(dir, 'fleet')
mkdirSync(fleet, { recursive: true })
const agent = {
  adapter: tool,
  tier: 'frontier',
  program,
  permissions,
  ...(at.model !== null && { model: at.model }),
  env: { HOME: home, ...at.env },
}
writeFileSync(
  join(fleet, 'midwatch.yaml'),
  JSON.stringify({ name: 'real', agents: { shell: { adapter: 'command', tier: 'light' }, [tool]: agent } }),
)
spawnSync('git', ['init', '-q', fleet])

const run = (...args: string[]) =>
  spawnSync(process.execPath, [midwatch, ...args, '--fleet', fleet], {
    cwd: fleet,
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, MIDWATCH_HTTP: 'off' },
  })
const json = (...args: string[]) => JSON.parse(run(...args, '--json').stdout || 'null')

run('add', 'Tell the harbour', '--prompt', 'Do as your tools say.', '--agent', tool, '--attempts', '1')
const up = await dispatched()
api.close()
console.log(
  JSON.stringify({
    task: json('show', '1'),
    added: json('show', '2'),
    effects: json('effect', 'list'),
    kinds: json('facts', '--limit', '200')?.facts.map((one: { kind: string }) => one.kind),
    log: run('logs', '1').stdout.slice(-6_000),
    asked: api.asked(tool),
    up: up.slice(-2_000),
  }),
)

/** Runs the dispatcher until nothing is left to do; not in one breath, for the model service lives in this very process. */
async function dispatched(): Promise<string> {
  const child = spawn(process.execPath, [midwatch, 'up', '--until-idle', '--fleet', fleet], {
    cwd: fleet,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, MIDWATCH_HTTP: 'off' },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  const timer = setTimeout(() => child.kill('SIGTERM'), 90_000)
  await new Promise((resolve) => child.on('close', resolve))
  clearTimeout(timer)
  return text
}
