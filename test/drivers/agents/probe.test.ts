// Facts about the contract probe, on real programs: little shell scripts that answer for a client.

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import { commandAdapter } from '../../../src/drivers/agents/command.ts'
import type { Builds } from '../../../src/drivers/agents/contract.ts'
import { createBuilds } from '../../../src/drivers/agents/probe/builds.ts'
import { optionsIn } from '../../../src/drivers/agents/probe/options.ts'
import { createLocalHost } from '../../../src/drivers/hosts/local.ts'
import { settings } from './orders.ts'

const requiredOptions = [
  '-p, --print',
  '--output-format <f>',
  '--verbose',
  '--permission-mode <m>',
  '--allowedTools <t>',
]
const helpOf = (...more: string[]) =>
  `Usage: claude [options]\n\nOptions:\n${[...requiredOptions, ...more].map((option) => `  ${option}   about it`).join('\n')}\n`

let dir = ''
let program = ''
let builds: Builds
const host = createLocalHost({ env: { PATH: '/usr/bin:/bin' } })

const newBuilds = () =>
  createBuilds({
    file: join(dir, '.midwatch/probes.json'),
    cwd: dir,
    clock: systemClock,
    asRoot: false,
    baseEnv: host.baseEnv,
    resolveProgram: host.resolveProgram,
    runShell: host.runShell,
  })

