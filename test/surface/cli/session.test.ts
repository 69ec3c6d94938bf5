// What a session may do with the token in its environment. The sessions here are real ones, started by the dispatcher;
// each writes down how the commands it tried have ended.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

/** Adds a task that runs a script; each `try NAME COMMAND` in it writes the exit code of the command to a file. */
async function addScript(title: string, script: string): Promise<number> {
  const head = `try() { name=$1; shift; "$@" >"$name.out" 2>"$name.err"; echo $? >"$name.code"; }\n`
  const { task } = await here.binary.json(
    ['add', title, '--run', head + script, '--attempts', '1'],
    {
      cwd: here.dir,
    },
  )
  return task.id
}

const work = () => here.binary.run(['up', '--until-idle'], { cwd: here.dir })
const codeOf = (name: string) => Number(readFileSync(join(here.dir, `${name}.code`), 'utf8'))
const said = (name: string) => readFileSync(join(here.dir, `${name}.err`), 'utf8')
const show = (id: number) => here.binary.json(['show', `${id}`], { cwd: here.dir })

describe('with its token', () => {
  test('a session reads, adds, says how far it is, and closes its own task; the exit code changes nothing', async () => {
    const id = await addScript(
      'closes itself',
      `try list midwatch list --json
try show midwatch show $MIDWATCH_TASK
try add midwatch add 'from a session' --run true
try progress midwatch progress half of it
try done midwatch done all good
try again midwatch done once more
exit 3`,
    )
    expect((await work()).code).toBe(0)
    for (const name of ['list', 'show', 'add', 'progress', 'done'])
      expect(codeOf(name), said(name)).toBe(0)
    expect(codeOf('again')).toBe(4)
    const { task, attempts } = await show(id)
    expect(task).toMatchObject({
      outcome: 'done',
      reason: 'all good',
      settledBy: `attempt ${attempts[0].id}`,
    })
    expect(attempts).toHaveLength(1)
    expect(attempts[0]).toMatchObject({
      state: 'ended',
      exitCode: 3,
      progress: { text: 'half of it' },
    })
    expect((await show(id + 1)).task).toMatchObject({
      title: 'from a session',
      createdBy: `attempt ${attempts[0].id}`,
      outcome: 'done',
    })
  })

  test('a session lets its own task wait, ends at no cost, and the next one goes on', async () => {
    const id = await addScript(
      'waits',
      `if [ -e ${here.dir}/waited ]; then midwatch done went on; exit 0; fi
touch ${here.dir}/waited
try other midwatch hold 999 --until 1s
try asks midwatch hold --ask what
try waits midwatch hold --until 1h
sleep 60`,
    )
    await work()
    expect([codeOf('other'), codeOf('asks'), codeOf('waits')]).toEqual([4, 2, 0])
    expect(await show(id)).toMatchObject({
      task: { state: 'held', attempts: 1 },
      holds: [{ kind: 'time', releasedAt: null }],
    })
    await here.binary.run(['release', `${id}`], { cwd: here.dir }) // its hour is over
    await work()
    const { task, attempts } = await show(id)
    expect(task).toMatchObject({ outcome: 'done', reason: 'went on' })
    expect(attempts).toHaveLength(2)
    expect(attempts[0]).toMatchObject({ class: 'interrupted', neverStarted: false })
  })

  test('a session of a session of a session adds nothing more, here as through the API', async () => {
    const level = (n: number, inner: string) =>
      `try add${n} midwatch add 'level ${n + 1}' --run "$(cat ${here.dir}/run${n + 1})"\n${inner}`
    for (let n = 4; n >= 1; n--)
      writeFileSync(
        join(here.dir, `run${n}`),
        `try() { name=$1; shift; "$@" >${here.dir}/$name.out 2>${here.dir}/$name.err; echo $? >${here.dir}/$name.code; }\n${level(n, '')}`,
      )
    writeFileSync(join(here.dir, 'run5'), 'true')
    const { task } = await here.binary.json(
      ['add', 'level 1', '--run', readFileSync(join(here.dir, 'run1'), 'utf8')],
      { cwd: here.dir },
    )
    expect(task.id).toBeGreaterThan(0)
    expect((await work()).code).toBe(0)
    expect([1, 2, 3].map((n) => codeOf(`add${n}`))).toEqual([0, 0, 0])
    expect(codeOf('add4')).toBe(4)
    expect(said('add4')).toMatch(/3 levels are the most/)
  })

  test('everything else is refused, and has not happened', async () => {
    const other = (
      await here.binary.json(['add', 'other', '--run', 'true', '--until', '1d'], { cwd: here.dir })
    ).task.id
    const id = await addScript(
      'tries',
      `try cancel midwatch cancel ${other}
try own midwatch cancel $MIDWATCH_TASK
try edit midwatch edit ${other} --title mine
try release midwatch release ${other}
try hold midwatch hold ${other} --until 1d
try gate midwatch gate pin fleet
try stop midwatch stop --all --now
try up midwatch up
try again midwatch again ${other}
try done midwatch done ${other} it is done
try fail midwatch fail ${other} it failed
try stripped env -u MIDWATCH_TOKEN midwatch cancel ${other}
try unsaid env -u MIDWATCH_TOKEN midwatch done
midwatch done ok`,
    )
    await work()
    for (const name of [
      'cancel',
      'own',
      'edit',
      'release',
      'hold',
      'gate',
      'stop',
      'up',
      'again',
      'done',
      'fail',
      'stripped',
      'unsaid',
    ])
      expect([name, codeOf(name)], said(name)).toEqual([name, 4])
    expect(said('gate')).toMatch(/a session may not use `midwatch gate`/)
    expect(said('done')).toMatch(
      new RegExp(`this session works on task ${id}, not on task ${other}`),
    )
    expect((await show(other)).task).toMatchObject({ state: 'held', title: 'other' })
    expect((await here.binary.json(['gate', 'list'], { cwd: here.dir })).gates).toEqual([])
    expect((await show(id)).task.outcome).toBe('done')
  })

  test('a forged, foreign or malformed token is refused, never taken for a person', async () => {
    const id = await addScript(
      'forges',
      `try forged env MIDWATCH_TOKEN=mw_1_000000000000000000000000 midwatch done
try malformed env MIDWATCH_TOKEN=please midwatch done
try empty env MIDWATCH_TOKEN= midwatch done
try person env MIDWATCH_TOKEN=please midwatch cancel $MIDWATCH_TASK
exit 1`,
    )
    await work()
    for (const name of ['forged', 'malformed', 'empty', 'person'])
      expect(codeOf(name), said(name)).toBe(4)
    expect(said('forged')).toMatch(/does not fit attempt 1/)
    expect(said('malformed')).toMatch(/is not a token of Midwatch/)
    expect((await show(id)).task.outcome).toBe('failed')
  })

  test('what a failed ending advises is not said of a task that is done', async () => {
    const id = await addScript('done, then 1', 'midwatch done all of it\nexit 1')
    await work()
    expect((await show(id)).attempts).toMatchObject([{ class: 'task_failed' }])
    const { out } = await here.binary.run(['show', `${id}`], { cwd: here.dir })
    expect(out).toContain('all of it')
    expect(out).not.toContain('Read the end of its output')
  })
})

