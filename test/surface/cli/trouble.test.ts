// What is wrong is answered with a sentence, a remedy and an exit code; the real binary on a real database.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

describe('bad input is answered with a sentence and a remedy, and nothing is written', () => {
  let untouched = ''
  beforeAll(async () => {
    untouched = await here.binary.fleet()
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
      ['add', 'x', '--run', 'true', '--tier', 'gold'],
      4,
      /tier gold is asked for, and none has that name: frontier, standard, light\n/,
    ],
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
    [
      ['add', 'x', '--run', 'true', '--key', 'k', '--scope', 'evr'],
      2,
      /--scope knows no `evr`; did you mean `ever`\?\n.*one of open, ever, or a duration such as 24h/,
    ],
    [
      ['add', 'x', '--run', 'true', '--scope', 'ever'],
      2,
      /--scope ever says how far a key reaches, and there is none\n.*give --key NAME as well/,
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
    const ended = await here.binary.run(args, { cwd: untouched })
    expect(ended.err).toMatch(sentence)
    expect(ended.err).toMatch(/^midwatch: .*\n {2}→ ./s)
    expect(ended.code).toBe(code)
    expect(ended.out).toBe('')
  })

  test('and nothing of it was written', async () => {
    expect((await here.binary.json(['list'], { cwd: untouched })).tasks).toEqual([])
    const { facts } = await here.binary.json(['facts'], { cwd: untouched })
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
    const nowhere = await here.binary.run(['list'], { cwd: here.binary.folder('empty') })
    expect(nowhere.code).toBe(3)
    expect(nowhere.err).toMatch(/no fleet here.*midwatch init/s)
    expect((await here.binary.run(['list', '--fleet', here.dir], { cwd: '/' })).code).toBe(0)
    expect(
      (await here.binary.run(['list'], { cwd: '/', env: { MIDWATCH_FLEET: here.dir } })).code,
    ).toBe(0)
  })

  test('a configuration that is gone is told as missing there, named or met, and the fleet comes back with it', async () => {
    await add('kept', '--run', 'true')
    const path = join(here.dir, 'midwatch.yaml')
    const text = readFileSync(path, 'utf8')
    rmSync(path)
    for (const args of [['list'], ['list', '--fleet', here.dir]]) {
      const gone = await run(...args)
      expect(gone.code).toBe(3)
      expect(gone.err).toContain(`midwatch.yaml is missing in ${here.dir}`)
      expect(gone.err).toMatch(/put the file back/)
    }
    writeFileSync(path, text)
    expect((await json('list')).tasks).toHaveLength(1)
  })

  test('an invalid configuration is refused with line and suggestion; a last good one keeps the fleet usable', async () => {
    await add('kept', '--run', 'true')
    writeFileSync(join(here.dir, 'midwatch.yaml'), 'agents:\n  shell:\n    adapter: comand\n')
    expect((await json('list')).tasks).toHaveLength(1)
    const up = await run('up')
    expect(up.code).toBe(2)
    expect(up.err).toMatch(/midwatch\.yaml:3:5: agents\.shell\.adapter: .*did you mean `command`/)
    const status = await run('status')
    expect(status.code).toBe(1)
    expect(status.out).toMatch(/the configuration is invalid, the last good one is in force/)
    const added = await run('add', 'by the last good one', '--run', 'true')
    expect(added).toMatchObject({ code: 0, out: 'Task 2 is ready: by the last good one\n' })
    expect(added.err).toMatch(/last good configuration is in force.*midwatch\.yaml:3:5/)
    const fresh = await here.binary.fleet('agents: {')
    const list = await here.binary.run(['list'], { cwd: fresh })
    expect(list.code).toBe(2)
    expect(existsSync(join(fresh, '.midwatch/fleet.db'))).toBe(false)
  })

  test('a corrupt database is told as such, and doctor says more', async () => {
    await add('x', '--run', 'true')
    const db = join(here.dir, '.midwatch/fleet.db')
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
