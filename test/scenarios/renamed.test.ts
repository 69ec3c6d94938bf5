// Incident 15: a new version renamed a thing, and what was kept under the old name was nobody's from then on. Here work that asks
// for a name that is gone is kept, says so, costs nothing, and goes on once a configuration fits again; and rows that this
// version cannot read are put before a person, with what was there kept.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { openFleet } from '../../src/app.ts'
import { setStage, type Stage, until } from './stage.ts'

const midwatch = fileURLToPath(new URL('../../bin/midwatch.mjs', import.meta.url))
let stage: Stage
beforeEach(async () => {
  stage = await setStage(
    'tiers: [frontier, light]\nlimits:\n  poll: 50ms\nwindows:\n  night:\n    load: 1000\n',
  )
})
afterEach(() => stage.strike())

const file = () => join(stage.dir, 'midwatch.yaml')
const ask = (...args: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, [midwatch, ...args, '--json'], {
      cwd: stage.dir,
      encoding: 'utf8',
    }),
  )

const judgeNight = () => {
  const { store, clock, host } = stage.fleet
  const judged = { calm: true, why: [], quietSince: null, day: '', busy: [] }
  return store.judgeWindow({ name: 'night', host: host.name, ...judged, now: clock.now() })
}

it.each([
  ['an agent', { agent: 'shell' }, ['  shell:', '  bash:'], /no agent is called shell/],
  [
    'a tier',
    { agent: null, tier: 'light' },
    ['[frontier, light]', '[frontier, small]'],
    /tier light is asked for/,
  ],
  ['a window', { calm: 'night' }, ['  night:', '  quiet:'], /no window night is configured/],
] as const)(
  '%s that is renamed leaves its tasks waiting, and told of, until it fits again (incident 15)',
  async (_what, demand, [before, after], said) => {
    const old = readFileSync(file(), 'utf8')
    const id = await stage.add('touch ran', demand)
    await judgeNight()
    writeFileSync(file(), old.replace(before, after))
    const next = await openFleet({ dir: stage.dir, env: process.env })
    const daemon = await stage.begin(next)
    try {
      const why = await until('`why` names it', async () => {
        const told = ask('why', `${id}`)
        return said.test(JSON.stringify(told)) && told
      })
      expect([...why.gates, ...why.missing].length).toBeGreaterThan(0)
      for (const one of [...why.gates, ...why.missing]) expect(one.release).not.toBe('')
      expect(await stage.task(id)).toMatchObject({ state: 'ready', attempts: 0 })
      expect(await stage.attempts(id)).toEqual([])

      writeFileSync(file(), old)
      await until('it runs', async () => (await stage.task(id)).state === 'settled')
      expect(await stage.task(id)).toMatchObject({ outcome: 'done', attempts: 1 })
    } finally {
      await daemon.stop()
      await next.close()
    }
  },
)

it('what would be unserved from the start is refused, or held for a person until it is served (incident 15)', async () => {
  const old = readFileSync(file(), 'utf8')
  const wanted = { agent: 'gone' }
  await expect(stage.add('true', wanted)).rejects.toThrow(/no agent is called gone/)
  const id = await stage.add('true', { ...wanted, anyway: true })
  const [hold] = await stage.fleet.store.holdsOf(id, true)
  expect(hold?.release).toMatchObject({ kind: 'person', untilServed: true })
  await stage.up()
  writeFileSync(file(), old.replace('  shell:', '  gone:\n    adapter: command\n  shell:'))
  await until('it is served', async () => (await stage.task(id)).state === 'settled')
  expect((await stage.fleet.store.holdsOf(id, false))[0]?.releasedBy).toMatch(/configuration/)
})

it('a hold that this version cannot read is put before a person, what was there kept, and the task goes on (incident 15)', async () => {
  const { store, clock } = stage.fleet
  const id = await stage.add('true', { notBefore: clock.now() + 3_600_000 })
  const [hold] = await store.holdsOf(id, true)
  const db = new DatabaseSync(join(stage.fleet.stateDir, 'fleet.db'))
  db.exec(`UPDATE holds SET release_json = '<release version="9"/>' WHERE id = ${hold?.id}`)
  db.close()
  ask('sweep')
  const [asked] = await store.holdsOf(id, true)
  expect(asked).toMatchObject({ id: hold?.id, kind: 'person' })
  const [kept] = await store.facts({ taskId: id, kinds: ['row.quarantined'], limit: 9 })
  expect(kept?.body).toMatchObject({ table: 'holds', error: '<release version="9"/>' })
  await stage.up()
  expect((await stage.task(id)).state).toBe('held')
  await store.release({ holdId: hold?.id ?? 0, by: 'ann', now: clock.now() })
  store.poke()
  await until('it runs', async () => (await stage.task(id)).state === 'settled')
})

it('a fact of a newer version is read past, and a newer database is refused and left as it is (incident 15)', async () => {
  const id = await stage.add('touch ran')
  const db = new DatabaseSync(join(stage.fleet.stateDir, 'fleet.db'))
  try {
    db.exec(
      `INSERT INTO facts (at, kind, body_json) VALUES (1, 'task.dreamt', '{"kind":"task.dreamt"}')`,
    )
    await stage.up()
    await until('it runs all the same', async () => (await stage.task(id)).state === 'settled')
    expect(await stage.task(id)).toMatchObject({ outcome: 'done' })
    db.exec(`INSERT INTO migrations (id, name, applied_at) VALUES (9999, 'of tomorrow', 1)`)
    await expect(openFleet({ dir: stage.dir, env: process.env })).rejects.toThrow(/newer/)
    expect(db.prepare('SELECT count(*) AS n FROM tasks').get()).toEqual({ n: 1 })
    expect(db.prepare("SELECT count(*) AS n FROM facts WHERE kind = 'task.dreamt'").get()).toEqual({
      n: 1,
    })
  } finally {
    db.close()
  }
})
