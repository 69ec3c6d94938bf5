// Who may write states: only the store's verbs, and only past a fence. The databases guard the arrows; this guards the
// code, so that a statement without a fence is found when it is written and not when two attempts race.

import { type Finding, type House, isUnder, type Law, lineAt } from './house.ts'
import { dotted, type Node, type Source } from './source.ts'

const verbs = 'src/drivers/store/verbs'

/** A write to the guarded tables, as Kysely or as SQL says it. Triggers (`UPDATE ON tasks`) are no writes. */
const guardedWrite =
  /\b(?:UPDATE\s+(?:tasks|attempts|effects)\s+SET|(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\s+(?:tasks|attempts|effects)\b|DELETE\s+FROM\s+(?:tasks|attempts|effects|facts)\b|(?:updateTable|insertInto|replaceInto|deleteFrom)\(\s*'(?:tasks|attempts|effects)')/gi

const setsState =
  /\bUPDATE\s+(?:tasks|attempts|effects)\s+SET\b(?:(?!\bWHERE\b)[\s\S])*?\bstate\s*=|updateTable\(\s*'(?:tasks|attempts|effects)'[\s\S]*?\.set\(\{[^}]*?\bstate:/i
const fence = /\bWHERE\b[\s\S]*\b(?:state|attempt_id)\b|\.where\(\s*'(?:state|attempt_id)'/i

function findOutside(source: Source): Finding[] {
  if (isUnder(source.path, verbs)) return []
  const bare = withoutComments(source)
  return [...bare.matchAll(guardedWrite)].map((match) => ({
    path: source.path,
    line: lineAt(bare, match.index),
    what: `writes \`${match[0].replace(/\s+/g, ' ')}\``,
  }))
}

function findUnfenced(source: Source): Finding[] {
  return source.visit().flatMap(({ node }) => {
    if (node.type !== 'CallExpression' || dotted(node['callee']) !== 'statement') return []
    const text = source.text.slice(node.start, node.end)
    if (!setsState.test(text) || fence.test(afterSet(text))) return []
    return [
      {
        path: source.path,
        line: source.lineOf(node.start),
        what: `${nameOf(node)} sets a state without a fence`,
      },
    ]
  })
}

/** What stands before the write (a declaration of types, say) can't be its fence. */
const afterSet = (text: string): string => text.slice(text.search(/\bUPDATE\s|updateTable\(/i))

function nameOf(call: Node): string {
  const [first] = call['arguments'] as Node[]
  return first?.type === 'Literal' ? `statement ${String(first['value'])}` : 'a statement'
}

function withoutComments(source: Source): string {
  let bare = source.text
  for (const { start, text } of source.comments())
    bare = bare.slice(0, start) + text.replace(/[^\n]/g, ' ') + bare.slice(start + text.length)
  return bare
}

export const statesInVerbs: Law = {
  name: 'tasks, attempts and effects are written only by the verbs of the store',
  remedy: `Write a statement below ${verbs} and call it through the store’s contract`,
  find: (house: House) => house.sources('src').flatMap(findOutside),
  broken: [
    {
      files: { 'src/loops/a.ts': "// Writes.\nconst a = `UPDATE tasks\n  SET state = 'ready'`\n" },
      at: ['src/loops/a.ts:2'],
    },
    {
      files: { 'src/drivers/store/sqlite/a.ts': "db.updateTable('attempts')\n" },
      at: ['src/drivers/store/sqlite/a.ts:1'],
    },
    {
      files: { 'src/drivers/store/a.ts': "db.exec('INSERT OR REPLACE INTO tasks VALUES (1)')\n" },
      at: ['src/drivers/store/a.ts:1'],
    },
    { files: { 'src/surface/a.ts': "run('DELETE FROM facts')\n" }, at: ['src/surface/a.ts:1'] },
  ],
  kept: {
    'src/drivers/store/verbs/a.ts': "db.insertInto('tasks')\n",
    'src/drivers/store/migrations/a.ts':
      '// UPDATE tasks SET state\nconst a = `BEFORE UPDATE ON tasks`\n',
    'src/loops/a.ts': "const a = 'SELECT state FROM tasks'\n",
  },
}

export const statesFenced: Law = {
  name: 'a statement that sets a state names the state or the attempt it comes from',
  remedy: 'Add `where state = …` (or the attempt’s id), so that a stale writer changes nothing',
  find: (house: House) => house.sources(verbs).flatMap(findUnfenced),
  broken: [
    {
      files: {
        [`${verbs}/a.ts`]: [
          "const a = statement<{ state: string }>('a', (db, arg) =>",
          "  db.updateTable('tasks').set({ state: 'ready' }).where('id', '=', arg('id')))",
          "const b = statement('b', (_db, arg) =>",
          "  sql`UPDATE attempts SET ended_at = 1, state = 'ended' WHERE id = 7`)",
        ].join('\n'),
      },
      at: [`${verbs}/a.ts:1`, `${verbs}/a.ts:3`],
    },
  ],
  kept: {
    [`${verbs}/a.ts`]: [
      "const a = statement('a', (db, arg) =>",
      "  db.updateTable('tasks').set({ state: 'ready' }).where('id', '=', arg('id')).where('state', '=', 'held'))",
      "const b = statement('b', (_db, arg) =>",
      "  sql`UPDATE tasks SET state = 'held' WHERE id = 7 AND attempt_id = 9`)",
      "const c = statement('c', (db) => db.updateTable('tasks').set({ title: 'state' }))",
    ].join('\n'),
  },
}

/** SQL of the store that asks the database for the time. A trigger or a statement would then not be simulated. */
const databaseClock =
  /\bnow\(\)|\bcurrent_(?:timestamp|time|date)\b|\bclock_timestamp\(|\b(?:strftime|datetime|julianday|unixepoch)\(/i
/** PostgreSQL hosts measure how far their clock is from the database's; that one reading is the exception. */
const measuring = /^src\/drivers\/store\/postgres\/[a-z-]*clock[a-z-]*\.ts$/

function findClocks(source: Source): Finding[] {
  if (measuring.test(source.path)) return []
  return source.visit().flatMap(({ node }) => {
    const text = sqlOf(node)
    if (text === null || !databaseClock.test(text)) return []
    return [
      {
        path: source.path,
        line: source.lineOf(node.start),
        what: 'SQL that reads the database’s clock',
      },
    ]
  })
}

function sqlOf({ type, value }: Node): string | null {
  if (type === 'Literal' && typeof value === 'string') return value
  return type === 'TemplateElement' ? (value as { raw: string }).raw : null
}

export const timeIsHandedIn: Law = {
  name: 'SQL never reads a clock',
  remedy: 'Hand the time in as an argument of the statement',
  find: (house: House) => house.sources('src/drivers/store').flatMap(findClocks),
  broken: [
    {
      files: { [`${verbs}/a.ts`]: '// Dates.\nconst a = sql`UPDATE holds SET until = now()`\n' },
      at: [`${verbs}/a.ts:2`],
    },
    {
      files: { [`${verbs}/a.ts`]: 'const a = "SELECT datetime(\'now\')"\n' },
      at: [`${verbs}/a.ts:1`],
    },
  ],
  kept: {
    [`${verbs}/a.ts`]: `// now() is never asked.\nconst a = sql\`SELECT \${clock.now()}\`\n`,
    'src/drivers/store/postgres/clock.ts': "const a = 'SELECT clock_timestamp()'\n",
  },
}
