// `midwatch effect` in sessions that cannot open the database: all of it goes through the daemon's socket, fenced by the
// attempt, and a session that dies in between leaves a doubt.

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

/** Runs shell scripts as sessions that know no fleet, until nothing is left. */
async function sessions(...scripts: readonly string[]): Promise<void> {
  const head = `try() { name=$1; shift; "$@" >$name.out 2>$name.err </dev/null; echo $? >$name.code; }
export MIDWATCH_FLEET=/nowhere`
  for (const script of scripts)
    await here.binary.json(['add', 'apart', '--attempts', '1', '--run', `${head}\n${script}`], {
      cwd: here.dir,
    })
  const ended = await here.binary.run(['up', '--until-idle'], { cwd: here.dir })
  expect(ended.err).not.toContain('fault of Midwatch')
}
const read = (name: string) => readFileSync(join(here.dir, name), 'utf8').trim()
const code = (name: string) => Number(read(`${name}.code`))
const json = (name: string) => JSON.parse(read(`${name}.out`))
const show = async (key: string) =>
  (await here.binary.json(['effect', 'show', key], { cwd: here.dir })).effect
const lines = (name: string) => read(name).split('\n').length

test('run makes it once, and a session that can open the database is given the same output', async () => {
  const run = "midwatch effect run --no-input --key report:1 -- sh -c 'echo made >>made; echo sent'"
  await sessions(`try first ${run}; try second ${run}`)
  expect([code('first'), code('second'), lines('made')]).toEqual([0, 0, 1])
  expect([read('first.out'), read('second.out')]).toEqual(['sent', 'sent'])
  expect(await show('report:1')).toMatchObject({
    state: 'performed',
    attemptId: 1,
    taskId: 1,
    by: 'attempt 1',
  })
  const outside = await here.binary.run(
    [
      'effect',
      'run',
      '--no-input',
      '--key',
      'report:1',
      '--',
      'sh',
      '-c',
      'echo made >>made; echo sent',
    ],
    { cwd: here.dir },
  )
  expect([outside.code, outside.out, lines('made')]).toEqual([0, 'sent\n', 1])
})

test('begin, commit, abort, show and list are answered; another session holds nothing of it', async () => {
  await sessions(
    `try begin midwatch effect begin pay:1 --params '{"to":"ann"}' --json
try other midwatch effect begin pay:1 --params '{"to":"bob"}'
try commit midwatch effect commit pay:1 receipt-7 --json
try undone midwatch effect begin pay:2
try abort midwatch effect abort pay:2 'no connection'
try show midwatch effect show pay:1 --json
try list midwatch effect list --json
try resolve midwatch effect resolve pay:1 --failed`,
    `until [ -e list.code ]; do sleep 0.05; done
try thief midwatch effect commit pay:1 mine`,
  )
  expect(json('begin')).toMatchObject({ ours: true, effect: { state: 'reserved', attemptId: 1 } })
  expect([code('other'), read('other.err')]).toEqual([
    4,
    expect.stringMatching(/[0-9a-f]{64}.*[0-9a-f]{64}/),
  ])
  expect(json('commit').effect).toMatchObject({ state: 'performed' })
  expect(code('abort')).toBe(0)
  expect(json('show').effect.result.output).toBe('receipt-7')
  expect(json('list').effects.map((one: { key: string }) => one.key)).toEqual(['pay:2', 'pay:1'])
  expect([code('resolve'), code('thief')]).toEqual([4, 4])
  expect(read('resolve.err')).toContain('a session may not say what became of an effect')
  expect(await show('pay:2')).toMatchObject({ state: 'failed', reason: 'no connection' })
})

test('a letter is sent by the dispatcher, once; what is wrong with it is told as it would be anywhere', async () => {
  appendFileSync(
    join(here.dir, 'midwatch.yaml'),
    "effects: { channels: { office: { kind: command, command: [sh, -c, 'sleep 3; cat >>letters'] } } }\n",
  )
  const send = 'midwatch effect send office --key report:1'
  await sessions(
    `try first ${send} 'It is done' & try second ${send} 'It is done' --json; wait
try third ${send} 'It is done'
try other ${send} 'It is not done'
try twin midwatch effect send office --key attempt-1 --subject report:1 'It is done'
try nobody midwatch effect send offize --key report:2 text
try to ${send} --to ann@example.org text`,
  )
  expect(['first', 'second', 'third', 'other', 'twin', 'nobody', 'to'].map(code)).toEqual([
    0, 0, 0, 4, 4, 4, 2,
  ])
  expect(read('letters')).toBe('It is done')
  expect(json('second').effect).toMatchObject({ state: 'performed', attemptId: 1, taskId: 1 })
  expect(read('third.out')).toContain('nothing was sent now')
  expect(read('other.err')).toMatch(/[0-9a-f]{64}.*[0-9a-f]{64}/)
  expect(read('nobody.err')).toContain('did you mean')
})

test('a session that ends between begin and commit leaves a doubt, and one person is asked', async () => {
  await sessions('midwatch effect begin pay:1; exit 1')
  const next = await here.binary.run(['effect', 'begin', 'pay:1', '--wait', '5s'], {
    cwd: here.dir,
  })
  expect([next.code, next.err]).toEqual([4, expect.stringContaining('its attempt is over')])
  expect(await show('pay:1')).toMatchObject({ state: 'uncertain', askAt: null })
  const { incidents } = await here.binary.json(['incidents'], { cwd: here.dir })
  expect(incidents).toMatchObject([{ key: 'effect:pay:1', count: 1 }])
  expect(existsSync(join(here.dir, 'made'))).toBe(false)
})

test('its check is asked within the session, and by nobody who would look in another place', async () => {
  const fails = "sh -c 'echo made >>made; exit 3'"
  await sessions(
    `try yes midwatch effect run --key yes --check 'test -s made && echo seen' -- ${fails}
try no midwatch effect run --key no --check 'exit 1' -- ${fails}
try unknown midwatch effect run --key unknown --check 'exit 7' -- ${fails}`,
  )
  expect([code('yes'), code('no'), code('unknown')]).toEqual([0, 1, 4])
  expect(await show('yes')).toMatchObject({ state: 'performed', check: null })
  expect(await show('no')).toMatchObject({ state: 'failed' })
  expect(await show('unknown')).toMatchObject({ state: 'uncertain', askAt: null })
  expect(lines('made')).toBe(3)
})

test('where nobody answers, nothing is made, and it is said so', async () => {
  const ended = await here.binary.run(['effect', 'run', '--key', 'k', '--', 'touch', 'made'], {
    cwd: here.dir,
    env: {
      MIDWATCH_FLEET: '/nowhere',
      MIDWATCH_SOCKET: join(here.dir, 'nobody'),
      MIDWATCH_TOKEN: `mw_3_${'a'.repeat(48)}`,
    },
  })
  expect([ended.code, existsSync(join(here.dir, 'made'))]).toEqual([75, false])
  expect(ended.err).toContain('neither the database nor the dispatcher can be reached')
})
