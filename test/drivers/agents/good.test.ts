// Facts about the last good configuration: known once it worked, used while another is refused, and never for ever.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { AgentSettings } from '../../../src/drivers/agents/contract.ts'
import { createGoodSettings } from '../../../src/drivers/agents/probe/good.ts'

let dir: string
let now = 0
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-good-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const path = () => join(dir, 'good.json')
const made = () => createGoodSettings(path(), { now: () => now } as never)
const settings = (more: Partial<AgentSettings> = {}): AgentSettings => ({
  name: 'ann',
  adapter: 'claude',
  model: 'sonnet',
  permissions: 'edit',
  program: null,
  args: null,
  env: { KEY: 'sk-secret' },
  ...more,
})
const opus = settings({ model: 'opus' })

test('what never worked has nothing to fall back to, nor has what is refused itself', () => {
  const good = made()
  expect(good.refused(opus)).toBeNull()
  good.worked(settings())
  expect(good.refused(settings())).toBeNull()
  expect(good.inForce(opus)).toEqual(opus)
})

test('what is refused goes on with what worked last, across restarts, with its own environment', () => {
  made().worked(settings())
  expect(made().refused(opus)).toEqual(['model opus → sonnet'])
  expect(made().inForce(opus)).toMatchObject({ model: 'sonnet', env: opus.env })
  expect(made().inForce(settings({ name: 'bob', model: 'opus' })).model).toBe('opus')
  expect(readFileSync(path(), 'utf8')).not.toContain('secret')
})

test('another configuration is tried at once, the refused one after four hours; once it works it is told', () => {
  const good = made()
  good.worked(settings())
  good.refused(opus)
  expect(good.inForce(settings({ model: 'haiku' })).model).toBe('haiku')
  now += 4 * 3_600_000
  expect(good.inForce(opus).model).toBe('opus')
  expect(good.worked(opus)).toBe(true)
  expect(good.worked(opus)).toBe(false)
  expect(good.inForce(opus).model).toBe('opus')
})

test('a client’s settings are none for another client, and a broken file is as good as none', () => {
  const good = made()
  good.worked(settings())
  expect(good.refused(settings({ adapter: 'codex', model: 'gpt' }))).toBeNull()
  writeFileSync(path(), '{')
  expect(good.refused(opus)).toBeNull()
})

test('what another process learned meanwhile is known at the next question', () => {
  const [ours, theirs] = [made(), made()]
  ours.worked(settings())
  expect(ours.inForce(opus)).toEqual(opus)
  theirs.refused(opus)
  expect(ours.inForce(opus)).toMatchObject({ model: 'sonnet' })
})
