// The dispatcher as a person starts and stops it: the real binary, real sessions, real signals.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { lives, plainYaml, type Running, until } from './binary.ts'
import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (title: string, command: string, ...more: string[]): Promise<number> =>
  (await json('add', title, '--run', command, ...more)).task.id

/** A session that writes down its pid and stays. Resolves once it runs. */
async function addLasting(up: Running | null = null): Promise<() => number> {
  const file = join(here.dir, `pid-${Math.random()}`)
  await add('lasting', `echo $$ > ${file}.new && mv ${file}.new ${file} && exec sleep 600`)
  const pid = () => {
    try {
      return Number(readFileSync(file, 'utf8'))
    } catch {
      return 0
    }
  }
  if (up !== null) await until(() => pid() > 0, up.ended, up.out)
  return pid
}
const start = (...args: string[]) => here.binary.start(['up', ...args], { cwd: here.dir })

describe('until idle', () => {
  test('exit 0 when all is done; tasks that wait for each other are waited for', async () => {
    const first = await add('first', 'echo hello; echo oops >&2')
    await add('second', 'true', '--after', `${first}`)
    const up = await run('up', '--until-idle')
    expect(up.out).toMatch(/All tasks are done\.\n$/)
    expect(up.out).toMatch(/dispatcher stopped on \S+: nothing was left to do/)
    expect(up.code).toBe(0)
    const { tasks } = await json('list')
    expect(tasks).toMatchObject([
      { id: 2, outcome: 'done', verified: false, attempts: 1 },
      { id: 1, outcome: 'done' },
    ])
    const logs = await run('logs', '1')
    expect(logs).toMatchObject({ code: 0, out: 'hello\n', err: 'oops\n' })
  })

  test('what the last attempt of an unsettled task ended as is shown whole', async () => {
    const tale = 'a long tale of what went wrong in the middle of the night, and why'
    const id = await add('once', `echo '${tale}' >&2; exit 1`, '--once')
    expect((await run('up', '--until-idle')).code).toBe(1)
    const { attempts } = await json('show', `${id}`)
    expect((await run('show', `${id}`)).out).toContain(
      `\nAttempt ${attempts[0].id}: Exit code 1: ${tale}\n`,
    )
  })

  test('exit 1 with what is left: a failure after its backoff, what waits for it, and a date', async () => {
    const failing = await add('failing', 'echo no >&2; exit 3', '--attempts', '2')
    await add('waits for it', 'true', '--after', `${failing}`)
    await add('tomorrow', 'true', '--until', '1d')
    const up = await run('up', '--until-idle')
    expect(up.code).toBe(1)
    expect(up.out).toMatch(/3 tasks not done:/)
    const { attempts, task } = await json('show', `${failing}`)
    expect(task.outcome).toBe('failed')
    expect(attempts.map((a: { class: string; exitCode: number }) => [a.class, a.exitCode])).toEqual(
      [
        ['task_failed', 3],
        ['task_failed', 3],
      ],
    )
    expect((await json('show', '2')).task.state).toBe('held')
  })

  test('with --json every line is an object, and the last one is the report', async () => {
    await add('x', 'true')
    const up = await run('up', '--until-idle', '--json')
    const lines = up.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toEqual({ idle: { allDone: true, left: [] } })
    expect(lines.map((line) => line.kind)).toContain('task.settled')
  })
})

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s leaves sessions running and says so; the next dispatcher takes them up',
    async (signal) => {
      const up = start()
      const pid = await addLasting(up)
      up.signal(signal)
      const ended = await up.ended
      expect(ended.code).toBe(0)
      expect(ended.out).toMatch(/Stopped\. 1 session goes on/)
      expect(ended.out).toMatch(/midwatch stop --sessions/)
      expect(lives(pid())).toBe(true)
      const status = await run('status')
      expect(status.code).toBe(1)
      expect(status.out).toMatch(/no dispatcher is running and tasks wait/)
      const next = start()
      await next.says(/adopted/)
      expect((await run('stop', '--sessions')).out).toMatch(/1 session stopped\./)
      expect(lives(pid())).toBe(false)
      expect((await next.ended).code).toBe(0)
      expect((await json('show', '1')).attempts).toHaveLength(1)
    },
  )

  test('stop ends the dispatcher of this fleet and waits for its end', async () => {
    const up = start()
    await up.says(/Working in/)
    const stopped = await json('stop')
    expect(stopped).toEqual({ daemon: 'stopped', sessions: null, pinned: false })
    expect((await run('facts')).out).toMatch(/dispatcher stopped on \S+: asked to/)
    expect(lives(up.pid)).toBe(false)
    expect(await json('stop')).toEqual({ daemon: 'not running', sessions: null, pinned: false })
  })

  test('stop --all --now empties every session and pins the fleet, with and without a dispatcher', async () => {
    const up = start()
    const first = await addLasting(up)
    const stopped = await json('stop', '--all', '--now')
    expect(stopped).toMatchObject({ daemon: 'running', pinned: true, sessions: { survivors: [] } })
    expect(lives(first())).toBe(false)
    expect((await json('gate', 'list')).gates).toMatchObject([{ lane: 'fleet', state: 'pinned' }])
    await until(async () => (await json('status')).counts.taken === 0, up.ended, up.out)
    await run('gate', 'reset', 'fleet')
    const second = await addLasting(up)
    up.signal('SIGKILL')
    await up.ended
    expect(lives(second())).toBe(true)
    expect(await json('stop', '--all', '--now')).toMatchObject({
      daemon: 'not running',
      pinned: true,
      sessions: { survivors: [] },
    })
    expect(lives(second())).toBe(false)
  })

  test('a second dispatcher on the same host is refused, naming the first; a killed one is no obstacle', async () => {
    const up = start()
    await up.says(/Working in/)
    const second = await run('up')
    expect(second.code).toBe(4)
    expect(second.err).toContain(`${up.pid}`)
    up.signal('SIGKILL')
    await up.ended
    expect((await run('status')).out).toMatch(/died/)
    expect((await run('up', '--until-idle')).code).toBe(0)
  })

  test('stop --sessions ends the check that a killed dispatcher left running', async () => {
    const file = join(here.dir, 'check')
    await add(
      'checked',
      'true',
      '--verify',
      `echo $$ >${file}.new; mv ${file}.new ${file}; exec sleep 600`,
    )
    const up = start()
    await until(() => existsSync(file), up.ended, up.out)
    up.signal('SIGKILL')
    await up.ended
    const pid = Number(readFileSync(file, 'utf8'))
    expect(lives(pid)).toBe(true)
    expect((await run('stop', '--sessions')).code).toBe(0)
    expect(lives(pid)).toBe(false)
  })

  test('cancelling without a dispatcher says who will stop the session, and who can now', async () => {
    const up = start()
    const pid = await addLasting(up)
    up.signal('SIGKILL')
    await up.ended
    const { out } = await run('cancel', '1')
    expect(out).toMatch(/attempt 1\) goes on: no dispatcher is running; the next `midwatch up`/)
    expect(out).not.toMatch(/is being stopped/)
    expect(lives(pid())).toBe(true)
    await run('stop', '--sessions')
    expect(lives(pid())).toBe(false)
  })

  test('a log that cannot be written is told once and stops nobody', async () => {
    mkdirSync(join(here.dir, '.midwatch', 'daemon.log'), { recursive: true })
    await add('x', 'true')
    const up = await run('up', '--until-idle')
    expect(up.out.match(/daemon\.log cannot be written \(EISDIR\)/g)).toHaveLength(1)
    expect(up.code).toBe(0)
  })

  test('a state folder that cannot be written is told with a remedy, not with a stack', async () => {
    await add('x', 'true')
    writeFileSync(join(here.dir, '.midwatch', 'bin'), '')
    const up = await run('up', '--until-idle')
    expect(up.code).toBe(1)
    expect(up.err).toMatch(/\.midwatch cannot be written \(E\w+\)/)
    expect(up.err).not.toMatch(/ {4}at /)
  })

  test('cancelling a taken task settles it at once and stops its session', async () => {
    const up = start()
    const pid = await addLasting(up)
    const cancelled = await json('cancel', '1')
    expect(cancelled).toEqual({ cancelled: [{ id: 1, stopping: 1 }] })
    expect((await json('show', '1')).task).toMatchObject({ state: 'settled', outcome: 'cancelled' })
    await until(() => !lives(pid()), up.ended, up.out)
    await until(
      async () => (await json('show', '1')).attempts[0].state === 'ended',
      up.ended,
      up.out,
    )
    expect((await json('show', '1')).task).toMatchObject({ outcome: 'cancelled', attempts: 1 })
    expect((await json('stop')).daemon).toBe('stopped')
  })
})

