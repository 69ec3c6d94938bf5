// `midwatch import`: four kinds of boards, what is odd about each, and a second run that makes nothing new. The arc-style
// database holds what S4 left behind: completed tasks that a guardless requeue called pending again.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { Binary } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end())
beforeEach(async () => {
  dir = await binary.fleet(
    'name: scratch\nagents:\n  any: { adapter: command, program: cat, args: ["{prompt_file}"] }\n',
  )
})

interface Told {
  readonly kind: string
  readonly imported: { ref: string; taskId: number }[]
  readonly known: { ref: string }[]
  readonly settled: { ref: string; state: string }[]
  readonly refused: unknown[]
  readonly odd: { ref: string | null; what: string }[]
}
const run = async (args: readonly string[], input?: string): Promise<Told> =>
  await binary.json(['import', ...args], { cwd: dir, ...(input === undefined ? {} : { input }) })
const refs = (list: readonly { ref: string }[]) => list.map((one) => one.ref)
const put = (name: string, text: string) => writeFileSync(join(dir, name), text)
const show = async (id: number) => await binary.json(['show', `${id}`], { cwd: dir })

const bead = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    title: `bead ${id}`,
    status: 'open',
    issue_type: 'task',
    priority: 2,
    ...more,
  })

test('beads: order, priorities and blockers are kept, and what is odd is told', async () => {
  put(
    'issues.jsonl',
    [
      bead('b-2', {
        dependencies: [
          { depends_on_id: 'b-1', type: 'blocks' },
          { depends_on_id: 'b-9', type: 'parent-child' },
        ],
      }),
      bead('b-1', { priority: 0, description: 'do it', acceptance_criteria: 'green' }),
      bead('b-3', { status: 'closed', closed_at: '2026-01-01T00:00:00Z' }),
      bead('b-4', {
        dependencies: [
          { depends_on_id: 'b-3', type: 'blocks' },
          { depends_on_id: 'b-8', type: 'blocks' },
        ],
      }),
      bead('b-5', { status: 'in_progress' }),
      bead('b-6', { dependencies: [{ depends_on_id: 'b-7', type: 'blocks' }] }),
      bead('b-7', { dependencies: [{ depends_on_id: 'b-6', type: 'blocks' }] }),
      'no json',
      bead('b-1'),
    ].join('\n'),
  )
  const told = await run(['issues.jsonl'])
  expect([told.kind, refs(told.imported).sort(), refs(told.settled)]).toEqual([
    'beads',
    ['b-1', 'b-2', 'b-4', 'b-5', 'b-6', 'b-7'],
    ['b-3'],
  ])
  expect(told.odd.map((one) => `${one.ref}: ${one.what}`).sort()).toEqual([
    'b-1: is there twice; the first one counts',
    'b-4: waits for b-8, which is not on the board; left out',
    'b-5: was under way there (in_progress); it begins anew here',
    'b-7: waits for b-6 in a circle; left out',
    'null: line 8 is no JSON; left out',
  ])
  const idOf = (ref: string) => told.imported.find((one) => one.ref === ref)?.taskId ?? 0
  const first = await show(idOf('b-1'))
  expect(first.task).toMatchObject({ title: 'bead b-1', priority: 2, state: 'ready' })
  expect(first.task.prompt).toBe('bead b-1\n\ndo it\n\nDone when:\ngreen')
  expect((await show(idOf('b-2'))).holds).toMatchObject([{ kind: 'after', after: idOf('b-1') }])
  const again = await run(['issues.jsonl'])
  expect([again.imported, refs(again.known).length]).toEqual([[], 6])
})

test('a list as JSON or CSV, and issues of GitHub on standard input', async () => {
  const list = await run(
    ['-', '--label', 'moved'],
    JSON.stringify(['first', { title: 'second', run: 'true', after: ['first'] }, { no: 'title' }]),
  )
  expect([list.kind, refs(list.imported), list.odd]).toEqual([
    'list',
    ['first', 'second'],
    [{ ref: null, what: 'record 3 has no title; left out' }],
  ])
  put(
    'list.csv',
    'Key,Title,Body,Priority,Status\r\n1,"a, ""quoted"" title","two\nlines",high,\r\n2,other,,urgent,wont fix\r\n',
  )
  const csv = await run(['list.csv'])
  expect([refs(csv.imported), csv.settled, csv.odd]).toEqual([
    ['1'],
    [{ ref: '2', state: 'cancelled' }],
    [{ ref: '2', what: 'has the unknown priority urgent; taken as 0' }],
  ])
  expect((await show(csv.imported[0]?.taskId ?? 0)).task).toMatchObject({
    title: 'a, "quoted" title',
    priority: 1,
  })
  const issues = [
    {
      number: 7,
      title: 'a bug',
      body: 'see',
      labels: [{ name: 'bug' }, { name: 'needs triage' }],
      state: 'OPEN',
      url: 'https://x/7',
    },
    {
      number: 8,
      title: 'gone',
      body: '',
      labels: [],
      state: 'CLOSED',
      stateReason: 'NOT_PLANNED',
      url: 'https://x/8',
    },
  ]
  const github = await run(['-'], JSON.stringify(issues))
  expect([github.kind, refs(github.imported), github.settled]).toEqual([
    'github',
    ['https://x/7'],
    [{ ref: 'https://x/8', state: 'cancelled' }],
  ])
})

