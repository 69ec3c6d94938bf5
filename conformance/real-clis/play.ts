// Runs inside the sandbox: every case against every installed pin, two at a time, and prints one JSON line for each.

import { mkdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { systemClock } from '../../src/base/clock.ts'
import { adapters } from '../../src/drivers/agents/all.ts'
import type { AgentSettings } from '../../src/drivers/agents/contract.ts'
import { createBuilds } from '../../src/drivers/agents/probe/builds.ts'
import type { RunShell } from '../../src/drivers/agents/probe/ask.ts'
import { type Case, cases } from './cases.ts'
import { furnish, pointed } from './clients.ts'
import { type FakeApi, startFakeApi } from './fake-api.ts'
import { folderOf, type Pin, pins } from './pins.ts'
import { play } from './session.ts'

export interface Line {
  readonly tool: string
  readonly version: string
  readonly name: string
  readonly got: string
  readonly expected: readonly string[]
  readonly good: boolean
  readonly why: string
  readonly exit: string
  readonly seconds: number
  readonly requests: number
  readonly evidence: string
}

const [root = '', scratch = '', only = ''] = process.argv.slice(2)
/** Cases whose name holds this; all where it is empty. */
const wantedCases = process.env['CASES'] ?? ''
const atOnce = 2
const usualLimitMs = 40_000

const runShell: RunShell = (command, cwd, env, timeoutMs) =>
  new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer)
      resolve({ ran: true, exitCode, signal, output })
    })
  })

interface Client {
  readonly pin: Pin
  readonly version: string
  readonly program: string
}

async function playAll(client: Client, api: FakeApi): Promise<void> {
  const { pin, version, program } = client
  const adapter = adapters.find((one) => one.name === pin.tool)
  if (adapter === undefined) throw new Error(`no adapter ${pin.tool}`)
  const home = join(scratch, `${pin.tool}-${version}-home`)
  furnish(home, {})
  const base = { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'dumb', LANG: 'C.UTF-8' }
  const builds = createBuilds({
    file: join(scratch, 'probes.json'),
    cwd: home,
    clock: systemClock,
    asRoot: process.getuid?.() === 0,
    baseEnv: base,
    resolveProgram: async (name) => name,
    runShell,
  })
  const bare: AgentSettings = {
    name: pin.tool,
    adapter: pin.tool,
    model: null,
    permissions: 'edit',
    program,
    args: null,
    env: {},
  }
  const lacks = new Set((await builds.lacks({ adapter, settings: bare })).keys())
  const test = await builds.selfTest({ adapter, settings: bare })
  const probe = `${test.evidence}${lacks.size > 0 ? ` Without ${[...lacks].join(', ')}.` : ''}`
  say({
    tool: pin.tool,
    version,
    name: 'probe',
    got: test.passed ? 'passed' : 'failed',
    expected: ['passed'],
    good: test.passed,
    why: '',
    exit: '',
    seconds: 0,
    requests: 0,
    evidence: probe,
  })
  await inTurns(
    cases.filter(
      (one) => one.name.includes(wantedCases) && (one.tools?.includes(pin.tool) ?? true),
    ),
    (one) => playOne(one, { pin, version, program, adapter, bare, base, lacks }, api),
  )
  if (pin.tool === 'opencode' && 'four at once'.includes(wantedCases))
    await playTogether({ pin, version, program, adapter, bare, base, lacks }, api)
}

type Equipped = Client & {
  readonly adapter: (typeof adapters)[number]
  readonly bare: AgentSettings
  readonly base: Record<string, string>
  readonly lacks: ReadonlySet<string>
}

async function playOne(
  one: Case,
  client: Equipped,
  api: FakeApi,
  sharedHome: string | null = null,
  nth = 0,
): Promise<Line> {
  const { pin, version, adapter, bare, base } = client
  const tag = `${pin.tool}-${version}-${one.name.replace(/\W+/g, '-')}-${nth}`
  const dir = join(scratch, tag)
  const port = one.url === 'nobody' ? 1 : api.port
  const { model, env, home } = pointed(
    pin.tool,
    `http://127.0.0.1:${port}/s/${one.scenario}~${tag}`,
    one.plan === true,
  )
  const ownHome = sharedHome ?? join(dir, 'home')
  furnish(ownHome, home)
  mkdirSync(join(dir, 'tmp'), { recursive: true })
  const settings = {
    ...bare,
    model,
    permissions: one.permissions ?? 'edit',
    env: { ...base, ...env, HOME: ownHome, TMPDIR: join(dir, 'tmp') },
  }
  const played = await play({
    adapter,
    settings,
    prompt: one.prompt ?? 'Run the command.',
    env: settings.env,
    dir,
    limitMs: one.limitMs ?? usualLimitMs,
    lacks: one.blindly ? new Set() : client.lacks,
    ...(one.more && { more: one.more }),
    ...(one.strike && { strike: { signal: one.strike, when: () => api.asked(tag) > 0 } }),
  })
  const { verdict, files, refusedFlags } = played
  const [expected, why] = expectedOf(one, pin.tool, version)
  const proven = one.proof === undefined || files.includes('proof.txt') === one.proof
  const pinned = refusedFlags.length > 0 ? ` Pinned on ${refusedFlags.join(', ')}.` : ''
  const line: Line = {
    tool: pin.tool,
    version,
    name: one.name,
    got: verdict.class,
    expected,
    good: expected.includes(verdict.class) && proven,
    why: proven ? why : `the folder holds ${files.join(', ') || 'nothing'}`,
    exit: verdict.signal ?? String(verdict.exitCode),
    seconds: played.seconds,
    requests: api.asked(tag),
    evidence: `${verdict.evidence}${verdict.resetAt === null ? '' : ' Reset read.'}${verdict.needsPerson ? ' A person is needed.' : ''}${pinned}`,
  }
  if (!line.good && process.env['SHOW'])
    console.error(`--- ${tag}\n${played.out.slice(-3_000)}\n${played.err.slice(-1_500)}`)
  return line
}

/** Four sessions at once in one home that nobody has used before. */
async function playTogether(client: Equipped, api: FakeApi): Promise<void> {
  const shared = join(scratch, 'shared-home')
  const one: Case = {
    name: 'four at once',
    scenario: 'ok',
    about: 'in one fresh home',
    expect: 'success',
    proof: true,
    limitMs: 90_000,
  }
  const all = await Promise.all([1, 2, 3, 4].map((nth) => playOne(one, client, api, shared, nth)))
  const bad = all.filter((line) => !line.good)
  const [first] = bad.length > 0 ? bad : all
  if (first)
    say({ ...first, evidence: `${all.length - bad.length} of ${all.length}: ${first.evidence}` })
}

function expectedOf(
  { expect, but }: Case,
  tool: string,
  version: string,
): readonly [readonly string[], string] {
  const own = but?.[`${tool} ${version}`] ?? but?.[tool]
  return own ?? [[expect], '']
}

async function inTurns(all: readonly Case[], run: (one: Case) => Promise<Line>): Promise<void> {
  const left = [...all]
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) say(await run(one))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const api = await startFakeApi()
for (const entry of JSON.parse(only) as { tool: string; wanted: string; version: string }[]) {
  const pin = pins.find(({ tool, version }) => tool === entry.tool && version === entry.wanted)
  if (pin === undefined) continue
  const program = join(folderOf(root, pin), 'node_modules/.bin', pin.bin)
  await playAll({ pin, version: entry.version, program }, api)
}
api.close()
process.exit(0)
