// Looks for a mail by its Message-ID where sent mail can be seen. A folder that has never shown a mail of ours proves
// nothing by not showing this one: then the answer is that nobody knows.

import { ImapFlow } from 'imapflow'

import type { MailChannel } from '../../model/channels.ts'
import type { Found } from './contract.ts'

export type MailBox = NonNullable<MailChannel['imap']>

/** The header that every mail of ours carries, with the name of the fleet. */
export const fleetHeader = 'X-Midwatch-Fleet'

export interface Sought {
  readonly messageId: string
  readonly fleet: string
}

const timeoutMs = 30_000

export async function lookForMail(
  box: MailBox,
  sought: Sought,
  signal: AbortSignal,
): Promise<Found> {
  if (signal.aborted) return { found: 'unknown', why: 'we are leaving' }
  const client = new ImapFlow({
    host: box.host,
    port: box.port,
    secure: box.secure,
    ...(box.user === null ? {} : { auth: { user: box.user, pass: box.password ?? '' } }),
    logger: false,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
  client.on('error', () => {}) // told by the call that fails
  const leave = () => client.close()
  signal.addEventListener('abort', leave, { once: true })
  try {
    await client.connect()
    return await search(client, box, sought)
  } catch (error) {
    const { message, responseText } = error as Error & { responseText?: string }
    return { found: 'unknown', why: `IMAP ${box.host}: ${responseText ?? message}` }
  } finally {
    signal.removeEventListener('abort', leave)
    client.close()
  }
}

async function search(client: ImapFlow, box: MailBox, sought: Sought): Promise<Found> {
  let isShown = box.trusted
  const folders = await foldersOf(client, box)
  for (const folder of folders) {
    const lock = await client.getMailboxLock(folder, { readOnly: true })
    try {
      if (await has(client, 'message-id', sought.messageId))
        return { found: 'yes', receipt: `${sought.messageId} in ${folder}` }
      isShown ||= await has(client, fleetHeader, sought.fleet)
    } finally {
      lock.release()
    }
  }
  if (isShown) return { found: 'no' }
  const why = `${folders.join(' and ')} never showed a mail of this fleet, so that not to find it proves nothing`
  return { found: 'unknown', why }
}

async function has(client: ImapFlow, header: string, value: string): Promise<boolean> {
  const found = await client.search({ header: { [header]: value } }, { uid: true })
  if (found === false || found === undefined) throw new Error(`the search for ${header} failed`)
  return found.length > 0
}

async function foldersOf(client: ImapFlow, { folders }: MailBox): Promise<readonly string[]> {
  if (folders.length > 0) return folders
  const sent = (await client.list()).find((one) => one.specialUse === '\\Sent')
  return sent === undefined ? ['INBOX'] : [sent.path, 'INBOX']
}
