// The sensors that come along, looking at real files, disks, programs and a real mailbox. `gh` alone is played by a script, for
// it would need an account.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { localEyes } from '../../../src/drivers/sensors/eyes.ts'
import { readLines, type Said, type SensorSource } from '../../../src/model/sensor.ts'
import { startImap, whyNoImap } from '../../support/imap.ts'

const root = mkdtempSync(join(tmpdir(), 'midwatch-eyes-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(root, 'f-'))
})

const eyes = (more: Record<string, string> = {}) =>
  localEyes({ dir, clock: systemClock, env: { PATH: process.env['PATH'] ?? '', ...more } })
const never = new AbortController().signal
const look = (source: SensorSource, timeoutMs = 10_000, more: Record<string, string> = {}) =>
  eyes(more).look(source, timeoutMs, never)
async function sees(source: SensorSource, more: Record<string, string> = {}): Promise<Said> {
  const looked = await look(source, 20_000, more)
  if (!looked.looked) throw new Error(looked.why)
  return readLines(looked.text)
}

test('a program’s standard output is what it sees; its failure is told by its last words', async () => {
  const { tasks } = await sees({
    kind: 'command',
    run: `echo '{"task":"t","key":"k","run":"true"}'; echo noise >&2`,
  })
  expect(tasks).toMatchObject([{ title: 't', key: 'k', run: 'true' }])
  const failed = await look({ kind: 'command', run: 'echo first >&2; echo last >&2; exit 3' })
  expect(failed).toEqual({ looked: false, why: 'last' })
})

