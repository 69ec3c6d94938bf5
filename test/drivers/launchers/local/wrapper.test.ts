// The wrapper's script under every POSIX shell that is here: what it writes must mean the same.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBootId } from '../../../../src/drivers/hosts/boot-id.ts'
import { endingOf, readMarks } from '../../../../src/drivers/launchers/local/marks.ts'
import { whyNeverExecuted } from '../../../../src/drivers/launchers/local/never-executed.ts'
import { uptimeCentis } from '../../../../src/drivers/processes/process.ts'
import { wrapperArguments, wrapperText } from '../../../../src/drivers/launchers/local/wrapper.ts'
import { fillsTheDisk, mayMount } from './small-disk.ts'

const shells = [
  ['dash', []],
  ['bash', ['--posix']],
  ['bash', []],
  ['busybox', ['sh']],
].filter(([shell]) => {
  return spawnSync(shell as string, ['-c', 'true']).error === undefined
}) as [string, string[]][]

const hasTmpfs = mayMount()

describe.each(shells)('wrapper under %s %j', (shell, options) => {
  let dir: string

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-wrapper-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const order = (changes = {}) => ({
    attemptDir: dir,
    nonce: 'nonce',
    startByCentis: uptimeCentis() + 2_500,
    bootId: readBootId(),
    joinFile: '',
    ...changes,
  })

  async function wrap(program: string, args: string[], changes = {}): Promise<number | null> {
    const given = [...options, ...wrapperArguments(order(changes), [program, ...args])]
    const child = spawn(shell, given, { stdio: 'ignore', detached: true })
    return new Promise((resolve) => child.once('exit', resolve))
  }

  const marks = () => readMarks(readFileSync(join(dir, 'ticket'), 'utf8'))
  const ending = () => endingOf(marks().exit?.code ?? -1, marks().shellSaid)
  const err = () => readFileSync(join(dir, 'err'), 'utf8')

  it('records start and exit', async () => {
    await wrap('/bin/sh', ['-c', 'echo $$; exit 7'])
    expect(marks()).toMatchObject({ wrapper: { nonce: 'nonce' }, exit: { code: 7 }, shellSaid: '' })
    expect(marks().late).toBe(false)
    expect(readFileSync(join(dir, 'out'), 'utf8')).toBe(`${marks().started?.pid}\n`)
    expect(whyNeverExecuted(marks(), err)).toBeNull()
  })

  it('tells a death by SIGTERM or SIGKILL from exit codes 143 and 137', async () => {
    for (const [script, expected] of [
      ['kill -TERM $$', { exitCode: null, signal: 'SIGTERM' }],
      ['kill -KILL $$', { exitCode: null, signal: 'SIGKILL' }],
      ['exit 143', { exitCode: 143, signal: null }],
      ['exit 137', { exitCode: 137, signal: null }],
    ] as const) {
      rmSync(join(dir, 'ticket'), { force: true })
      await wrap('/bin/sh', ['-c', script])
      expect(ending(), script).toEqual(expected)
    }
  })

  it('says which program was never executed', async () => {
    await wrap('/no/such/program', [])
    expect(whyNeverExecuted(marks(), err)).toContain('/no/such/program')
    expect(marks().exit?.code).toBe(127)
  })

  it('survives what is meant for its program', async () => {
    await wrap('/bin/sh', ['-c', 'kill -TERM 0; kill -HUP 0; exit 1'])
    expect(ending()).toEqual({ exitCode: null, signal: 'SIGTERM' })
  })

  it('starts nothing when the ticket is taken', async () => {
    writeFileSync(join(dir, 'ticket'), 'taken by us end\n')
    expect(await wrap('/bin/touch', [join(dir, 'ran')])).toBe(73)
    expect(existsSync(join(dir, 'ran'))).toBe(false)
    expect(marks()).toMatchObject({ taken: 'by us', wrapper: null })
  })

  it.skipIf(!hasTmpfs)(
    'writes its exit once there is room for it, and says that it is late',
    () => {
      const words = wrapperArguments(order(), ['/bin/sh', '-c', fillsTheDisk, 'sh', dir])
      const script = `mount -t tmpfs -o size=64k tmpfs '${dir}' && { "$@"; cat '${dir}/ticket'; }`
      const { stdout } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', script, 'sh', shell, ...options, ...words],
        { encoding: 'utf8' },
      )
      expect(readMarks(stdout)).toMatchObject({ exit: { code: 7 }, late: true })
    },
  )

  it('starts nothing when it is too late, or in another boot', async () => {
    for (const changes of [{ startByCentis: uptimeCentis() }, { bootId: 'earlier' }]) {
      rmSync(join(dir, 'ticket'), { force: true })
      expect(await wrap('/bin/touch', [join(dir, 'ran')], changes)).toBe(75)
      expect(marks().refused).toMatch(/too late|booted again/)
      expect(existsSync(join(dir, 'ran'))).toBe(false)
    }
  })

  it('starts nothing when the output can’t be opened, and says so', async () => {
    writeFileSync(join(dir, 'order'), '')
    spawnSync('mkdir', [join(dir, 'out')])
    await wrap('/bin/touch', [join(dir, 'ran')])
    expect(existsSync(join(dir, 'ran'))).toBe(false)
    expect(whyNeverExecuted(marks(), () => '')).toMatch(/out/)
  })
})

describe('wrapper text', () => {
  it('assigns to no name that a session’s environment may hold', () => {
    const assigned = [...wrapperText.matchAll(/(?:^|[\s;])(\w+)=/gm)].map((match) => match[1])
    const read = [...wrapperText.matchAll(/read -r (.*?) </g)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    )
    expect(assigned.length + read.length).toBeGreaterThan(10)
    expect([...assigned, ...read].filter((name) => !name?.startsWith('mw_'))).toEqual([])
  })
})
