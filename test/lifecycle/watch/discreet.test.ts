// What a session says back of its secrets is masked before anybody judges or keeps it: in its stream, its ending and its letters,
// as it is, as JSON spells it, and where a head or a tail was cut in its middle.

import { expect, test } from 'vitest'

import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import { commandAdapter } from '../../../src/drivers/agents/command.ts'
import type { AgentSettings, Ending } from '../../../src/drivers/agents/contract.ts'
import type { Credentials } from '../../../src/drivers/credentials/contract.ts'
import type { Launcher } from '../../../src/drivers/launchers/contract.ts'
import { discreet } from '../../../src/lifecycle/watch/discreet.ts'
import { hideOfSession } from '../../../src/model/secret.ts'

const fromFile = 'file "quoted" 7a61'
const settings = {
  ...{ name: 'a', adapter: 'command', model: null, permissions: 'edit', program: null, args: null },
  env: { DEPLOY_TOKEN: 'token-5511aabb', COLOUR: 'turquoise-blue' },
  envFiles: { LOGIN: '/secrets/a' },
} as const satisfies AgentSettings
const credentials: Credentials = {
  look: async () => ({ trouble: null, print: null }),
  fromFiles: async () => ({ LOGIN: fromFile }),
}
const letter = { name: '1', text: JSON.stringify({ verb: 'progress', text: `as ${fromFile}` }) }
const launcher = { readOutbox: async () => [letter] } as unknown as Launcher
const host = { baseEnv: { PATH: '/usr/bin:/bin', OPENAI_API_KEY: 'inherited-99ee' } }
const deps = { adapter: commandAdapter, settings, credentials, launcher, host }

const failed = (errTail: string, errHead = errTail): Ending => ({
  ...{ exitCode: 3, signal: null, stoppedBy: null, outHead: '', outTail: '', errHead, errTail },
  summary: commandAdapter.reader().summary(),
  durationMs: 1_000,
  now: 0,
})

test('an ending quotes no secret, whole or cut, and everything else', async () => {
  const { adapter } = (await discreet(deps)).deps
  const evidenceOf = (errTail: string) => adapter.judge(failed(errTail)).evidence
  expect(evidenceOf('no access with token-5511aabb\n')).toContain('no access with •••')
  expect(evidenceOf(`no access with ${fromFile}\n`)).toContain('no access with •••')
  expect(evidenceOf(`{"key":${JSON.stringify(fromFile)}}\n`)).toContain('{"key":"•••"}')
  expect(evidenceOf('no access with inherited-99ee\n')).toContain('no access with •••')
  const cut = adapter.judge(failed('en-5511aabb was refused\n', 'it began'))
  expect(cut.evidence).toContain('••• was refused')
  expect(evidenceOf('en-5511aabb is whole\n')).toContain('en-5511aabb is whole')
  expect(evidenceOf('it is turquoise-blue\n')).toContain('it is turquoise-blue')
})

test('neither do the stream of a client and the letters of a session', async () => {
  const { deps: quiet } = await discreet({ ...deps, adapter: claudeAdapter })
  const reader = quiet.adapter.reader()
  const result = { type: 'result', subtype: 'success', is_error: true, result: `as ${fromFile}` }
  reader.feed(`${JSON.stringify(result)}\n`)
  expect(JSON.stringify(reader.summary())).toContain('as •••')
  expect(JSON.stringify(reader.summary())).not.toContain('7a61')
  const ref = { attemptId: 1, nonce: 'n', launch: null }
  expect(await quiet.launcher.readOutbox(ref)).toEqual([
    { name: '1', text: '{"verb":"progress","text":"as •••"}' },
  ])
})

test('where nothing is secret, and where its files cannot be read, a session is attended as it is', async () => {
  const bare = { ...deps, settings: { ...settings, env: {} }, host: { baseEnv: {} } }
  const unread: Credentials = { ...credentials, fromFiles: () => Promise.reject(new Error('gone')) }
  const { deps: same } = await discreet({ ...bare, credentials: unread })
  expect(same.adapter).toBe(commandAdapter)
})

test('a session’s own words hide what is named like a secret, and what it was told to hide', () => {
  const hide = hideOfSession({
    ...settings.env,
    LOGIN: fromFile,
    MIDWATCH_SECRETS: 'LOGIN,OTHER',
  })
  expect(hide(`done as ${fromFile}, token-5511aabb, turquoise-blue`)).toBe(
    'done as •••, •••, turquoise-blue',
  )
  expect(hideOfSession({ COLOUR: 'turquoise-blue' })('turquoise-blue')).toBe('turquoise-blue')
  const named = { GIT_AUTHOR_NAME: 'Ann of the Harbour' }
  expect(hideOfSession(named)('by Ann of the Harbour')).toBe('by Ann of the Harbour')
})
