// `midwatch effect` with real processes: two at once, a holder that is killed, and sessions that are tried again.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { lives, until } from './binary.ts'
import { useFleets } from './fleets.ts'

const here = useFleets()

const effect = (args: readonly string[], input?: string) =>
  here.binary.run(['effect', ...args], { cwd: here.dir, ...(input === undefined ? {} : { input }) })
const show = async (key: string) =>
  (await here.binary.json(['effect', 'show', key], { cwd: here.dir })).effect
const times = (file: string) =>
  existsSync(join(here.dir, file))
    ? readFileSync(join(here.dir, file), 'utf8').trim().split('\n').length
    : 0
const there = (file: string) => () => existsSync(join(here.dir, file))

describe('effect run', () => {
  test('runs once; the next call is given its output, byte for byte, and exit 0', async () => {
    const command = ['run', '--key', 'k', '--', 'sh', '-c', 'cat; echo sent; echo made >>made']
    const first = await effect(command, 'to ann\n')
    expect([first.code, first.out]).toEqual([0, 'to ann\nsent\n'])
    const second = await effect(command, 'to ann\n')
    expect([second.code, second.out]).toEqual([0, first.out])
    expect(second.err).toContain('nothing was done')
    expect(times('made')).toBe(1)
  })

  test('other arguments and other input are refused with both hashes', async () => {
    await effect(['run', '--key', 'k', '--', 'cat'], 'to ann')
    const input = await effect(['run', '--key', 'k', '--', 'cat'], 'to bob')
    const argv = await effect(['run', '--key', 'k', '--', 'cat', '-'], 'to ann')
    for (const { code, err } of [input, argv]) {
      expect(code).toBe(4)
      expect(new Set(err.match(/[0-9a-f]{64}/g)).size).toBe(2)
    }
  })

  test('two at once: one runs, the other waits and is given the winner’s output', async () => {
    const command = [
      'effect',
      'run',
      '--key',
      'k',
      '--',
      'sh',
      '-c',
      'echo made >>made; until [ -e go ]; do sleep 0.02; done; echo winner $$',
    ]
    const both = [1, 2].map(() => here.binary.start(command, { cwd: here.dir }))
    await until(there('made'), null, () => '')
    await until(
      async () => (await show('k')).state === 'reserved',
      null,
      () => '',
    )
    writeFileSync(join(here.dir, 'go'), '')
    const [first, second] = await Promise.all(both.map((one) => one.ended))
    expect([first?.code, second?.code]).toEqual([0, 0])
    expect(first?.out).toBe(second?.out)
    expect(times('made')).toBe(1)
  })

  test.each([
    ['nothing to ask', [], 'uncertain', 4],
    ['a check that says yes', ['--check', 'test -e made'], 'performed', 0],
    ['a check that says no', ['--check', 'test -e other'], 'failed', 1],
    ['a check that cannot say', ['--check', 'exit 9', '--wait', '1s'], 'uncertain', 4],
    ['an exit code that means nothing happened', ['--not-done', '3,64-70'], 'failed', 1],
  ])('an exit that is not 0, and %s', async (_, options, state, code) => {
    const ended = await effect([
      'run',
      '--key',
      'k',
      ...options,
      '--',
      'sh',
      '-c',
      'touch made; exit 65',
    ])
    expect([ended.code, (await show('k')).state]).toEqual([code, state])
  })

  test('a program that is not there did nothing', async () => {
    expect((await effect(['run', '--key', 'k', '--', '/none'])).code).toBe(1)
    expect(await show('k')).toMatchObject({ state: 'failed', reason: 'there is no program /none' })
  })

  test('one that takes too long is cut off, and nobody knows', async () => {
    const ended = await effect(['run', '--key', 'k', '--timeout', '300ms', '--', 'sleep', '60'])
    expect(ended.code).toBe(4)
    expect(await show('k')).toMatchObject({ state: 'uncertain', reason: 'its command was cut off' })
  })

  test('killed with what it ran between the making and the record: the check is asked, and nothing is made again', async () => {
    const command = (more: string) => [
      'effect',
      'run',
      '--key',
      'k',
      '--check',
      'cat made',
      '--no-input',
      '--',
      'sh',
      '-c',
      `echo $$ >pid; echo made >>made; ${more}`,
    ]
    const slow = 'until [ -e go ]; do sleep 0.02; done'
    const first = here.binary.start(command(slow), { cwd: here.dir })
    await until(there('made'), null, () => '')
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    // What it ran goes on without it: whoever comes now waits for that.
    const second = here.binary.start(command(slow), { cwd: here.dir })
    const pid = Number(readFileSync(join(here.dir, 'pid'), 'utf8'))
    expect(lives(pid)).toBe(true)
    expect((await show('k')).state).toBe('reserved')
    writeFileSync(join(here.dir, 'go'), '')
    const ended = await second.ended
    expect([ended.code, ended.out]).toEqual([0, 'made\n'])
    expect(await show('k')).toMatchObject({ state: 'performed', by: 'its check' })
    expect(times('made')).toBe(1)
  })

  test('with --json the answer alone stands on standard output', async () => {
    const command = ['effect', 'run', '--key', 'k', '--json', '--', 'echo', 'sent']
    for (const ours of [true, false]) {
      const { code, out } = await here.binary.run(command, { cwd: here.dir })
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        ours,
        effect: { key: 'k', state: 'performed', result: { output: 'sent\n' } },
      })
    }
  })

  test.each([
    [['run', '--', 'true'], 2],
    [['run', '--key', 'a b', '--', 'true'], 2],
    [['run', '--key', 'k'], 2],
    [['run', '--key', 'k', '--not-done', '0', '--', 'true'], 2],
    [['run', '--key', 'k', '--timeout', '5', '--', 'true'], 2],
    [['begin', 'k', '--params', 'no'], 2],
    [['resolve', 'k'], 2],
    [['resolve', 'k', '--failed'], 3],
    [['show', 'k'], 3],
    [['commit', 'k'], 3],
    [['list', '--state', 'done'], 2],
  ])('%j ends with exit %i and leaves nothing', async (args, code) => {
    expect((await effect(args)).code).toBe(code)
    expect((await here.binary.json(['effect', 'list'], { cwd: here.dir })).effects).toEqual([])
  })
})

