// Facts about `midwatch account`: what it lists, what a choice changes and when it ends, and what it refuses.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Binary } from './binary.ts'

let binary: Binary
let dir: string
beforeAll(async () => {
  binary = await Binary.build()
  dir = await binary.fleet()
  writeFileSync(
    join(dir, 'midwatch.yaml'),
    `name: scratch
accounts:
  team: { home: /nowhere/team }
  spare: { env: { ANTHROPIC_API_KEY: "sk-ant-verysecret" } }
agents:
  shell: { adapter: command }
  ann: { adapter: claude, model: opus, fallbackModels: [sonnet], accounts: [team, spare] }
  bob: { adapter: claude, account: team }
  cox: { adapter: codex }
`,
  )
})
afterAll(() => binary.end([dir]))

const at = () => ({ cwd: dir })

describe('midwatch account', () => {
  test('lists every account with who uses it, and no secret', async () => {
    const { accounts } = await binary.json(['account', 'list'], at())
    expect(accounts).toMatchObject([
      { account: 'team', agents: ['ann', 'bob'], gate: { state: 'passing' }, chosen: [] },
      { account: 'spare', agents: ['ann'] },
      { account: 'openai-default', agents: ['cox'] },
    ])
    const shown = await binary.run(['account', 'list'], at())
    expect(shown.out).toMatch(/team +passing +ann, bob/)
    expect(shown.out + JSON.stringify(accounts)).not.toContain('verysecret')
  })

  test('a choice is shown first where asked, kept for its time, and ended by reset', async () => {
    const dry = await binary.json(['account', 'use', 'team', '--dry-run', '--for', '2h'], at())
    expect(dry).toMatchObject({ dryRun: true, choices: [{ agent: 'ann' }, { agent: 'bob' }] })
    expect((await binary.json(['account', 'list'], at())).accounts[0].chosen).toEqual([])
    await binary.json(['account', 'use', 'spare', '--for', '2h', '--reason', 'quota'], at())
    const [, spare] = (await binary.json(['account', 'list'], at())).accounts
    expect(spare.chosen).toMatchObject([{ agent: 'ann', account: 'spare', reason: 'quota' }])
    const hours = (Date.parse(spare.chosen[0].until) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(1.9)
    expect(hours).toBeLessThan(2)
    const ended = await binary.json(['account', 'reset', '--agent', 'ann'], at())
    expect(ended.ended).toHaveLength(1)
    expect((await binary.run(['account', 'reset'], at())).out).toMatch(/Nobody has chosen/)
  })

  test('refuses what is not there by name, and an agent that does not name the account', async () => {
    const unknown = await binary.run(['account', 'use', 'tema'], at())
    expect([unknown.code, unknown.err]).toEqual([
      3,
      expect.stringMatching(/no account tema.*team/s),
    ])
    const other = await binary.run(['account', 'use', 'spare', '--agent', 'bob'], at())
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/bob does not name/)])
    expect((await binary.run(['account', 'use', 'spare', '--for', 'ever'], at())).code).toBe(2)
    expect((await binary.run(['account', 'reset', '--agent', 'nobody'], at())).code).toBe(3)
  })
})

describe('accounts in midwatch.yaml', () => {
  const reading = async (text: string) => {
    const other = await binary.fleet()
    writeFileSync(join(other, 'midwatch.yaml'), text)
    const { err, code } = await binary.run(['account', 'list'], { cwd: other })
    return { err, code }
  }
  test.each([
    ['accounts: { a: { home: ~/x } }\nagents: { c: { adapter: claude } }', /whole path/],
    ['agents: { c: { adapter: claude, accounts: [teem] } }\naccounts: { team: {} }', /teem.*team/],
    [
      'agents: { c: { adapter: claude, accounts: [a], account: b } }\naccounts: { a: {} }',
      /not both/,
    ],
    ['agents: { c: { adapter: command, accounts: [a] } }\naccounts: { a: {} }', /drives no client/],
    ['agents: { c: { adapter: claude, fallbackModels: [x] } }', /needs a `model`/],
    ['agents: { c: { adapter: claude, startsInRow: 3 } }', /at least 5/],
  ])('are refused with a sentence: %s', async (text, sentence) => {
    const { err, code } = await reading(text)
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)])
  })
})
