// Channel `mail` against a real SMTP server and a real IMAP server: what was sent, how far it came, and whether it is
// found again.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { Letter } from '../../../src/drivers/channels/contract.ts'
import { mailChannel, messageIdOf } from '../../../src/drivers/channels/mail.ts'
import type { MailChannel } from '../../../src/model/channels.ts'
import { type Imap, startImap, whyNoImap } from '../../support/imap.ts'
import { headersOf, mailsIn, type Smtp, startSmtp } from '../../support/smtp.ts'

const signal = new AbortController().signal
const letter: Letter = {
  key: 'report:1',
  subject: 'Tést ✓',
  text: 'hello\n.\nworld',
  to: [],
  urgent: false,
  data: {},
}
const config = (smtp: Smtp, over: Partial<MailChannel> = {}): MailChannel => ({
  name: 'office',
  kind: 'mail',
  from: 'Fleet <fleet@example.org>',
  to: ['ann@example.org'],
  smtp: { host: '127.0.0.1', port: smtp.port, secure: false, user: 'u', password: 'p' },
  imap: null,
  settleMs: 0,
  ...over,
})

describe('a mail', () => {
  let maildir = ''
  let smtp: Smtp
  beforeEach(async () => {
    maildir = mkdtempSync(join(tmpdir(), 'midwatch-mail-'))
    smtp = await startSmtp({ maildir, user: 'u', password: 'p' })
    return async () => {
      await smtp.close()
      rmSync(maildir, { recursive: true, force: true })
    }
  })
  const deliver = (over: Partial<MailChannel> = {}, sent: Partial<Letter> = {}) =>
    mailChannel(config(smtp, over), 'fleet-1').deliver({ ...letter, ...sent }, signal)

  test('arrives once, with a Message-ID made of its key', async () => {
    expect(await deliver()).toMatchObject({
      did: 'performed',
      receipt: expect.stringContaining('250'),
    })
    const mails = mailsIn(maildir)
    expect(mails).toHaveLength(1)
    expect(headersOf(mails, 'Message-ID')).toEqual([
      messageIdOf('fleet-1', 'report:1', config(smtp).from),
    ])
    expect(headersOf(mails, 'To')).toEqual(['ann@example.org'])
    expect(mails[0]).toContain('world')
    await deliver({}, { key: 'report:2', to: ['bob@example.org'] })
    expect(new Set(headersOf(mailsIn(maildir), 'Message-ID')).size).toBe(2)
    expect(messageIdOf('fleet-2', 'report:1', 'a@b')).not.toBe(
      messageIdOf('fleet-1', 'report:1', 'a@b'),
    )
  })

  test.each([
    ['a wrong password', { smtp: { user: 'u', password: 'x' } }, [], 'nothing', 'never'],
    ['no server', { smtp: { port: 1 } }, [], 'nothing', 'soon'],
    ['an address that is refused for good', {}, [{ at: 'rcpt', with: 550 }], 'nothing', 'never'],
    ['greylisting', {}, [{ at: 'rcpt', with: 451 }], 'nothing', 'soon'],
    ['a cut before the message', {}, [{ at: 'rcpt', with: 'drop' }], 'nothing', 'soon'],
    ['a message that is refused for good', {}, [{ at: 'stored', with: 554 }], 'nothing', 'never'],
    ['a message that is refused for now', {}, [{ at: 'stored', with: 452 }], 'nothing', 'soon'],
  ] as const)('%s: nothing reached the world', async (_, over, answers, did, retry) => {
    smtp.answers.push(...answers)
    const given = 'smtp' in over ? { smtp: { ...config(smtp).smtp, ...over.smtp } } : {}
    expect(await deliver(given)).toMatchObject({ did, retry })
    expect(mailsIn(maildir)).toEqual([])
  })

  test('a cut after the message: nobody knows, and it is there', async () => {
    smtp.answers.push({ at: 'stored', with: 'drop' })
    expect(await deliver()).toMatchObject({ did: 'unknown' })
    expect(mailsIn(maildir)).toHaveLength(1)
  })

  test('no header can be smuggled in by the subject or the addresses', async () => {
    await deliver(
      {},
      { subject: 'a\r\nBcc: eve@example.org', to: ['ann@example.org\r\nBcc: eve@example.org'] },
    )
    expect(headersOf(mailsIn(maildir), 'Bcc')).toEqual([])
  })
})

const missing = whyNoImap()
describe.skipIf(missing !== null)(
  `a mail in doubt${missing === null ? '' : ` (${missing})`}`,
  () => {
    let imap: Imap
    let smtp: Smtp
    beforeAll(async () => {
      imap = await startImap()
      smtp = await startSmtp({ maildir: imap.inbox, user: 'u', password: 'p' })
    })
    afterAll(async () => {
      await smtp.close()
      await imap.stop()
    })
    const channel = (over: Partial<NonNullable<MailChannel['imap']>> = {}) =>
      mailChannel(
        config(smtp, {
          imap: {
            host: '127.0.0.1',
            port: imap.port,
            secure: false,
            user: imap.user,
            password: imap.password,
            folders: [],
            trusted: false,
            ...over,
          },
        }),
        'fleet-1',
      )
    const ask = (key: string, over: Parameters<typeof channel>[0] = {}) =>
      channel(over).asking?.ask({ ...letter, key }, signal)

    test('is not believed to be missing where no mail of ours was ever seen, unless that is configured', async () => {
      expect(await ask('none')).toMatchObject({
        found: 'unknown',
        why: expect.stringContaining('never showed'),
      })
      expect(await ask('none', { trusted: true })).toEqual({ found: 'no' })
    })

    test('is found by its key, and another one is not', async () => {
      await channel().deliver({ ...letter, key: 'sent' }, signal)
      expect(await ask('sent')).toMatchObject({
        found: 'yes',
        receipt: expect.stringContaining('INBOX'),
      })
      expect(await ask('other')).toEqual({ found: 'no' })
    })

    test.each([
      ['a wrong password', { password: 'x' }],
      ['no server', { port: 1 }],
      ['a folder that is not there', { folders: ['None'] }],
    ])('%s: nobody knows', async (_, over) => {
      expect(await ask('sent', over)).toMatchObject({ found: 'unknown', why: expect.any(String) })
    })
  },
)
