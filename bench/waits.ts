// What it takes to ask what waits: `midwatch why` on a fleet of a million tasks, as a whole process against the start of a bare
// Node; and the audit of a hundred thousand holds, in one process and as `midwatch holds`.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { assert } from '../src/base/assert.ts'
import { auditWaits } from '../src/loops/dispatch/audit.ts'
import { tookMs } from './support/command-time.ts'
import { fillSqlite } from './support/big-database.ts'
import { binary, build } from './support/binary.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { openScratchFleet } from './support/scratch-fleet.ts'
import { type Row, told, within } from './support/table.ts'

const turns = 15
const [settled, ready, held] = [800_000, 100_000, 100_000]
/** Above one and a half of a bare start. */
const roomMs = 50
const auditMostMs = 1_000

const dayMs = 86_400_000

/** One hold for each task that is held: four kinds, all to be released one day. */
function hold(path: string): void {
  const db = new DatabaseSync(path)
  const now = Date.now()
  const first = settled + ready + 1
  const series = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${held - 1})`
  const row = (kind: string, release: string, look: string, more: string, nth: number) =>
    `${series} INSERT INTO holds (task_id, kind, since, release_json, look_at, until, after_task, needs_person)
     SELECT ${first} + i, '${kind}', ${now - dayMs} + i, ${release}, ${look}, ${more} FROM n WHERE i % 4 = ${nth}`
  const due = `${now + dayMs} + i`
  db.exec('BEGIN')
  db.exec(`${series} INSERT INTO tasks (state, title, priority, demand_id, order_json, has_check, attempts_max, created_at, created_by)
    SELECT 'held', 'waits ' || i, 0, 1, (SELECT order_json FROM tasks LIMIT 1), 0, 5, ${now}, 'bench' FROM n`)
  db.exec(
    row(
      'time',
      `'{"kind":"time","until":' || (${due}) || ',"why":"not_before"}'`,
      'NULL',
      `${due}, NULL, 0`,
      0,
    ),
  )
  db.exec(
    row(
      'after',
      `'{"kind":"after","taskId":' || (${settled + 1} + i) || ',"any":false,"needsPerson":false}'`,
      'NULL',
      `NULL, ${settled + 1} + i, 0`,
      1,
    ),
  )
  db.exec(
    row(
      'check',
      `'{"kind":"check","probe":{"look":"file","path":"/x"},"everyMs":60000,"timeoutMs":1000}'`,
      due,
      'NULL, NULL, 0',
      2,
    ),
  )
  db.exec(
    row(
      'person',
      `'{"kind":"person","question":"may it?","told":"ann"}'`,
      'NULL',
      'NULL, NULL, 1',
      3,
    ),
  )
  db.exec('COMMIT')
  db.close()
}

export async function measure(): Promise<readonly Row[]> {
  build()
  return await withScratch(async (dir) => {
    const path = join(dir, '.midwatch', 'fleet.db')
    await (await openScratchFleet(dir, { slots: 8 })).close()
    progress('filling')
    fillSqlite(path, { settled, ready, others: { tasks: 0, demands: 0 }, cwd: dir })
    hold(path)
    const asked = {
      'the last ready task': settled + ready,
      'a task that waits for another': settled + ready + 2,
      'a settled task': 1,
    }
    const calls = new Map<string, readonly string[]>([['node -e 0', ['-e', '0']]])
    for (const [what, id] of Object.entries(asked))
      calls.set(`midwatch why, ${what}`, [binary, 'why', String(id)])
    calls.set('midwatch holds', [binary, 'holds'])
    const rows = processes(calls, dir)
    return [...rows, await audit(dir)]
  })
}

function processes(calls: ReadonlyMap<string, readonly string[]>, dir: string): Row[] {
  const samples = new Map([...calls.keys()].map((name) => [name, [] as number[]]))
  for (let turn = -3; turn < turns; turn++)
    for (const [name, args] of calls) {
      const ms = tookMs(args, dir)
      if (turn >= 0) samples.get(name)?.push(ms) // the first ones fill the compile cache
    }
  const [bare = 0, ...own] = [...samples.values()].map(median)
  const most = 1.5 * bare + roomMs
  return [...calls.keys()].slice(1).map((name, i) => {
    const ms = own[i] ?? 0
    const against = `node -e 0 ${bare.toFixed(1)} ms`
    return name === 'midwatch holds'
      ? told(`${name} at 100 k holds`, `${ms.toFixed(1)} ms`, against)
      : within(`${name}, of 1 M`, Number(most.toFixed(1)), ms, 'ms', against)
  })
}

async function audit(dir: string): Promise<Row> {
  const fleet = await openScratchFleet(dir, { slots: 8 })
  const took: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now()
    const lines = await auditWaits(fleet)
    took.push(performance.now() - began)
    const waiting = lines.reduce((sum, one) => sum + one.waiting, 0)
    assert(waiting === held, `the audit sees ${held} holds, and it saw ${waiting}`)
  }
  await fleet.close()
  return within('audit of 100 k holds', auditMostMs, Math.max(...took), 'ms', 'the slowest of 15')
}

if (import.meta.main) await report(measure)