test('a program that hangs is ended in its time', async () => {
  const began = performance.now()
  expect(await look({ kind: 'command', run: 'exec sleep 60' }, 200)).toMatchObject({
    looked: false,
  })
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('each file of a folder is a want, unfinished and empty ones are none', async () => {
  const box = join(dir, 'inbox')
  mkdirSync(box)
  for (const [name, text] of Object.entries({ b: 'do b', a: 'do a', '.c': 'x', empty: ' ' }))
    writeFileSync(join(box, name), text)
  const { tasks } = await sees({ kind: 'folder', path: 'inbox' })
  expect(tasks.map(({ title, prompt }) => [title, prompt])).toEqual([
    ['a', 'do a'],
    ['b', 'do b'],
  ])
  expect(await look({ kind: 'folder', path: 'nowhere' })).toMatchObject({ looked: false })
})

test('a disk with too little room is found, one with enough is not', async () => {
  const disk = (freeBytes: number) => sees({ kind: 'disk', path: dir, freeBytes })
  expect((await disk(1)).findings).toEqual([])
  expect((await disk(1e18)).findings).toMatchObject([{ key: dir }])
})

test('a credential that expires soon is found, in seconds, milliseconds or as a date', async () => {
  const file = join(dir, 'credentials.json')
  const credential = async (content: object) => {
    writeFileSync(file, JSON.stringify(content))
    return (await sees({ kind: 'credential', path: file, warnMs: 3_600_000 })).findings.length
  }
  const now = systemClock.now()
  expect(await credential({ a: { expiresAt: now + 60_000 } })).toBe(1)
  expect(await credential({ expires_at: Math.round(now / 1_000) - 5 })).toBe(1)
  expect(await credential({ expiry: new Date(now + 1_000).toISOString() })).toBe(1)
  expect(await credential({ expiresAt: now + 7_200_000 })).toBe(0)
  expect(await credential({ token: 'x' })).toBe(0)
})

test('what gh lists becomes work with its number as key', async () => {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  const answer = JSON.stringify([
    { number: 7, title: 'it breaks', body: 'badly', url: 'u', createdAt: '2026-01-01T00:00:00Z' },
  ])
  writeFileSync(join(bin, 'gh'), `#!/bin/sh\necho "$@" >"${dir}/asked"\ncat <<'E'\n${answer}\nE\n`)
  chmodSync(join(bin, 'gh'), 0o755)
  const path = { PATH: `${bin}:${process.env['PATH']}` }
  const { tasks } = await sees({ kind: 'github', what: 'issues', repo: 'a/b' }, path)
  expect(tasks).toMatchObject([{ key: 'issue 7', title: '#7 it breaks' }])
  expect(tasks[0]?.prompt).toContain('badly')
})

test('a failing run and a pull request name the task whose branch they are of', async () => {
  const bin = join(dir, 'gh-branches')
  mkdirSync(bin)
  const answer = JSON.stringify([
    {
      databaseId: 5,
      displayTitle: 'mend',
      workflowName: 'ci',
      url: 'u',
      headBranch: 'midwatch/42-mend',
    },
    { databaseId: 6, displayTitle: 'else', workflowName: 'ci', url: 'u', headBranch: 'main' },
    { number: 7, title: 'mend', body: '', url: 'u', headRefName: 'midwatch/43' },
  ])
  writeFileSync(join(bin, 'gh'), `#!/bin/sh\necho "$@" >"${dir}/asked"\ncat <<'E'\n${answer}\nE\n`)
  chmodSync(join(bin, 'gh'), 0o755)
  const path = { PATH: `${bin}:${process.env['PATH']}` }
  const runs = await sees({ kind: 'github', what: 'failing-runs', repo: null }, path)
  expect(runs.tasks.map(({ fromTask }) => fromTask)).toEqual([42, null, null])
  expect(runs.tasks[0]).toMatchObject({ key: 'run 5', title: 'CI failed: ci: mend' })
  const pulls = await sees({ kind: 'github', what: 'pull-requests', repo: null }, path)
  expect(pulls.tasks.map(({ fromTask }) => fromTask)).toEqual([null, null, 43])
})

test('a client of another version than was wanted is found, and so is one that tells none', async () => {
  const bin = join(dir, 'versions')
  mkdirSync(bin)
  const program = (name: string, says: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${says}\n`)
    chmodSync(join(bin, name), 0o755)
    return join(bin, name)
  }
  const drift = async (path: string, wanted: string) =>
    (await sees({ kind: 'version', program: path, wanted })).findings.map(({ title }) => title)
  const client = program('client', "echo '2.1.300 (Client)'")
  expect(await drift(client, '2.1.300')).toEqual([])
  expect(await drift(client, '2.1.*')).toEqual([])
  expect(await drift(client, '2.1.30')).toEqual([`${client} is 2.1.300, 2.1.30 was wanted`])
  expect(await drift(client, '3.*')).toHaveLength(1)
  expect(await drift(program('mute', 'true'), '1.*')).toHaveLength(1)
})

const noImap = whyNoImap()
test.skipIf(noImap !== null)(
  'unread mail of known senders is work, other mail is left alone',
  async () => {
    const imap = await startImap()
    try {
      const mail = (name: string, from: string, subject: string) =>
        writeFileSync(
          join(imap.inbox, 'new', name),
          `From: ${from}\r\nTo: bob@town\r\nSubject: ${subject}\r\nMessage-ID: <${name}@x>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nplease do ${subject}\r\n`,
          { mode: 0o666 },
        )
      mail('1.a.h', 'Ann <ann@town>', 'this')
      mail('2.a.h', 'eve@elsewhere', 'that')
      const { port, user, password } = imap
      const box = {
        kind: 'mailbox',
        host: '127.0.0.1',
        port,
        secure: false,
        user,
        password,
      } as const
      const source = { ...box, folder: 'INBOX', from: ['ann@town'] }
      const { tasks } = await sees(source)
      expect(tasks).toMatchObject([{ key: '<1.a.h@x>', title: 'this' }])
      expect(tasks[0]?.prompt).toContain('please do this')
      expect((await sees(source)).tasks).toHaveLength(1) // looking changes nothing
    } finally {
      await imap.stop()
    }
  },
)
