// `doctor` on sound and on broken fleets, with the real binary; and the oldest Node that may run it.

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { plainYaml } from './binary.ts'
import { useFleets } from './fleets.ts'

const here = useFleets()

const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

describe('doctor', () => {
  test('on a sound fleet everything is told and nothing is bad', async () => {
    await add('x', '--run', 'true')
    const { findings } = await json('doctor')
    const levels = new Map(
      findings.map((f: { about: string; level: string }) => [f.about, f.level]),
    )
    for (const about of [
      'node',
      'sqlite',
      'folder',
      'config',
      'database',
      'store',
      'clock',
      'agent shell',
    ])
      expect(levels.get(about), about).toBe('ok')
    expect([...levels.values()]).not.toContain('bad')
  })

  test('a missing program and a missing variable are bad, with remedies', async () => {
    const broken = await here.binary.fleet(
      `${plainYaml}  other: { adapter: claude, program: no-such-client }\n`,
    )
    const { findings } = await here.binary.json(['doctor'], { cwd: broken }, 1)
    expect(findings).toContainEqual(
      expect.objectContaining({
        about: 'agent other',
        level: 'bad',
        sentence: expect.stringContaining('no-such-client'),
        remedy: expect.stringContaining('install it'),
      }),
    )
    const unset = await here.binary.fleet(
      `${plainYaml.trimEnd()}\n  b: { adapter: command, env: { K: '\${NOT_SET_HERE}' } }\n`,
    )
    const second = await here.binary.json(['doctor'], { cwd: unset }, 1)
    expect(second.findings).toContainEqual(
      expect.objectContaining({
        about: 'config',
        level: 'bad',
        sentence: expect.stringContaining('NOT_SET_HERE'),
      }),
    )
  })

  test('a database that cannot be looked at is not called broken', async () => {
    await add('x', '--run', 'true')
    const file = join(here.dir, '.midwatch', 'fleet.db')
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    mkdirSync(file)
    const { findings } = await here.binary.json(['doctor'], { cwd: here.dir }, 1)
    expect(findings).toContainEqual({
      level: 'bad',
      about: 'database',
      sentence: `reading or writing ${file} failed`,
      remedy: expect.not.stringContaining('move the file aside'),
    })
  })

  test('a client is asked for its version', async () => {
    const folder = here.binary.folder('client')
    const client = join(folder, 'my client')
    writeFileSync(client, '#!/bin/sh\necho "9.8.7 (stub)"\n')
    chmodSync(client, 0o755)
    const fleet = await here.binary.fleet(
      `${plainYaml}  c: { adapter: claude, program: '${client}' }\n`,
    )
    const { findings } = await here.binary.json(['doctor'], { cwd: fleet })
    expect(findings).toContainEqual(
      expect.objectContaining({
        about: 'agent c',
        level: 'ok',
        sentence: `${client}, 9.8.7 (stub)`,
      }),
    )
  })
})

test('an old Node is refused with one clear sentence', async () => {
  const text = readFileSync(here.binary.path, 'utf8')
  expect(text).toMatch(/Node \$\{here\} is too old, Midwatch needs Node \$\{oldest\} or newer/)
  expect(text.slice(0, text.indexOf('} else {'))).not.toMatch(/\?\.|\?\?|await|import /)
})