describe('following', () => {
  test('logs --follow waits for the first attempt, prints as it comes, and ends with it', async () => {
    const gate = join(here.dir, 'go')
    await add(
      'talks',
      `echo one; while [ ! -e ${gate} ]; do sleep 0.02; done; echo two; echo three >&2`,
    )
    const logs = here.binary.start(['logs', '1', '--follow'], { cwd: here.dir })
    await until(() => /waiting for its first attempt/.test(logs.err()), logs.ended, logs.err)
    const up = start()
    await logs.says(/one\n/)
    expect(logs.out()).not.toContain('two')
    writeFileSync(gate, '')
    expect(await logs.ended).toMatchObject({
      code: 0,
      out: 'one\ntwo\n',
      err: expect.stringContaining('three\n'),
    })
    await run('stop')
    expect((await up.ended).code).toBe(0)
    expect((await run('logs', '1', '--err')).out).toBe('three\n')
    expect((await run('logs', '1', '--out', '--tail', '1')).out).toBe('two\n')
    writeFileSync(join(here.dir, '.midwatch', 'attempts', '1', 'out'), 'whole\nnot yet')
    expect((await run('logs', '1', '--out', '--tail', '1')).out).toBe('not yet')
    expect((await run('logs', '1', '--out', '--tail', '0')).out).toBe('')
    writeFileSync(join(here.dir, '.midwatch', 'attempts', '1', 'out'), 'one\ntwo\n')
    expect(
      (await run('logs', '1', '--out', '--json')).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { attempt: 1, stream: 'out', text: 'one' },
      { attempt: 1, stream: 'out', text: 'two' },
    ])
    expect((await run('logs', '1', '--attempt', '9')).code).toBe(3)
  })

  test('facts --follow goes on until it is stopped', async () => {
    const facts = here.binary.start(['facts', '--follow', '--json'], { cwd: here.dir })
    await add('x', 'true')
    await facts.says(/"kind":"task.enqueued"/)
    facts.signal('SIGINT')
    expect((await facts.ended).code).toBe(0)
  })
})

test('a valid change of the configuration is told with what changed; an invalid one keeps the last good', async () => {
  const up = start()
  await up.says(/Working in/)
  const write = (text: string) => writeFileSync(join(here.dir, 'midwatch.yaml'), text)
  write(plainYaml.replace('slots: 3', 'slots: 1'))
  await up.says(/configuration [0-9a-f]{8}: agents\.shell\.slots: 3 → 1/)
  write('agents: [')
  await up.says(/configuration refused, the last good one stays/)
  await add('still works', 'true')
  await up.says(/settled: done/)
  const status = await here.binary.json(['status'], { cwd: here.dir }, 1)
  expect(status.config).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
  expect(status.dispatchers).toMatchObject([{ here: true, running: true }])
  rmSync(join(here.dir, 'midwatch.yaml'))
  write(plainYaml)
  expect((await json('stop')).daemon).toBe('stopped')
})
