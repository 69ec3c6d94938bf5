// The sections `effects:` and `notify:`: what they become, what is refused, and that no secret leaves them.

import { expect, test } from 'vitest'

import { diffConfigs } from '../../../src/drivers/config/diff.ts'
import { readConfig } from '../../../src/drivers/config/load.ts'
import { redact } from '../../../src/drivers/config/redact.ts'
import { referencedVariables, resolveReferences } from '../../../src/drivers/config/reference.ts'
import { retentionMs } from '../../../src/model/channels.ts'

const head = 'agents:\n  shell: { adapter: command }\n'
const read = (yaml: string) => readConfig(head + yaml, 'midwatch.yaml', 'folder')
const refusal = (yaml: string): string => {
  try {
    read(yaml)
    return ''
  } catch (error) {
    return String((error as Error).message)
  }
}

const whole = `
effects:
  channels:
    office:
      kind: mail
      from: Fleet <fleet@example.org>
      to: [ann@example.org]
      smtp: { host: mail.example.org, user: fleet, password: '\${MAIL_PASSWORD}' }
      imap: { host: mail.example.org, secure: true, user: fleet, password: '\${MAIL_PASSWORD}' }
    hook: { kind: webhook, url: 'https://example.org/in/s3cret', secret: '\${HOOK}', headers: { X-A: key1 } }
    chat: { kind: slack, url: '\${SLACK_URL}' }
    phone: { kind: ntfy, topic: night }
    mine: { kind: command, command: [tell, --token, abc] }
  keep: { mail: 60d }
notify:
  channels: [{ channel: phone, severity: urgent }, office]
  quiet: { from: '22:00', until: '7:30', zone: Europe/Berlin }
`

test('channels, defaults and order become configuration', () => {
  const { effects, tell } = read(whole)
  expect(effects?.channels.map((one) => [one.name, one.kind])).toEqual([
    ['office', 'mail'],
    ['hook', 'webhook'],
    ['chat', 'slack'],
    ['phone', 'ntfy'],
    ['mine', 'command'],
  ])
  expect(effects?.channels[0]).toMatchObject({
    smtp: { port: 587, secure: false },
    imap: { port: 993, secure: true, folders: [], trusted: false },
    settleMs: 120_000,
  })
  expect(tell).toEqual({
    ways: [
      { channel: 'phone', severity: 'urgent' },
      { channel: 'office', severity: 'notice' },
    ],
    quiet: { fromMinute: 1_320, untilMinute: 450, zone: 'Europe/Berlin' },
  })
})

test('what was done is remembered for as long as configured, never shorter than its floor', () => {
  const { effects } = read(whole)
  const day = 86_400_000
  expect(retentionMs(effects ?? { channels: [], keepMs: {} }, 'mail')).toBe(60 * day)
  expect(retentionMs({ channels: [], keepMs: {} }, 'command')).toBe(90 * day)
  expect(retentionMs({ channels: [], keepMs: { mail: 1 } }, 'mail')).toBe(30 * day)
})

test('secrets are references: asked for, filled in, and never shown', () => {
  const config = read(whole)
  expect(referencedVariables(config)).toEqual(['HOOK', 'MAIL_PASSWORD', 'SLACK_URL'])
  const filled = resolveReferences(config, {
    HOOK: 'hook-secret',
    MAIL_PASSWORD: 'mail-secret',
    SLACK_URL: 'https://hooks.example.org/T1/B2/slack-secret',
  })
  expect(filled.effects?.channels).toMatchObject([
    { smtp: { password: 'mail-secret' }, imap: { password: 'mail-secret' } },
    { secret: 'hook-secret' },
    { url: 'https://hooks.example.org/T1/B2/slack-secret' },
    {},
    {},
  ])
  const shown = JSON.stringify(redact(filled)) + diffConfigs(config, filled).join('\n')
  for (const secret of ['mail-secret', 'hook-secret', 'slack-secret', 's3cret', 'key1', 'abc'])
    expect(shown).not.toContain(secret)
  expect(shown).toContain('https://hooks.example.org/')
})

test.each([
  [
    'notify:\n  channels: [offce]\neffects:\n  channels:\n    office: { kind: slack, url: "http://a" }\n',
    'office',
  ],
  ['effects:\n  keep: { mail: 1d }\n', 'at least 30d'],
  ['effects:\n  keep: { post: 90d }\n', 'there is no kind post'],
  ['effects:\n  channels:\n    a: { kind: slack }\n', 'url'],
  ['effects:\n  channels:\n    a: { kind: fax, url: "http://a" }\n', 'kind'],
  ['effects:\n  channels:\n    a: { kind: slack, url: "ftp://a" }\n', 'http'],
  ['effects:\n  channels:\n    a: { kind: ntfy, topic: t, tokn: x }\n', 'token'],
  ['effects:\n  chanels: {}\n', 'channels'],
  ['notify:\n  quiet: { from: "25:00", until: "07:00" }\n', 'must be a time'],
  ['notify:\n  quiet: { from: "22:00", until: "07:00", zone: Mars/Base }\n', 'no time zone'],
])('%j is refused with a sentence', (yaml, words) => {
  expect(refusal(yaml)).toContain(words)
})
