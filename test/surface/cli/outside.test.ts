// S1: the processes around the dispatcher, as they are: stopped with SIGSTOP, killed, and restarted by those who watch. The
// gate that shut while the dispatcher stood still is probed all the same. Also incidents 46 and 52.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

import { lives, type Running, until } from './binary.ts'
import { useFleets } from './fleets.ts'

const yaml = `\
slots: 3
backoff: [200ms]
sentinel: {patience: 3s, restartBackoff: [0s, 200ms]}
notify: {command: [sh, -c, 'cat >>mails; echo == >>mails']}
agents:
  shell: {adapter: command, slots: 3}
`

/** Where nobody is made to stand still, nobody is taken for it, either, however slow the machine is. */
const patient = yaml.replace('patience: 3s, ', '')

const here = useFleets(yaml)

const run = (...args: string[]) => here.binary.run(args, { cwd: here.dir })
const json = (...args: string[]) => here.binary.json(args, { cwd: here.dir })

interface Told {
  readonly id: number
  readonly kind: string
  readonly role?: string
  readonly pid?: number
  readonly answer?: string
  readonly signal?: string
}
const facts = async (): Promise<Told[]> => (await json('facts', '--limit', '500')).facts

/** The pid of the newest child of this role; pids come round again, and the newest is not the greatest. */
async function pidOf(role: string, up: Running): Promise<number> {
  let pid = 0
  await until(
    async () => {
      const started = (await facts())
        .filter((fact) => fact.kind === 'process.started' && fact.role === role)
        .toSorted((a, b) => a.id - b.id)
      pid = started.at(-1)?.pid ?? 0
      return pid > 0 && lives(pid)
    },
    up.ended,
    () => `${up.out()}\n${up.err()}`,
    25_000,
  )
  return pid
}

/** As three failures would have left it. */
function shutGate(lane: string): void {
  const db = new DatabaseSync(join(here.dir, '.midwatch', 'fleet.db'), { timeout: 5_000 })
  const now = Date.now()
  db.prepare(
    `INSERT INTO gates (lane, state, since, until, by, reason, rev) VALUES (?, 'shut', ?, ?, 'midwatch', 'three failures', 1)
     ON CONFLICT (lane) DO UPDATE SET state = 'shut', until = excluded.until, rev = gates.rev + 1`,
  ).run(lane, now, now + 1_000)
  db.close()
}

async function answered(pattern: RegExp, up: Running, withinMs = 25_000): Promise<void> {
  await until(
    async () =>
      (await facts()).some(
        ({ kind, answer }) => kind === 'restart.answered' && pattern.test(answer ?? ''),
      ),
    up.ended,
    () => `${up.out()}\n${up.err()}`,
    withinMs,
  )
}

test('a dispatcher that stands still is stopped with proof and started again; its sessions go on', async () => {
  await run('add', 'long', '--run', 'touch began; while [ ! -e go ]; do sleep 0.1; done')
  const up = here.binary.start(['up'], { cwd: here.dir })
  await until(() => existsSync(join(here.dir, 'began')), up.ended, up.out)
  const daemon = await pidOf('daemon', up)
  await pidOf('sentinel', up)
  process.kill(daemon, 'SIGSTOP')
  await run('add', 'behind the gate', '--run', 'true')
  shutGate('agent:shell')
  await answered(/stopped \(SIGTERM, SIGKILL\), proven gone, and started again/, up)
  expect(lives(daemon)).toBe(false)
  const next = await pidOf('daemon', up)
  expect(next).not.toBe(daemon)
  // The gate that shut while nobody moved is probed and passes, by the one task that waits for it.
  await until(
    async () => (await json('show', '2')).task.outcome === 'done',
    up.ended,
    () => `${up.out()}\n${up.err()}`,
    25_000,
  )
  expect((await facts()).some((fact) => fact.kind === 'gate.probing')).toBe(true)
  writeFileSync(join(here.dir, 'go'), '')
  await until(
    async () => (await json('show', '1')).task.outcome === 'done',
    up.ended,
    up.out,
    25_000,
  )
  expect((await json('show', '1')).attempts).toHaveLength(1)
  const mails = () =>
    existsSync(join(here.dir, 'mails')) ? readFileSync(join(here.dir, 'mails'), 'utf8') : ''
  await until(
    () => /over: the daemon of .* stands still/.test(mails()),
    up.ended,
    () => `${mails()}\n${up.err()}`,
    25_000,
  )
  expect(mails().match(/stands still/g)).toHaveLength(2) // one of its beginning, one of its end
  expect((await run('stop')).code).toBe(0)
  expect((await up.ended).code).toBe(0)
}, 90_000)

