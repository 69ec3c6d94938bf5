// What a session holds when it reaches no database: locks and work keys go through the daemon's socket, and by a letter only
// what is of use without an answer. The sessions here are real ones, started by the dispatcher.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
  dir = await binary.fleet()
})
afterAll(() => binary.end([dir]))

/** Adds a task that runs a script; each `try NAME COMMAND` in it writes the exit code of the command to a file. */
async function addScript(title: string, script: string): Promise<void> {
  const head = `try() { name=$1; shift; "$@" >"$name.out" 2>"$name.err"; echo $? >"$name.code"; }\n`
  await binary.json(['add', title, '--run', head + script, '--attempts', '1'], { cwd: dir })
}

const work = () => binary.run(['up', '--until-idle'], { cwd: dir })
const codeOf = (name: string) => Number(readFileSync(join(dir, `${name}.code`), 'utf8'))
const said = (name: string) => readFileSync(join(dir, `${name}.err`), 'utf8')

test('locks and work keys go through the daemon; what needs an answer is never left in the outbox', async () => {
  const yards = ['lock', 'acquire', 'dry-dock', '--ttl', '1h', '--as', 'the yard']
  const { lock } = await binary.json(yards, { cwd: dir })
  await addScript(
    'holds by socket',
    `export MIDWATCH_FLEET=/nowhere
try claim midwatch work claim report --json
try taken midwatch lock acquire db --json
try stale midwatch lock release db --epoch 99
try guessed midwatch lock release dry-dock --epoch ${lock.epoch}
try longer midwatch lock renew dry-dock --epoch ${lock.epoch} --ttl 9h
try free midwatch lock release db --epoch 1
try ran midwatch lock run db -- true
try complete midwatch work complete report --note sent
try again midwatch work claim report
exit 0`,
  )
  await addScript(
    'holds by outbox',
    `try before midwatch work claim other
export MIDWATCH_FLEET=/nowhere
unset MIDWATCH_SOCKET
try unheard midwatch work claim third
try left midwatch work complete other --note late
exit 0`,
  )
  await work()
  for (const name of ['claim', 'taken', 'free', 'ran', 'complete', 'before', 'left'])
    expect([name, codeOf(name)], said(name)).toEqual([name, 0])
  expect([codeOf('stale'), codeOf('again'), codeOf('unheard')]).toEqual([4, 4, 75])
  expect(said('again')).toMatch(/completed by attempt 1/)
  const { works } = await binary.json(['work', 'list'], { cwd: dir })
  expect(works).toMatchObject([
    { key: 'other', state: 'completed', holder: 'attempt 2', note: 'late' },
    { key: 'report', state: 'completed', holder: 'attempt 1', note: 'sent', task: 1 },
  ])
  // An epoch is no secret, and guessing one gives nobody what another holds.
  expect([codeOf('guessed'), codeOf('longer')]).toEqual([4, 4])
  expect(said('guessed')).toMatch(/held by the yard, not by this session/)
  expect((await binary.json(['lock', 'list'], { cwd: dir })).locks).toEqual([lock])
})

test('a guessed epoch frees and renews nobody else’s lock; its own does', async () => {
  const held = ['lock', 'acquire', 'dry-dock', '--ttl', '1h', '--as', 'the yard']
  const { lock } = await binary.json(held, { cwd: dir })
  expect(lock.epoch).toBe(1)
  await addScript(
    'guesses',
    `try release midwatch lock release dry-dock --epoch 1
try renew midwatch lock renew dry-dock --epoch 1 --ttl 9h
try force midwatch lock release dry-dock --force
try mine midwatch lock acquire crane --ttl 1h
try longer midwatch lock renew crane --epoch 1 --ttl 2h
try free midwatch lock release crane --epoch 1
midwatch done ok`,
  )
  await work()
  for (const name of ['release', 'renew', 'force'])
    expect([name, codeOf(name)], said(name)).toEqual([name, 4])
  expect(said('release')).toMatch(/dry-dock is held by the yard, not by this session/)
  expect(said('renew')).toMatch(/not by this session/)
  for (const name of ['mine', 'longer', 'free'])
    expect([name, codeOf(name)], said(name)).toEqual([name, 0])
  const { locks } = await binary.json(['lock', 'list'], { cwd: dir })
  expect(locks).toEqual([lock])
})
