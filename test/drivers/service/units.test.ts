// Units as systemd reads them, judged by systemd's own verifier where it is there.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

import { unitNames, unitsOf } from '../../../src/model/service-units.ts'

const scratch = mkdtempSync(join(tmpdir(), 'midwatch-units-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const input = (dir: string) => ({
  fleet: 'town',
  dir,
  command: [process.execPath, '/opt/mid watch/bin/midwatch.mjs'],
  path: '/usr/bin:/bin',
  system: false,
  user: 'ann',
  checkEveryMs: 300_000,
})
const textOf = (name: string, dir = '/srv/town') =>
  unitsOf(input(dir)).find((unit) => unit.name === name)?.text ?? ''
const names = unitNames('town')

test('the service waits for our word, watches it, and leaves sessions alone when it stops', () => {
  const text = textOf(names.service)
  for (const line of [
    'Type=notify',
    'NotifyAccess=all',
    'KillMode=process',
    'Restart=always',
    'WatchdogSec=30',
    'WorkingDirectory=/srv/town',
    'WantedBy=default.target',
  ])
    expect(text.split('\n')).toContain(line)
  expect(Number(/TimeoutStopSec=(\d+)/.exec(text)?.[1])).toBeGreaterThan(60 + 3)
})

test('spaces, percent and dollar signs of a path arrive as they are', () => {
  const text = textOf(names.service, '/srv/my 100%$town')
  expect(text).toContain('"/opt/mid watch/bin/midwatch.mjs" up --fleet "/srv/my 100%%$$town"')
  expect(text).toContain('WorkingDirectory=/srv/my 100%%$town')
})

test('the timer looks as often as was asked for, and a red look is no failed unit', () => {
  expect(textOf(names.timer)).toContain('OnUnitActiveSec=300s')
  expect(textOf(names.check)).toContain('SuccessExitStatus=1')
})

test('units of the system run as the one who asked for them', () => {
  const [unit] = unitsOf({ ...input('/srv/town'), system: true })
  expect(unit?.text).toContain('User=ann')
  expect(unit?.text).toContain('WantedBy=multi-user.target')
})

const hasVerifier = (() => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasVerifier)('systemd itself finds nothing wrong with them', () => {
  const dir = join(scratch, 'fleet')
  mkdirSync(dir)
  const command = [process.execPath, join(dir, 'midwatch.mjs')]
  writeFileSync(join(dir, 'midwatch.mjs'), '')
  const paths = unitsOf({ ...input(dir), command }).map(({ name, text }) => {
    const path = join(scratch, name)
    writeFileSync(path, text)
    return path
  })
  const said = execFileSync('systemd-analyze', ['verify', '--man=no', ...paths], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(said).toBe('')
})