describe('out of reach of the database', () => {
  test('its word goes through the daemon, or lies in the outbox until it is read', async () => {
    const bySocket = await addScript(
      'by socket',
      `export MIDWATCH_FLEET=/nowhere
try progress1 midwatch progress quarter
try done1 midwatch done by socket --json
exit 1`,
    )
    const byOutbox = await addScript(
      'by outbox',
      `export MIDWATCH_FLEET=/nowhere
unset MIDWATCH_SOCKET
try progress2 midwatch progress quarter
try fail2 midwatch fail by outbox
try foreign midwatch done 999
exit 0`,
    )
    await work()
    for (const name of ['progress1', 'done1', 'progress2', 'fail2'])
      expect(codeOf(name), said(name)).toBe(0)
    expect(said('fail2')).toMatch(/the database is out of reach; the word lies in the outbox/)
    expect(codeOf('foreign')).toBe(4)
    expect(JSON.parse(readFileSync(join(here.dir, 'done1.out'), 'utf8'))).toMatchObject({
      word: 'done',
      settled: true,
      delivered: true,
    })
    expect(await show(bySocket)).toMatchObject({
      task: { outcome: 'done', reason: 'by socket' },
      attempts: [{ progress: { text: 'quarter' } }],
    })
    expect(await show(byOutbox)).toMatchObject({
      task: { outcome: 'failed', reason: 'by outbox' },
      attempts: [{ progress: { text: 'quarter' } }],
    })
  })

  const outside = (more: Record<string, string>) => ({
    cwd: '/',
    env: {
      MIDWATCH_FLEET: '/nowhere',
      MIDWATCH_TASK: '7',
      MIDWATCH_TOKEN: `mw_3_${'a'.repeat(48)}`,
      ...more,
    },
  })

  test('a letter appears whole, in the order it was said, and holds what was said', async () => {
    const outbox = join(here.binary.folder('outbox'), 'box')
    for (const args of [
      ['progress', 'one'],
      ['done', '7', 'two'],
      ['fail', 'three'],
    ])
      expect((await here.binary.run(args, outside({ MIDWATCH_OUTBOX: outbox }))).code).toBe(0)
    const letters = readdirSync(outbox)
      .sort()
      .map((name) => JSON.parse(readFileSync(join(outbox, name), 'utf8')))
    expect(letters).toEqual([
      { verb: 'progress', text: 'one' },
      { verb: 'say', word: 'done', text: 'two' },
      { verb: 'say', word: 'fail', text: 'three' },
    ])
  })

  test('what the daemon refuses is refused here, and nothing is left in the outbox behind its back', async () => {
    const outbox = here.binary.folder('outbox')
    const socket = join(here.binary.folder('socket'), 's')
    const heard: unknown[] = []
    const server = createServer((peer) => {
      peer.on('data', (line) => {
        heard.push(JSON.parse(String(line)))
        peer.end(
          `${JSON.stringify({ ok: false, refusal: { code: 'attempt.ended', sentence: 'attempt 3 has ended', release: 'nothing to do' } })}\n`,
        )
      })
    })
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    const ended = await here.binary.run(
      ['done', 'late'],
      outside({ MIDWATCH_SOCKET: socket, MIDWATCH_OUTBOX: outbox }),
    )
    await new Promise((resolve) => server.close(resolve))
    expect(ended.code).toBe(4)
    expect(ended.err).toMatch(/attempt 3 has ended/)
    expect(heard).toEqual([
      { verb: 'say', word: 'done', text: 'late', token: `mw_3_${'a'.repeat(48)}` },
    ])
    expect(readdirSync(outbox)).toEqual([])
  })

  test('without socket, outbox or database the trouble is told', async () => {
    const none = await here.binary.run(['done', 'x'], outside({}))
    expect(none.code).toBe(3)
    expect(none.err).toMatch(/MIDWATCH_FLEET names \/nowhere, which does not exist/)
    const file = join(here.binary.folder('x'), 'file')
    writeFileSync(file, '')
    const unwritable = await here.binary.run(
      ['done', 'x'],
      outside({ MIDWATCH_OUTBOX: join(file, 'box') }),
    )
    expect(unwritable.code).toBe(1)
    expect(unwritable.err).toMatch(/neither the database nor the outbox/)
  })

  test('a socket where nobody answers is not waited for', async () => {
    const folder = here.binary.folder('dead')
    mkdirSync(join(folder, 'box'))
    const ended = await here.binary.run(
      ['done', 'x'],
      outside({ MIDWATCH_SOCKET: join(folder, 'nobody'), MIDWATCH_OUTBOX: join(folder, 'box') }),
    )
    expect(ended.code).toBe(0)
    expect(readdirSync(join(folder, 'box'))).toHaveLength(1)
  })
})
