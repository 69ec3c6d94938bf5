// What a person decides about tasks and gates while no dispatcher runs; the real binary on a real database.

import { describe, expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

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
    expect((await run('edit', '1', '--agent', 'shell', '--prompt', 'x')).err).toMatch(
      /shell: takes command, not a prompt\n/,
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
    expect((await run('hold', `${b}`, '--after', `${b}`)).err).toMatch(
      /2 waits for 2\n.*name another task/,
    )
    const circle = await run('hold', `${a}`, '--after', `${b}`)
    expect(circle.code).toBe(4)
    expect(circle.err).toMatch(/circle|wait/i)
    expect((await json('show', `${a}`)).task.state).toBe('ready')
  })

  test('what is settled stays settled; again makes a new task that points back', async () => {
    await add('x', '--run', 'true', '--label', 'l')
    expect((await run('again', '1')).err).toMatch(/is not settled, it is ready/)
    expect((await run('fail', '1', 'no', 'way')).out).toBe('Task 1 is settled: failed\n')
    expect((await run('done', '1', 'by', 'hand')).code).toBe(4)
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
    const twice = await run('again', '1')
    expect([twice.code, twice.out]).toEqual([0, 'Task 2 does task 1 again already: x (ready)\n'])
    expect((await run('done', '2', 'by', 'hand')).code).toBe(0)
    expect((await json('again', '1')).task.id).toBe(3)
    expect((await json('show', '2')).task).toMatchObject({ outcome: 'done', reason: 'by hand' })
  })

  test.each([
    ['done', 'done', /what speaks for it being done\?\n.*`midwatch done 1 REASON`/],
    ['fail', 'failed', /why did it fail\?\n.*`midwatch fail 1 REASON`/],
  ])('a person says %s with a reason, as words or as an option', async (word, outcome, asked) => {
    await add('x', '--run', 'true')
    for (const reason of [[], ['--reason', ' ']])
      expect(await run(word, '1', ...reason)).toMatchObject({
        code: 2,
        err: expect.stringMatching(asked),
      })
    expect(await run(word, '1', 'one', '--reason', 'two')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there are two reasons/),
    })
    expect((await json('show', '1')).task.state).toBe('ready')
    expect((await run(word, '1', '--reason', 'seen by eye')).code).toBe(0)
    expect((await json('show', '1')).task).toMatchObject({ outcome, reason: 'seen by eye' })
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
    expect((await run('gate', 'list')).out).toMatch(
      /^agent:shell → at .* \(in [23]h\), or `midwatch gate reset agent:shell`$/m,
    )
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
