// The command notifier: told means exit 0 in time, nothing else.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { commandNotifier } from '../../../src/drivers/notifiers/command.ts'
import type { Message } from '../../../src/drivers/notifiers/contract.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-notify-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const message: Message = {
  fleet: 'town',
  what: 'opened',
  key: 'gate:fleet',
  title: 'the fleet is shut',
  text: 'Midwatch town: the fleet is shut\n',
  needsPerson: true,
  openedAt: 1_800_000_000_000,
  resolvedAt: null,
}
const env = { PATH: process.env['PATH'] ?? '' }
const tell = (script: string, timeoutMs = 10_000, signal = new AbortController().signal) =>
  commandNotifier({ command: ['/bin/sh', '-c', script], cwd: dir, env, timeoutMs }).tell(
    message,
    signal,
  )

test('the program gets the text on its input and the parts in its environment', async () => {
  await tell(
    'cat > text; echo "$MIDWATCH_INCIDENT $MIDWATCH_INCIDENT_WHAT $MIDWATCH_INCIDENT_NEEDS_PERSON" > parts',
  )
  expect(readFileSync(join(dir, 'text'), 'utf8')).toBe(message.text)
  expect(readFileSync(join(dir, 'parts'), 'utf8')).toBe('gate:fleet opened 1\n')
})

test('another exit code is not told, and its last words say why', async () => {
  await expect(tell('echo no route to mail >&2; exit 3')).rejects.toThrow(
    'exit 3: no route to mail',
  )
})

test('a program that is not there, one that reads nothing, and one that takes too long', async () => {
  const missing = commandNotifier({ command: ['/nowhere/tell'], cwd: dir, env })
  await expect(missing.tell(message, new AbortController().signal)).rejects.toThrow(
    'could not be started',
  )
  await tell('exec true')
  await expect(tell('sleep 60 & sleep 60', 200)).rejects.toThrow('longer than 200 ms')
})

test('leaving cuts it off, and it does not count as told', async () => {
  const leave = new AbortController()
  const told = tell('sleep 60', 10_000, leave.signal)
  leave.abort()
  await expect(told).rejects.toThrow('cut off')
})
