// Channel `mail`: SMTP to send, IMAP to ask. The Message-ID is derived from the key of the effect, so that a mail can be
// looked for by whoever comes after a crash; the same key never has another one.

import MailComposer from 'nodemailer/lib/mail-composer'

import { hashOf } from '../../base/ids.ts'
import type { MailChannel } from '../../model/channels.ts'
import type { Channel, Letter } from './contract.ts'
import { fleetHeader, lookForMail } from './imap.ts'
import { sendBySmtp } from './smtp.ts'

export function mailChannel(config: MailChannel, fleetId: string): Channel {
  const { name, imap, settleMs } = config
  const fleet = hashOf(fleetId).slice(0, 16)
  return {
    name,
    kind: 'mail',
    async deliver(letter, signal) {
      const to = letter.to.length > 0 ? letter.to : config.to
      const raw = await compose(config, fleet, fleetId, letter, to)
      return await sendBySmtp(
        config.smtp,
        { from: plainAddress(config.from), to: to.map(plainAddress), raw },
        signal,
      )
    },
    asking:
      imap === null
        ? null
        : {
            settleMs,
            ask: ({ key }, signal) =>
              lookForMail(
                imap,
                { messageId: messageIdOf(fleetId, key, config.from), fleet },
                signal,
              ),
          },
  }
}

/** Stable for a fleet and a key, and unlike any other. */
export function messageIdOf(fleetId: string, key: string, from: string): string {
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'midwatch.invalid'
  return `<mw.${hashOf(`${fleetId}\n${key}`).slice(0, 40)}@${domain}>`
}

function compose(
  { from }: MailChannel,
  fleet: string,
  fleetId: string,
  { key, subject, text, html, urgent }: Letter,
  to: readonly string[],
): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to: [...to],
    subject: subject.replace(/\s+/g, ' '),
    text,
    ...(html !== undefined && { html }),
    messageId: messageIdOf(fleetId, key, from),
    headers: {
      [fleetHeader]: fleet,
      'Auto-Submitted': 'auto-generated',
      ...(urgent ? { Importance: 'high' } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** `Ann <ann@example.org>` as the envelope wants it. */
const plainAddress = (address: string): string => /<([^>]+)>/.exec(address)?.[1] ?? address.trim()