test('a sensor that fails is seen in status from its first failure, and one that was taken out is not', async () => {
  const withSensor = `${patient}sensors:\n  ci: {run: 'echo no such repository >&2; exit 3', every: 1m}\n`
  writeFileSync(join(here.dir, 'midwatch.yaml'), withSensor)
  const up = here.binary.start(['up'], { cwd: here.dir })
  await until(
    async () => (await json('status')).failingSensors.length > 0,
    up.ended,
    () => `${up.out()}\n${up.err()}`,
    25_000,
  )
  const { failingSensors, colour, yellow } = await json('status')
  expect(failingSensors).toMatchObject([{ name: 'ci', failures: 1 }])
  expect(colour).toBe('yellow')
  expect(yellow).toContainEqual(expect.stringMatching(/^the sensor ci failed at its last look: /))
  expect([(await run('status')).code, (await run('status', '--strict')).code]).toEqual([0, 1])
  writeFileSync(join(here.dir, 'midwatch.yaml'), patient)
  expect((await json('status')).failingSensors).toEqual([])
  expect((await run('stop')).code).toBe(0)
  await up.ended
}, 60_000)

test('a sentinel that stands still is restarted by the supervisor', async () => {
  const up = here.binary.start(['up'], { cwd: here.dir })
  await up.says(/Working in/)
  const sentinel = await pidOf('sentinel', up)
  process.kill(sentinel, 'SIGSTOP')
  await until(() => !lives(sentinel), up.ended, up.err, 25_000)
  expect(await pidOf('sentinel', up)).not.toBe(sentinel)
  expect((await run('stop')).code).toBe(0)
}, 60_000)

test('whoever is killed is started again at once, and what died is told', async () => {
  writeFileSync(join(here.dir, 'midwatch.yaml'), patient)
  const up = here.binary.start(['up'], { cwd: here.dir })
  await up.says(/Working in/)
  for (const role of ['daemon', 'sentinel']) {
    const pid = await pidOf(role, up)
    process.kill(pid, 'SIGKILL')
    await until(() => !lives(pid), up.ended, up.err)
    expect(await pidOf(role, up)).not.toBe(pid)
  }
  await run('add', 'after it', '--run', 'true')
  await until(
    async () => (await json('show', '1')).task.outcome === 'done',
    up.ended,
    up.out,
    25_000,
  )
  const ended = (await facts()).filter((fact) => fact.kind === 'process.ended')
  expect(ended).toMatchObject([
    { role: 'daemon', signal: 'SIGKILL' },
    { role: 'sentinel', signal: 'SIGKILL' },
  ])
  expect((await run('stop')).code).toBe(0)
}, 60_000)

test('a dispatcher that stands still under a killed supervisor is no obstacle to the next', async () => {
  const up = here.binary.start(['up'], { cwd: here.dir })
  await up.says(/Working in/)
  const daemon = await pidOf('daemon', up)
  process.kill(daemon, 'SIGSTOP')
  up.signal('SIGKILL')
  const next = here.binary.start(['up', '--until-idle'], { cwd: here.dir })
  expect((await next.ended).code).toBe(0)
  expect(lives(daemon)).toBe(false)
  await up.ended
}, 60_000)