describe('effect begin, commit, abort and resolve', () => {
  const script = (text: string) => {
    writeFileSync(join(here.dir, 'script'), text.replaceAll('midwatch', `node ${here.binary.path}`))
    return here.binary.run(['effect', 'run', '--key', `s${Math.random()}`, '--', 'sh', 'script'], {
      cwd: here.dir,
    })
  }

  test('an empty pipe is the same as no input', async () => {
    const line = 'run --key k -- sh -c "echo made >>made"'
    const ended = await script(`midwatch effect ${line} </dev/null; : | midwatch effect ${line}`)
    expect([ended.code, times('made')]).toEqual([0, 1])
  })

  test('a script that makes it between the two is the holder; the next one is told that it is done', async () => {
    const text =
      'midwatch effect begin k && echo made >>made && midwatch effect commit k out; echo rc $?'
    expect((await script(text)).out).toContain('rc 0')
    expect((await script(text)).out).toContain('out')
    expect((await script(text)).out).toContain('rc 4')
    expect(times('made')).toBe(1)
    expect(await show('k')).toMatchObject({ state: 'performed', result: { output: 'out' } })
  })

  test('what was aborted may be begun again; what another holds may not be committed', async () => {
    expect(
      (await script('midwatch effect begin k; midwatch effect abort k; midwatch effect begin k'))
        .code,
    ).toBe(0)
    expect((await effect(['commit', 'k'])).code).toBe(4)
    expect((await effect(['abort', 'nothing'])).code).toBe(3)
  })

  test('a script that dies in between leaves a doubt, which only a person ends', async () => {
    await script('midwatch effect begin k')
    const next = await effect(['begin', 'k', '--wait', '5s'])
    expect(next.code).toBe(4)
    expect(await show('k')).toMatchObject({ state: 'uncertain', reason: 'its holder is gone' })
    expect((await here.binary.json(['incidents'], { cwd: here.dir })).incidents).toMatchObject([
      { key: 'effect:k', data: { needsPerson: true } },
    ])
    expect((await effect(['resolve', 'k', '--performed', '--reason', 'seen'])).code).toBe(0)
    expect((await here.binary.json(['incidents'], { cwd: here.dir })).incidents).toEqual([])
    expect((await effect(['resolve', 'k', '--failed'])).code).toBe(4)
  })

  test('what somebody is making may not be resolved', async () => {
    const running = here.binary.start(
      [
        'effect',
        'run',
        '--key',
        'k',
        '--no-input',
        '--',
        'sh',
        '-c',
        'touch made; until [ -e go ]; do sleep 0.02; done',
      ],
      { cwd: here.dir },
    )
    await until(there('made'), null, () => '')
    expect((await effect(['resolve', 'k', '--failed'])).code).toBe(4)
    expect((await effect(['resolve', 'k', '--failed', '--gone'])).code).toBe(4)
    writeFileSync(join(here.dir, 'go'), '')
    expect((await running.ended).code).toBe(0)
  })
})

test('a task that is tried again makes its effect once, and a session may not resolve a doubt', async () => {
  const run = [
    'midwatch effect run --key report:1 --no-input -- sh -c "echo made >>made; echo sent"',
    'midwatch effect resolve report:1 --failed; echo $? >resolve',
    '[ "$(wc -l <tries 2>/dev/null || echo 0)" -ge 2 ] && exit 0; echo try >>tries; exit 1',
  ].join('\n')
  await here.binary.run(['add', 'report', '--run', run], { cwd: here.dir })
  expect((await here.binary.run(['up', '--until-idle'], { cwd: here.dir })).code).toBe(0)
  const { attempts } = await here.binary.json(['show', '1'], { cwd: here.dir })
  expect(attempts).toHaveLength(3)
  expect(times('made')).toBe(1)
  expect(readFileSync(join(here.dir, 'resolve'), 'utf8').trim()).toBe('4')
  expect(await show('report:1')).toMatchObject({ taskId: 1, attemptId: 1, state: 'performed' })
})