test('an arc-style table: what was completed and is pending again is taken as done (incident 56)', async () => {
  const database = new DatabaseSync(join(dir, 'arc.db'))
  database.exec(`
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, subject TEXT, description TEXT, status TEXT, priority INTEGER, completed_at TEXT, scheduled_for TEXT);
    INSERT INTO tasks VALUES
      (17797, 'aggregator email report', 'send it', 'pending', 1, '2026-03-01 06:27:00', NULL),
      (17836, 'add sent-folder dedup', 'do it', 'pending', 3, NULL, NULL),
      (17837, 'was killed', NULL, 'active', 9, NULL, NULL),
      (17838, 'later', NULL, 'pending', 5, NULL, '2999-01-01 00:00:00'),
      (17839, 'done', NULL, 'completed', 5, '2026-03-01 06:27:00', NULL)`)
  database.close()
  const dry = await run(['arc.db', '--dry-run'])
  expect((await binary.json(['list'], { cwd: dir })).tasks).toEqual([])
  const told = await run(['arc.db'])
  expect([told.kind, refs(told.imported), refs(dry.imported)]).toEqual([
    'arc',
    ['17836', '17837', '17838'],
    ['17836', '17837', '17838'],
  ])
  expect(told.settled).toContainEqual({ ref: '17797', state: 'done' })
  expect(told.odd).toEqual([
    {
      ref: '17797',
      what: 'was completed at 2026-03-01 06:27:00 and is pending again; taken as done',
    },
    { ref: '17837', what: 'was under way there (active); it begins anew here' },
  ])
  const { task, holds } = await show(told.imported[2]?.taskId ?? 0)
  expect([task.state, holds[0].until]).toEqual(['held', '2999-01-01T00:00:00.000Z'])
})

test('each of the four boards twice: nothing new, also when a task of it was settled meanwhile', async () => {
  put('beads.jsonl', [bead('t-1'), bead('t-2')].join('\n'))
  put('twice.csv', 'key,title\nc-1,one\nc-2,two\n')
  const issue = { body: '', labels: [], state: 'OPEN' }
  put(
    'issues.json',
    JSON.stringify([{ ...issue, number: 1, title: 'a bug', url: 'https://x/twice/1' }]),
  )
  const database = new DatabaseSync(join(dir, 'twice.db'))
  database.exec(`CREATE TABLE tasks (id INTEGER PRIMARY KEY, subject TEXT, status TEXT);
    INSERT INTO tasks VALUES (1, 'one', 'pending'), (2, 'two', 'pending')`)
  database.close()
  const boards = ['beads.jsonl', 'twice.csv', 'issues.json', 'twice.db']
  const kinds: string[] = []
  for (const board of boards) {
    const first = await run([board])
    kinds.push(first.kind)
    const [one] = first.imported
    await binary.json(['done', String(one?.taskId ?? 0), 'by hand'], { cwd: dir })
    const { tasks } = await binary.json(['list', '--limit', '500'], { cwd: dir })
    const again = await run([board])
    expect([board, again.imported, again.refused]).toEqual([board, [], []])
    expect(refs(again.known).sort()).toEqual(refs(first.imported).sort())
    expect((await binary.json(['list', '--limit', '500'], { cwd: dir })).tasks).toEqual(tasks)
  }
  expect(kinds).toEqual(['beads', 'list', 'github', 'arc'])
})

test('a task that waits for what failed there is held for a person, and not set free (incident 12)', async () => {
  const told = await run(
    ['-'],
    JSON.stringify([
      { id: 'a', title: 'a', status: 'failed' },
      { id: 'b', title: 'b', after: 'a' },
    ]),
  )
  expect(told.odd).toEqual([
    { ref: 'b', what: 'waits for a, which ended failed there; held for a person' },
  ])
  const { task, holds } = await show(told.imported[0]?.taskId ?? 0)
  expect([task.state, holds[0].kind]).toEqual(['held', 'person'])
})

test.each([
  [['none.json'], undefined, 3],
  [['-'], '', 2],
  [['-'], '[not json', 2],
  [['-', '--from', 'jira'], '[]', 2],
])('%j is refused with a sentence, and nothing is taken in', async (args, input, code) => {
  const ended = await binary.run(['import', ...args], {
    cwd: dir,
    ...(input === undefined ? {} : { input }),
  })
  expect([ended.code, ended.err.split('\n')[1]?.startsWith('  → ')]).toEqual([code, true])
  expect((await binary.json(['list'], { cwd: dir })).tasks).toEqual([])
})
