// The command line as a person or script uses it while no dispatcher runs: the real binary on a real database.

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Binary, plainYaml } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end())
beforeEach(async () => {
  dir = await binary.fleet()
})

const run = (...args: string[]) => binary.run(args, { cwd: dir })
const json = (...args: string[]) => binary.json(args, { cwd: dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

describe('init, add and the way to the first task', () => {
  test('init makes a fleet that takes a task at once', async () => {
    const fresh = binary.folder('fresh')
    const made = await binary.run(['init', 'town'], { cwd: fresh })
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toContain('cd town')
    const added = await binary.run(['add', 'hello', '--run', 'true'], { cwd: join(fresh, 'town') })
    expect(added).toMatchObject({ code: 0, out: 'Task 1 is ready: hello\n' })
    const again = await binary.run(['init', 'town'], { cwd: fresh })
    expect(again.code).toBe(4)
    expect(again.err).toMatch(/^midwatch: .*midwatch\.yaml is already there/)
  })

  test('a command goes to the agent shell unless told otherwise', async () => {
    const { task, deduped } = await json('add', 'one', '--run', 'true')
    expect(task).toMatchObject({
      id: 1,
      title: 'one',
      state: 'ready',
      agent: 'shell',
      kind: 'command',
      run: 'true',
      cwd: dir,
      createdBy: 'tester',
      attempts: 0,
    })
    expect(deduped).toBe(false)
    expect((await json('add', 'two', '--run', 'true', '--agent', 'any')).task.agent).toBeNull()
    expect((await json('add', 'three', '--run', 'true', '--tier', 'light')).task.agent).toBeNull()
  })

  test('every option of add arrives in the task', async () => {
    const first = await add('first', '--run', 'true')
    const { task } = await json(
      'add',
      'all',
      '--run',
      'make',
      '--priority',
      '-3',
      '--until',
      '2h',
      '--after',
      `${first}`,
      '--verify',
      'test -f x',
      '--cwd',
      '/tmp',
      '--timeout',
      '90s',
      '--attempts',
      '2',
      '--label',
      'a,b',
      '--label',
      'c',
      '--once',
    )
    expect(task).toMatchObject({
      state: 'held',
      priority: -3,
      verify: 'test -f x',
      cwd: '/tmp',
      timeoutMs: 90_000,
      attemptsMax: 2,
      labels: ['a', 'b', 'c'],
      once: true,
    })
    const { holds } = await json('show', `${task.id}`)
    expect(holds.map((hold: { kind: string }) => hold.kind).sort()).toEqual(['after', 'time'])
  })

  test('a prompt comes from a file or from standard input, whatever it begins with', async () => {
    writeFileSync(
      join(dir, 'midwatch.yaml'),
      `${plainYaml}  claude: { adapter: claude, program: /bin/true }\n`,
    )
    writeFileSync(join(dir, 'p.md'), '- do it\n')
    const fromFile = await json('add', 'x', '--prompt-file', 'p.md')
    expect(fromFile.task).toMatchObject({
      kind: 'prompt',
      prompt: '- do it\n',
      run: null,
      agent: null,
    })
    const fromInput = await binary.json(['add', 'y', '--prompt-file', '-'], {
      cwd: dir,
      input: '/slash',
    })
    expect(fromInput.task.prompt).toBe('/slash')
    const large = 'x'.repeat(300_000)
    expect(
      (await binary.json(['add', 'z', '--prompt-file', '-'], { cwd: dir, input: large })).task
        .prompt,
    ).toBe(large)
  })

  test('one key makes one task', async () => {
    const first = await add('nightly', '--run', 'true', '--key', 'n')
    const second = await json('add', 'nightly', '--run', 'true', '--key', 'n')
    expect(second).toMatchObject({ deduped: true, task: { id: first } })
    expect((await json('list')).tasks).toHaveLength(1)
    await run('cancel', `${first}`)
    expect((await json('add', 'nightly', '--run', 'true', '--key', 'n')).deduped).toBe(false)
    const ever = await add('once', '--run', 'true', '--key', 'e', '--scope', 'ever')
    await run('cancel', `${ever}`)
    expect(
      await json('add', 'once', '--run', 'true', '--key', 'e', '--scope', 'ever'),
    ).toMatchObject({ deduped: true, task: { id: ever } })
  })
})

describe('bad input is answered with a sentence and a remedy, and nothing is written', () => {
  let untouched = ''
  beforeAll(async () => {
    untouched = await binary.fleet()
  })

  test.each([
    [
      ['add', 'x', '--run', 'true', '--agent', 'shel'],
      4,
      /no agent is called shel; did you mean `shell`\?/,
    ],
    [
      ['add', 'x', '--prompt', 'hi'],
      4,
      /no configured agent could ever take this task: shell: takes command, not a prompt/,
    ],
    [['add', 'x', '--run', 'true', '--tier', 'frontier'], 4, /tier frontier is asked for/],
    [
      ['add', 'x', '--run', 'true', '--cwd', '/nowhere'],
      2,
      /the working directory \/nowhere does not exist/,
    ],
    [['add', 'x', '--run', 'true', '--cwd', '/etc/passwd'], 2, /is not a directory/],
    [['add', 'x', '--run', 'a', '--prompt', 'b'], 2, /a task has one order/],
    [['add', 'x'], 2, /needs either a command or a prompt/],
    [['add', ' ', '--run', 'true'], 2, /needs a title/],
    [['add', 'x', '--run', 'true', '--after', '99'], 3, /there is no task 99/],
    [['add', 'x', '--run', 'true', '--until', 'soon'], 2, /--until wants a time, not `soon`/],
    [['add', 'x', '--run', 'true', '--until', '2020-01-01'], 2, /is already over/],
    [['add', 'x', '--run', 'true', '--timeout', '30'], 2, /--timeout wants a duration, not `30`/],
    [['add', 'x', '--run', 'true', '--attempts', '0'], 2, /--attempts wants a whole number/],
    [
      ['add', 'x', '--run', 'true', '--prompt-fil', 'y'],
      2,
      /unknown option '--prompt-fil'; did you mean `--prompt-file`\?/,
    ],
    [['add', 'x', '--prompt-file', 'nowhere.md'], 2, /the prompt file nowhere\.md does not exist/],
    [['show', '1'], 3, /there is no task 1/],
    [['show', 'one'], 2, /`one` is not the id of a task/],
    [['why', '1'], 3, /there is no task 1/],
    [['cancel', '1'], 3, /there is no task 1/],
    [['release', 'h1'], 3, /there is no hold 1/],
    [['lst'], 2, /there is no command `lst`; did you mean `list`\?/],
    [['list', '--state', 'redy'], 2, /--state knows no `redy`; did you mean `ready`\?/],
    [['gate', 'pin', 'flet'], 3, /there is no lane flet; did you mean `fleet`\?/],
    [['gate', 'pn'], 2, /unknown command 'pn'; did you mean `pin`\?/],
    [['stop', '--all'], 2, /--all and --now belong together/],
    [['progress', 'half'], 2, /said by a session about its own task/],
    [['done'], 2, /which task\?/],
  ] as const)('%j', async (args, code, sentence) => {
    const ended = await binary.run(args, { cwd: untouched })
    expect(ended.err).toMatch(sentence)
    expect(ended.err).toMatch(/^midwatch: .*\n {2}→ ./s)
    expect(ended.code).toBe(code)
    expect(ended.out).toBe('')
  })

  test('and nothing of it was written', async () => {
    expect((await binary.json(['list'], { cwd: untouched })).tasks).toEqual([])
    const { facts } = await binary.json(['facts'], { cwd: untouched })
    const kinds = new Set(facts.map((fact: { kind: string }) => fact.kind))
    expect([...kinds].filter((kind) => kind !== 'write.refused')).toEqual([])
  })

  test('with --json the trouble is an object on standard output as well', async () => {
    const ended = await run('show', '7', '--json')
    expect(JSON.parse(ended.out)).toEqual({
      error: {
        code: 'task.missing',
        sentence: 'there is no task 7',
        remedy: '`midwatch list` shows the tasks',
      },
    })
    expect(ended.code).toBe(3)
  })

  test('where there is no fleet the exit code is 3 and init is the remedy', async () => {
    const nowhere = await binary.run(['list'], { cwd: binary.folder('empty') })
    expect(nowhere.code).toBe(3)
    expect(nowhere.err).toMatch(/no fleet here.*midwatch init/s)
    expect((await binary.run(['list', '--fleet', dir], { cwd: '/' })).code).toBe(0)
    expect((await binary.run(['list'], { cwd: '/', env: { MIDWATCH_FLEET: dir } })).code).toBe(0)
  })

  test('an invalid configuration is refused with line and suggestion; a last good one keeps the fleet usable', async () => {
    await add('kept', '--run', 'true')
    writeFileSync(join(dir, 'midwatch.yaml'), 'agents:\n  shell:\n    adapter: comand\n')
    expect((await json('list')).tasks).toHaveLength(1)
    const up = await run('up')
    expect(up.code).toBe(2)
    expect(up.err).toMatch(/midwatch\.yaml:3:5: agents\.shell\.adapter: .*did you mean `command`/)
    const status = await run('status')
    expect(status.code).toBe(1)
    expect(status.out).toMatch(/the configuration is invalid, the last good one is in force/)
    const fresh = await binary.fleet('agents: {')
    const list = await binary.run(['list'], { cwd: fresh })
    expect(list.code).toBe(2)
    expect(existsSync(join(fresh, '.midwatch/fleet.db'))).toBe(false)
  })

  test('a corrupt database is told as such, and doctor says more', async () => {
    await add('x', '--run', 'true')
    const db = join(dir, '.midwatch/fleet.db')
    rmSync(`${db}-wal`, { force: true })
    writeFileSync(db, 'this is no database, this is no database, this is no database'.repeat(40))
    const corrupt = await run('list')
    expect(corrupt).toMatchObject({ code: 1 })
    expect(corrupt.err).toMatch(/is not a sound Midwatch database/)
    const doctor = await run('doctor')
    expect(doctor.code).toBe(1)
    expect(doctor.out).toMatch(/bad {3}database/)
  })
})

describe('what is asked is answered in a stable shape', () => {
  test('list goes page by page, newest first', async () => {
    for (const name of ['a', 'b', 'c']) await add(name, '--run', 'true')
    const first = await json('list', '--limit', '2')
    expect(first.tasks.map((t: { title: string }) => t.title)).toEqual(['c', 'b'])
    expect(first.next).toBe(2)
    const second = await json('list', '--limit', '2', '--before', '2')
    expect(second.tasks.map((t: { title: string }) => t.title)).toEqual(['a'])
    expect(second.next).toBeNull()
    await run('cancel', '2')
    expect((await json('list', '--state', 'settled')).tasks).toMatchObject([
      { id: 2, outcome: 'cancelled', verified: null, attempts: 0 },
    ])
    expect((await json('list', '--state', 'ready,held')).tasks).toHaveLength(2)
  })

  test('the list of people is a table that fits, and says nothing to standard output when empty', async () => {
    expect((await run('list')).out).toBe('')
    await add(
      'a title that is so long that it does not fit into eighty columns, whatever one does',
      '--run',
      'true',
    )
    const { out } = await run('list')
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
    expect(out).toMatch(/^TASK {2}STATE {2}TITLE/)
    expect(out).toContain('…')
    expect(out).not.toContain('\u001b')
  })

  test('a title with control sequences cannot reach the terminal, a table or a sentence', async () => {
    await add('evil \u001b[2J\u001b]0;x\u0007title', '--run', 'true')
    for (const args of [['list'], ['show', '1'], ['why', '1'], ['facts']])
      for (const control of ['\u001b', '\u0007'])
        expect((await run(...args)).out).not.toContain(control)
  })

  test('colour is for those who want it', async () => {
    await add('x', '--run', 'true')
    const forced = await binary.run(['list'], { cwd: dir, env: { FORCE_COLOR: '1' } })
    expect(forced.out).toContain('\u001b[')
    const never = await binary.run(['list'], { cwd: dir, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(never.out).not.toContain('\u001b[')
  })

  test('why names every hold with its release', async () => {
    const first = await add('first', '--run', 'true')
    const id = await add('second', '--run', 'true', '--after', `${first}`, '--until', '2h')
    const why = await json('why', `${id}`)
    expect(why).toMatchObject({ state: 'held', gates: [] })
    expect(why.holds).toHaveLength(2)
    for (const hold of why.holds) {
      expect(hold.release).not.toBe('')
      expect(hold.since).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    }
    const ready = await json('why', `${first}`)
    expect(ready.missing).toMatchObject([
      { what: expect.stringMatching(/no daemon is running/), release: '`midwatch up`' },
    ])
  })

  test('show has task, attempts and holds; help has every command and its options', async () => {
    await add('x', '--run', 'true')
    expect(Object.keys(await json('show', '1'))).toEqual(['task', 'attempts', 'holds'])
    const help = await run('--help')
    for (const name of [
      'init',
      'up',
      'stop',
      'status',
      'doctor',
      'add',
      'list',
      'show',
      'why',
      'logs',
      'facts',
      'edit',
      'hold',
      'release',
      'cancel',
      'again',
      'done',
      'fail',
      'progress',
      'gate',
      'incidents',
    ])
      expect(help.out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    expect((await run('add', '--help')).out).toContain('--prompt-file')
    expect((await run('help', 'gate')).out).toContain('pin')
    expect((await run('--version')).out.trim()).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('a reader that goes away is no trouble', () => {
    const command = `(sleep 0.3; exec '${process.execPath}' '${binary.path}' --help) | true; echo "$\{PIPESTATUS[0]}"`
    const ended = spawnSync('bash', ['-c', command.replace('$\\{', '${')], { encoding: 'utf8' })
    expect(ended).toMatchObject({ stdout: '0\n', stderr: '' })
  })
})

describe('what a person decides', () => {
  test('edit changes what nobody has taken, and asks the same questions as add', async () => {
    await add('x', '--run', 'true')
    const { task } = await json(
      'edit',
      '1',
      '--title',
      'y',
      '--priority',
      '7',
      '--run',
      'false',
      '--timeout',
      '5m',
    )
    expect(task).toMatchObject({ title: 'y', priority: 7, run: 'false', timeoutMs: 300_000 })
    expect((await run('edit', '1', '--agent', 'shel')).err).toMatch(
      /no agent is called shel; did you mean `shell`/,
    )
    expect((await run('edit', '1', '--cwd', '/nowhere')).code).toBe(2)
    expect((await run('edit', '1')).err).toMatch(/nothing to change/)
    await run('cancel', '1')
    expect((await run('edit', '1', '--title', 'z')).code).toBe(4)
    expect((await json('show', '1')).task.title).toBe('y')
  })

  test('a hold is born with its release, and a person may release it sooner', async () => {
    await add('x', '--run', 'true')
    const { hold } = await json('hold', '1', '--ask', 'may it?')
    expect(hold).toMatchObject({
      kind: 'person',
      release: expect.stringContaining('may it?'),
      releasedAt: null,
    })
    expect((await json('show', '1')).task.state).toBe('held')
    expect((await run('hold', '1')).err).toMatch(/exactly one release/)
    expect(await json('release', `h${hold.id}`)).toEqual({ released: [hold.id], ready: true })
    expect(await json('release', '1')).toEqual({ released: [], ready: false })
    expect((await json('show', '1')).task.state).toBe('ready')
  })

  test('tasks that would wait for each other are refused', async () => {
    const a = await add('a', '--run', 'true')
    const b = await add('b', '--run', 'true', '--after', `${a}`)
    const circle = await run('hold', `${a}`, '--after', `${b}`)
    expect(circle.code).toBe(4)
    expect(circle.err).toMatch(/circle|wait/i)
    expect((await json('show', `${a}`)).task.state).toBe('ready')
  })

  test('what is settled stays settled; again makes a new task that points back', async () => {
    await add('x', '--run', 'true', '--label', 'l')
    expect((await run('again', '1')).err).toMatch(/is not settled, it is ready/)
    expect((await run('fail', '1', 'no', 'way')).out).toBe('Task 1 is settled: failed\n')
    expect((await run('done', '1')).code).toBe(4)
    expect((await run('cancel', '1')).code).toBe(4)
    expect((await json('show', '1')).task).toMatchObject({
      outcome: 'failed',
      reason: 'no way',
      settledBy: 'tester',
    })
    expect((await json('again', '1')).task).toMatchObject({
      id: 2,
      againOf: 1,
      state: 'ready',
      run: 'true',
      labels: ['l'],
    })
    expect((await run('done', '2', 'by', 'hand')).code).toBe(0)
    expect((await json('show', '2')).task).toMatchObject({ outcome: 'done', reason: 'by hand' })
  })

  test('a gate is pinned with a reason and a way back, and reset', async () => {
    const { gate } = await json('gate', 'pin', 'agent:shell', '--reason', 'night', '--until', '3h')
    expect(gate).toMatchObject({
      lane: 'agent:shell',
      state: 'pinned',
      by: 'tester',
      reason: 'night',
    })
    await add('x', '--run', 'true')
    expect((await json('why', '1')).gates).toMatchObject([
      { lane: 'agent:shell', state: 'pinned', release: expect.stringMatching(/gate reset/) },
    ])
    expect((await json('gate', 'list')).gates).toHaveLength(1)
    expect(await json('gate', 'reset', 'agent:shell')).toMatchObject({
      lane: 'agent:shell',
      was: 'pinned',
    })
    expect((await json('gate', 'list')).gates).toHaveLength(0)
    expect((await json('gate', 'show', 'fleet')).gate.state).toBe('passing')
  })

  test('facts tell what happened, in order', async () => {
    await add('x', '--run', 'true')
    await run('cancel', '1', '--reason', 'enough')
    const { facts, next } = await json('facts', '1')
    expect(facts.map((f: { kind: string }) => f.kind)).toEqual(['task.enqueued', 'task.settled'])
    expect(facts[1]).toMatchObject({
      taskId: 1,
      outcome: 'cancelled',
      by: 'tester',
      reason: 'enough',
    })
    expect((await json('facts', '--after', `${next}`)).facts).toEqual([])
    expect((await run('facts')).out).toMatch(/task 1 {2}settled: cancelled by tester \(enough\)/)
  })
})

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
    const broken = await binary.fleet(
      `${plainYaml}  other: { adapter: claude, program: no-such-client }\n`,
    )
    const { findings } = await binary.json(['doctor'], { cwd: broken }, 1)
    expect(findings).toContainEqual(
      expect.objectContaining({
        about: 'agent other',
        level: 'bad',
        sentence: expect.stringContaining('no-such-client'),
        remedy: expect.stringContaining('install it'),
      }),
    )
    const unset = await binary.fleet(
      `${plainYaml.trimEnd()}\n  b: { adapter: command, env: { K: '\${NOT_SET_HERE}' } }\n`,
    )
    const second = await binary.json(['doctor'], { cwd: unset }, 1)
    expect(second.findings).toContainEqual(
      expect.objectContaining({
        about: 'config',
        level: 'bad',
        sentence: expect.stringContaining('NOT_SET_HERE'),
      }),
    )
  })

  test('a client is asked for its version', async () => {
    const folder = binary.folder('client')
    const client = join(folder, 'my client')
    writeFileSync(client, '#!/bin/sh\necho "9.8.7 (stub)"\n')
    chmodSync(client, 0o755)
    const fleet = await binary.fleet(`${plainYaml}  c: { adapter: claude, program: '${client}' }\n`)
    const { findings } = await binary.json(['doctor'], { cwd: fleet })
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
  const text = readFileSync(binary.path, 'utf8')
  expect(text).toMatch(/Node \$\{here\} is too old, Midwatch needs Node \$\{oldest\} or newer/)
  expect(text.slice(0, text.indexOf('} else {'))).not.toMatch(/\?\.|\?\?|await|import /)
})
