// `midwatch classify` as scripts and people use it: without a fleet, strict in what it takes.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Binary } from './binary.ts'

let binary: Binary
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end())

const classify = (args: readonly string[], input = '') =>
  binary.json(['classify', ...args], { input })

describe('classify', () => {
  test('answers six fields, with the stated reset as a time', async () => {
    const input = "You've hit your 5-hour limit · resets 10:30am (UTC)\n"
    const told = await classify(
      ['--tool', 'claude', '--exit-code', '1', '--stdout', '-', '--now', '2026-11-20T09:00:00Z'],
      input,
    )
    expect(told).toEqual({
      class: 'rate_limited',
      blame: 'account',
      resetAt: '2026-11-20T10:30:00.000Z',
      retry: 'at_reset',
      evidence: expect.stringContaining('5-hour limit'),
      advice: expect.any(String),
    })
  })

  test('a bare clock time is the next such time after --now in --tz, in which --now is meant, too', async () => {
    const file = join(binary.dir, 'said')
    writeFileSync(file, 'You’ve hit your usage limit. Try again at 8:15 AM.\n')
    const told = await classify([
      '--tool',
      'codex',
      '--exit-code',
      '1',
      '--stderr',
      file,
      '--now',
      '2026-11-20T09:00',
      '--tz',
      'America/New_York',
    ])
    expect(told.resetAt).toBe('2026-11-21T13:15:00.000Z')
  })

  test('an absent exit code is unknown and not 0; a tool nobody heard of is no error', async () => {
    expect(await classify(['--tool', 'frobnicator'])).toMatchObject({
      class: 'unknown',
      resetAt: null,
    })
    expect(await classify(['--tool', 'frobnicator', '--exit-code', '0'])).toMatchObject({
      class: 'success',
    })
    expect(await classify(['--tool', 'qwen-code', '--signal', 'TERM'])).toMatchObject({
      class: 'interrupted',
    })
  })

  test('people get a few lines', async () => {
    const { out, code } = await binary.run(
      ['classify', '--tool', 'codex', '--exit-code', '2', '--stderr', '-'],
      { input: "error: unexpected argument '--x' found\n" },
    )
    expect(code).toBe(0)
    expect(out).toMatch(
      /^argument_error {2}error: unexpected argument '--x' found\n {2}blame {3}cli\n/,
    )
    expect(out).toMatch(/next {4}a person is needed first/)
  })

  test.each([
    [['--tz', 'Mars/Olympus'], 'usage.zone', 2],
    [['--now', 'yesterday'], 'usage.time', 2],
    [['--exit-code', 'one'], 'usage.number', 2],
    [['--exit-code', '-1'], 'usage.number', 2],
    [['--signal', 'no such'], 'usage.signal', 2],
    [['--stdout', '-', '--stderr', '-'], 'usage.input_twice', 2],
    [['--stderr', '/no/such/file'], 'classify.unreadable', 3],
  ])('refuses %j', async (args, code, exit) => {
    const { error } = await binary.json(['classify', '--tool', 'x', ...args], {}, exit)
    expect(error.code).toBe(code)
  })

  test('needs a tool', async () => {
    expect((await binary.run(['classify'])).code).toBe(2)
  })

  test('is open to sessions, and needs no fleet', async () => {
    const env = { MIDWATCH_TOKEN: 'mw_1_0123456789abcdef', MIDWATCH_TASK: '1' }
    const told = await binary.json(['classify', '--tool', 'git', '--exit-code', '128'], {
      cwd: '/',
      env,
    })
    expect(told.class).toBeTypeOf('string')
  })
})