/** A client of this version that counts how often it was asked. */
function writeClient(version: string, help: string, path = program): void {
  writeFileSync(
    path,
    `#!/bin/sh\necho "$*" >> '${dir}/asked'\ncase "$1" in --version) echo '${version}';; --help) cat <<'HELP'\n${help}HELP\n;; esac\n`,
  )
  chmodSync(path, 0o755)
}
const asked = () => readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n')
const agent = () => ({ adapter: claudeAdapter, settings: settings({ adapter: 'claude', program }) })

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-probe-'))
  program = join(dir, 'claude')
  writeClient('2.1.75 (Claude Code)', helpOf())
  builds = newBuilds()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('a build', () => {
  it('is known by its path, version and content, and asked once by all who ask at once', async () => {
    const seen = await Promise.all([1, 2, 3].map(() => builds.look(agent())))
    expect(seen[0]).toMatchObject({
      was: null,
      build: { path: program, realPath: program, version: '2.1.75 (Claude Code)', trouble: null },
    })
    expect(seen[0]?.build.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(seen[0]?.build.options).toContain('--output-format')
    expect(asked()).toEqual(['--version', '--help'])
  })

  it('is remembered by the next process, and asked again only when somebody wants it', async () => {
    await builds.look(agent())
    await newBuilds().look(agent())
    expect(asked()).toHaveLength(2)
    await newBuilds().look(agent(), true)
    expect(asked()).toHaveLength(4)
  })

  it('is asked again when its file changes under us, which stays known until it was told', async () => {
    const before = await builds.look(agent())
    writeClient('2.1.76 (Claude Code)', helpOf('-n, --name <name>'))
    const changed = await builds.look(agent())
    expect(changed?.build.version).toBe('2.1.76 (Claude Code)')
    expect(changed?.was).toEqual({ version: '2.1.75 (Claude Code)', hash: before?.build.hash })
    expect((await newBuilds().look(agent()))?.was).not.toBeNull()
    if (changed) await builds.told(agent(), changed.build)
    expect((await newBuilds().look(agent()))?.was).toBeNull()
    expect(asked()).toHaveLength(4)
  })

  it('changed while nobody of us ran is noticed, too', async () => {
    await builds.look(agent())
    writeClient('3.0.0', helpOf())
    expect((await newBuilds().look(agent()))?.was?.version).toBe('2.1.75 (Claude Code)')
  })

  it('behind a launcher script that stays the same changes with its package', async () => {
    const home = join(dir, 'node_modules/client')
    mkdirSync(join(home, 'bin'), { recursive: true })
    writeClient('1.0.0', helpOf(), join(home, 'bin/start'))
    writeFileSync(join(home, 'package.json'), '{"version":"1.0.0"}')
    rmSync(program)
    symlinkSync(join(home, 'bin/start'), program)
    await builds.look(agent())
    writeFileSync(join(home, 'package.json'), '{"version":"1.0.10"}')
    await builds.look(agent())
    expect(asked()).toHaveLength(4)
  })

  it('of a plain program, or of one that is not there, is nothing', async () => {
    expect(await builds.look({ adapter: commandAdapter, settings: settings() })).toBeNull()
    expect(
      await builds.look({ ...agent(), settings: settings({ program: join(dir, 'gone') }) }),
    ).toBeNull()
  })

  it('is asked again where the memory was damaged', async () => {
    await builds.look(agent())
    writeFileSync(join(dir, '.midwatch/probes.json'), '{"format":1,"builds":{"claude x":7}')
    expect((await newBuilds().look(agent()))?.build.version).toBe('2.1.75 (Claude Code)')
  })
})

describe('flags', () => {
  it('an optional flag that the help does not list is lacking; one that it lists is not', async () => {
    expect([...(await builds.lacks(agent())).keys()]).toEqual(['--mcp-config', '--name'])
    writeClient('2.1.76', helpOf('-n, --name <name>  x\n  --mcp-config <configs...>'))
    expect([...(await builds.lacks(agent())).keys()]).toEqual([])
  })

  it('one that was refused at run time is lacking until the build changes', async () => {
    writeClient('2.1.76', helpOf('-n, --name <name>  x\n  --mcp-config <configs...>'))
    await builds.drop(agent(), ['--name'], 'it said no')
    expect((await newBuilds().lacks(agent())).get('--name')).toMatchObject({ why: 'it said no' })
    const learnedAt = (await builds.lacks(agent())).get('--name')?.at
    await builds.drop(agent(), ['--name'], 'again')
    expect((await builds.lacks(agent())).get('--name')).toMatchObject({
      why: 'it said no',
      at: learnedAt,
    })
    writeClient('2.1.77', helpOf('-n, --name <name>  x\n  --mcp-config <configs...>'))
    expect((await builds.lacks(agent())).size).toBe(0)
  })

  it('a build whose help cannot be read gets no optional flags, and says why', async () => {
    writeClient('2.1.76', '')
    const lacks = await builds.lacks(agent())
    expect(lacks.get('--name')?.why).toMatch(/what it can is not known \(--help/)
  })
})

describe('the free self-test', () => {
  it('passes when the program answers and knows every required flag', async () => {
    expect(await builds.selfTest(agent())).toEqual({
      passed: true,
      evidence: '2.1.75 (Claude Code) answers and knows every flag it must.',
    })
  })

  it('fails when the program is gone, is broken, or lacks a required flag', async () => {
    writeClient(
      '9.0.0',
      'Options:\n  -p, --print  x\n  --verbose  x\n  --permission-mode <m>  x\n  --allowedTools <t>  x\n',
    )
    expect(await builds.selfTest(agent())).toEqual({
      passed: false,
      evidence: '9.0.0 does not know --output-format.',
    })
    writeFileSync(program, '#!/bin/sh\necho "native binary not installed" >&2\nexit 1\n')
    expect((await builds.selfTest(agent())).evidence).toMatch(
      /does not tell its version .*exit code 1, native binary/,
    )
    rmSync(program)
    expect((await builds.selfTest(agent())).passed).toBe(false)
  })

  it('never passes judgement on a plain program', async () => {
    expect((await builds.selfTest({ adapter: commandAdapter, settings: settings() })).passed).toBe(
      true,
    )
  })
})

describe('a help text', () => {
  it.each([
    [
      'commander',
      '  -c, --continue             go on\n  -n, --name <name>          a name\n  --allowedTools, --allowed-tools <t...>  tools\n  -h, --help  help',
      ['--allowed-tools', '--allowedTools', '--continue', '--help', '--name', '-c', '-h', '-n'],
    ],
    [
      'clap',
      '  -s, --sandbox <MODE>\n          Select; see --other and `--not-one`\n\n      --json\n          Print\n  -i, --image <FILE>...\n',
      ['--image', '--json', '--sandbox', '-i', '-s'],
    ],
    [
      'yargs',
      '      --title        a title                [string]\n  -m, --model        provider/model          [string]\n  -h, --help         help',
      ['--help', '--model', '--title', '-h', '-m'],
    ],
    [
      'argparse',
      '  -h, --help            show this help message\n  --model MODEL, -m MODEL\n                        the model\n  --[no-]pretty         colour\n',
      ['--help', '--model', '--no-pretty', '--pretty', '-h', '-m'],
    ],
  ])('of %s is read', (_parser, text, options) => {
    expect(optionsIn(`Usage: x [--wrong]\n\nOptions:\n${text}`)).toEqual(options)
  })

  it('that is an error message is none', () => {
    expect(optionsIn("error: unknown option '--help'\n")).toBeNull()
    expect(optionsIn('')).toBeNull()
  })
})
