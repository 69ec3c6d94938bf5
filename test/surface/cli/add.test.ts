// `init` and `add`: from an empty folder to a task in the database, with the real binary.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { plainYaml } from './binary.ts'
import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

describe('init, add and the way to the first task', () => {
  test('init makes a fleet that takes a task at once', async () => {
    const fresh = here.binary.folder('fresh')
    const made = await here.binary.run(['init', 'town'], { cwd: fresh })
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toContain('cd town')
    const added = await here.binary.run(['add', 'hello', '--run', 'true'], {
      cwd: join(fresh, 'town'),
    })
    expect(added).toMatchObject({ code: 0, out: 'Task 1 is ready: hello\n' })
    const again = await here.binary.run(['init', 'town'], { cwd: fresh })
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
      cwd: here.dir,
      createdBy: 'tester',
      attempts: 0,
    })
    expect(deduped).toBe(false)
    expect((await json('add', 'two', '--run', 'true', '--agent', 'any')).task.agent).toBeNull()
    expect((await json('add', 'three', '--run', 'true', '--tier', 'light')).task.agent).toBeNull()
  })

  test('an option with nothing in it, as an empty variable leaves it, is refused', async () => {
    for (const option of ['--after', '--after-any', '--lock', '--host', '--label'])
      for (const value of ['', ' , ']) {
        const answer = await run('add', 'it', '--run', 'true', option, value)
        expect(answer).toMatchObject({ code: 2, out: '' })
        expect(answer.err).toContain(`option '${option}`)
      }
    expect((await json('list')).tasks).toEqual([])
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
      join(here.dir, 'midwatch.yaml'),
      `${plainYaml}  claude: { adapter: claude, program: /bin/true }\n`,
    )
    writeFileSync(join(here.dir, 'p.md'), '- do it\n')
    const fromFile = await json('add', 'x', '--prompt-file', 'p.md')
    expect(fromFile.task).toMatchObject({
      kind: 'prompt',
      prompt: '- do it\n',
      run: null,
      agent: null,
    })
    const fromInput = await here.binary.json(['add', 'y', '--prompt-file', '-'], {
      cwd: here.dir,
      input: '/slash',
    })
    expect(fromInput.task.prompt).toBe('/slash')
    const large = 'x'.repeat(300_000)
    expect(
      (await here.binary.json(['add', 'z', '--prompt-file', '-'], { cwd: here.dir, input: large }))
        .task.prompt,
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
