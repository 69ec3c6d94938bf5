// Facts about credentials as they lie on a host: what is found, what is wrong, when one is another; and that no value of
// one is ever told.

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { cards } from '../../../src/drivers/agents/cards.ts'
import { createLocalCredentials } from '../../../src/drivers/credentials/local.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-credentials-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const made = (baseEnv: Record<string, string> = {}) =>
  createLocalCredentials({ saltFile: join(dir, 'salt'), clock: systemClock, baseEnv })
const account = (
  env: Record<string, string> = {},
  envFiles: Record<string, string> = {},
  declared = true,
) => ({ client: cards.claude.client, settings: { env, envFiles }, declared })
const login = (text: string): string => {
  const home = join(dir, 'home')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, '.credentials.json'), text)
  return home
}

describe('a credential', () => {
  test('in a file is handed over without its line end, and missing it is named by its path alone', async () => {
    const path = join(dir, 'key')
    writeFileSync(path, 'sk-secret\n')
    const credentials = made()
    const settings = { env: {}, envFiles: { ANTHROPIC_API_KEY: path } }
    expect(await credentials.fromFiles(settings)).toEqual({ ANTHROPIC_API_KEY: 'sk-secret' })
    rmSync(path)
    await expect(credentials.fromFiles(settings)).rejects.toThrow(
      `${path}, which holds ANTHROPIC_API_KEY, cannot be read (ENOENT)`,
    )
    writeFileSync(path, '')
    expect(await credentials.look(account({}, settings.envFiles))).toMatchObject({
      trouble: `${path}, which holds ANTHROPIC_API_KEY, is empty`,
    })
  })

  test('has a print that changes with it, stays with the salt, and holds nothing of it', async () => {
    const env = { ANTHROPIC_API_KEY: 'sk-ant-first' }
    const one = await made().look(account(env))
    expect(one).toEqual({ trouble: null, print: expect.stringMatching(/^[0-9a-f]{24}$/) })
    expect(await made().look(account(env))).toEqual(one)
    expect((await made().look(account({ ANTHROPIC_API_KEY: 'sk-ant-other' }))).print).not.toBe(
      one.print,
    )
    expect(statSync(join(dir, 'salt')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dir, 'salt')).toString()).not.toContain('sk-ant')
    rmSync(join(dir, 'salt'))
    expect((await made().look(account(env))).print).not.toBe(one.print)
  })

  test('in a folder that is not there, or holds no login, cannot work', async () => {
    const home = join(dir, 'none')
    expect((await made().look(account({ CLAUDE_CONFIG_DIR: home }))).trouble).toBe(
      `its folder ${home} is not there`,
    )
    mkdirSync(home)
    expect((await made().look(account({ CLAUDE_CONFIG_DIR: home }))).trouble).toBe(
      `there is no login at ${home}/.credentials.json`,
    )
    const key = { CLAUDE_CONFIG_DIR: home, ANTHROPIC_API_KEY: 'sk' }
    expect((await made().look(account(key))).trouble).toBeNull()
  })

  test('of a login that ran out cannot work, unless it can renew itself', async () => {
    const over = { accessToken: 'at', expiresAt: Date.now() - 60_000 }
    const home = login(JSON.stringify({ claudeAiOauth: over }))
    const look = () => made().look(account({ CLAUDE_CONFIG_DIR: home }))
    expect((await look()).trouble).toMatch(/^its login ran out at .* and cannot renew itself$/)
    login(JSON.stringify({ claudeAiOauth: { ...over, refreshToken: 'rt' } }))
    expect((await look()).trouble).toBeNull()
    login('not json')
    expect((await look()).trouble).toBeNull()
  })

  test('that nobody described is only looked at: nothing of it is demanded', async () => {
    const home = login(JSON.stringify({ claudeAiOauth: { expiresAt: 1 } }))
    const found = await made({ CLAUDE_CONFIG_DIR: home }).look(account({}, {}, false))
    expect(found).toEqual({ trouble: null, print: expect.any(String) })
    expect(await made().look(account({}, {}, false))).toEqual({ trouble: null, print: null })
  })

  test('a salt that cannot be kept takes nothing away', async () => {
    chmodSync(dir, 0o500)
    const credentials = made()
    const look = () => credentials.look(account({ ANTHROPIC_API_KEY: 'sk' }))
    expect(await look()).toEqual(await look())
    chmodSync(dir, 0o700)
  })
})
