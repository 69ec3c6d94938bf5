// A mailbox as a source of work: unread mail of known senders. Reading changes nothing there; what was seen before is known by
// its Message-ID. The address of a sender proves little, so the server must be one that checks it.

import { ImapFlow } from 'imapflow'

import { isoTime } from '../../base/when.ts'
import type { SensorSource } from '../../model/sensor.ts'

type Mailbox = Extract<SensorSource, { kind: 'mailbox' }>

const mailsMax = 50
const textMax = 100_000

/** One line for each unread mail. Throws what the server says. */
export async function mailLines(
  box: Mailbox,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly object[]> {
  const { host, port, secure, user, password } = box
  const client = new ImapFlow({
    ...{ host, port, secure, logger: false },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
  })
  client.on('error', () => {}) // told by the call that fails
  const leave = () => client.close()
  signal.addEventListener('abort', leave, { once: true })
  try {
    await client.connect()
    const lock = await client.getMailboxLock(box.folder, { readOnly: true })
    try {
      return await unread(client, box)
    } finally {
      lock.release()
    }
  } finally {
    signal.removeEventListener('abort', leave)
    client.close()
  }
}

async function unread(client: ImapFlow, { from }: Mailbox): Promise<readonly object[]> {
  const uids = await client.search({ seen: false }, { uid: true })
  const known = new Set(from.map((address) => address.toLowerCase()))
  const lines: object[] = []
  for (const uid of (uids || []).slice(0, mailsMax)) {
    const mail = await client.fetchOne(String(uid), { envelope: true }, { uid: true })
    const envelope = mail ? mail.envelope : undefined
    const sender = envelope?.from?.[0]?.address?.toLowerCase() ?? ''
    if (envelope === undefined || !known.has(sender)) continue
    const { content } = await client.download(String(uid), '1', { uid: true, maxBytes: textMax })
    const parts: Buffer[] = []
    for await (const part of content ?? []) parts.push(Buffer.from(part))
    const text = Buffer.concat(parts).toString('utf8').trim()
    const subject = envelope.subject ?? 'a mail without subject'
    lines.push({
      key: envelope.messageId ?? `uid ${uid}`,
      task: subject,
      prompt: text === '' ? subject : `${subject}\n\n${text}`,
      ...(envelope.date && { at: isoTime(new Date(envelope.date).getTime()) }),
    })
  }
  return lines
}
