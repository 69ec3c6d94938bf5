// Reading commands: their JSON is a promise, their tables are for people; the real binary, no dispatcher.

import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })
const add = async (...args: string[]): Promise<number> => (await json('add', ...args)).task.id

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

  test('locks, work keys, convoys and incidents go page by page, too, and the next one is named', async () => {
    await add('a member', '--run', 'true')
    for (const name of ['a', 'b c', 'd']) {
      await run('lock', 'acquire', name, '--as', 'ann')
      await run('work', 'claim', name, '--as', 'ann')
      await run('convoy', 'create', name, '--task', '1')
    }
    const walk = async (list: string, words: string[], cursor: string) => {
      const first = await json(...words, '--limit', '2')
      const second = await json(...words, '--limit', '2', cursor, String(first.next))
      expect(second.next).toBeNull()
      return [first[list].length, second[list].length, first.next]
    }
    expect(await walk('locks', ['lock', 'list'], '--after')).toEqual([2, 1, 'b c'])
    expect(await walk('works', ['work', 'list'], '--after')).toEqual([2, 1, 'b c'])
    expect(await walk('convoys', ['convoy', 'list'], '--before')).toEqual([2, 1, 2])
    const { out, err } = await run('lock', 'list', '--limit', '2')
    expect([out.split('\n').length - 1, err]).toEqual([
      2,
      "More: midwatch lock list --after 'b c'\n",
    ])
    expect((await run('work', 'list', '--state', 'done')).code).toBe(2)
    expect(await json('incidents', '--before', '7')).toEqual({ incidents: [], next: null })
    expect((await run('convoy', 'list', '--before', 'x')).code).toBe(2)
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
    const evil = 'evil \u001b[2J\u001b]0;x\u0007text'
    await add(evil, '--run', evil, '--label', evil)
    await run('cancel', '1', '--reason', evil)
    for (const args of [['list'], ['show', '1'], ['why', '1'], ['facts']])
      for (const control of ['\u001b', '\u0007'])
        expect((await run(...args)).out).not.toContain(control)
  })

  test('colour is for those who want it', async () => {
    await add('x', '--run', 'true')
    const forced = await here.binary.run(['list'], { cwd: here.dir, env: { FORCE_COLOR: '1' } })
    expect(forced.out).toContain('\u001b[')
    const never = await here.binary.run(['list'], {
      cwd: here.dir,
      env: { FORCE_COLOR: '1', NO_COLOR: '1' },
    })
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
      { what: expect.stringMatching(/no dispatcher is running/), release: '`midwatch up`' },
    ])
  })

  test('status calls a fleet that nobody works on broken while tasks wait, and idle when none do', async () => {
    expect((await json('status')).mood).toBe('idle')
    await add('x', '--run', 'true')
    expect(await here.binary.json(['status'], { cwd: here.dir }, 1)).toMatchObject({
      mood: 'broken',
      red: ['no dispatcher is running and tasks wait: `midwatch up`'],
    })
    expect((await run('status')).out).not.toContain('work moves')
  })

  test('show has task, attempts and holds; help has every command and its options', async () => {
    await add('x', '--run', 'true')
    expect(Object.keys(await json('show', '1'))).toEqual([
      'task',
      'attempts',
      'holds',
      'provenance',
    ])
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
    const command = `(sleep 0.3; exec '${process.execPath}' '${here.binary.path}' --help) | true; echo "$\{PIPESTATUS[0]}"`
    const ended = spawnSync('bash', ['--norc', '-c', command.replace('$\\{', '${')], {
      encoding: 'utf8',
    })
    expect(ended).toMatchObject({ stdout: '0\n', stderr: '' })
  })
})
