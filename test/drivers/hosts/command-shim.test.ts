// The `midwatch` of sessions: the very one that started them, and in a container without Node a letter in the outbox.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installCommand } from '../../../src/drivers/hosts/command-shim.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-shim-'))
  mkdirSync(join(dir, 'outbox'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const call = (node: string, args: string[], env: Record<string, string> = {}) => {
  installCommand(join(dir, 'bin'), [
    node,
    '-e',
    'console.log(process.argv.slice(1).join("|"))',
    '--',
  ])
  const given = { PATH: '/usr/bin:/bin', MIDWATCH_OUTBOX: join(dir, 'outbox'), ...env }
  return spawnSync(join(dir, 'bin/midwatch'), args, { env: given, encoding: 'utf8' })
}
const letters = () =>
  readdirSync(join(dir, 'outbox')).map((name) =>
    JSON.parse(readFileSync(join(dir, 'outbox', name), 'utf8')),
  )

describe('the command of sessions', () => {
  it('is the one whose daemon started them', () => {
    expect(call(process.execPath, ['done', 'a b']).stdout).toBe('done|a b\n')
    expect(call(process.execPath, ['done', 'a b'], { MIDWATCH_INSIDE: 'container' }).stdout).toBe(
      'done|a b\n',
    )
    expect(letters()).toEqual([])
  })

  it.each([
    [
      ['done', 'all "of" it', 'and\\more\n now'],
      { verb: 'say', word: 'done', text: 'all "of" it and\\more  now' },
    ],
    [['fail', '--json', 'no'], { verb: 'say', word: 'fail', text: 'no' }],
    [['progress', 'ünd 😀'], { verb: 'progress', text: 'ünd 😀' }],
    [['ask', 'which?'], { verb: 'ask', text: 'which?' }],
    [['done'], { verb: 'say', word: 'done', text: '' }],
  ])('without Node in a container leaves a letter: %j', (args, letter) => {
    expect(call('/no/such/node', args, { MIDWATCH_INSIDE: 'container' }).status).toBe(0)
    expect(letters()).toEqual([letter])
  })

  it('without Node in a container says what it cannot do', () => {
    const said = call('/no/such/node', ['list'], { MIDWATCH_INSIDE: 'container' })
    expect([said.status, said.stderr]).toEqual([2, expect.stringContaining('only done, fail')])
  })

  it('without Node elsewhere fails as any command does', () => {
    expect(call('/no/such/node', ['done']).status).toBe(127)
    expect(letters()).toEqual([])
  })
})
