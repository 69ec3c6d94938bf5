// Hands one mail to an SMTP server and says how far it came. What counts is whether the server asked for the message
// (354) and we began to send it: before that nothing reached the world, after it only the server's own word says so.

import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'

import type { MailServer } from '../../model/channels.ts'
import { type Delivered, nothing, unknown } from './contract.ts'

export interface SmtpMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
}

/** How nodemailer tells what went wrong: a code of its own, and the server's where it said something. */
interface MailError extends Error {
  readonly code?: string
  readonly responseCode?: number
}

/** Longer than a server may take between two answers; RFC 5321 wants ten minutes after the final dot. */
const greetingTimeoutMs = 30_000
const connectTimeoutMs = 30_000
const silenceTimeoutMs = 600_000

/** Sends it once. Never throws for what server or network do. */
export async function sendBySmtp(
  server: MailServer,
  mail: SmtpMail,
  signal: AbortSignal,
): Promise<Delivered> {
  if (signal.aborted) return nothing('we are leaving', 'soon')
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    socketTimeout: silenceTimeoutMs,
  })
  let begun = false
  const message = Readable.from(
    (function* () {
      begun = true
      yield mail.raw
    })(),
    { objectMode: false },
  )
  const leave = () => connection.close()
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await conversation(connection, server, mail, message)
  } catch (error) {
    return meaningOf(error as MailError, begun)
  } finally {
    signal.removeEventListener('abort', leave)
    connection.close()
  }
}

function conversation(
  connection: SMTPConnection,
  { user, password }: MailServer,
  { from, to }: SmtpMail,
  message: Readable,
): Promise<Delivered> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('the server hung up')))
    connection.connect((refused) => {
      if (refused) return reject(refused)
      const send = () =>
        connection.send({ from, to: [...to] }, message, (error, info) => {
          if (error) return reject(error)
          const left = info.rejected.length > 0 ? `; refused: ${info.rejected.join(', ')}` : ''
          resolve({ did: 'performed', receipt: `${info.response}${left}`, output: '' })
        })
      if (user === null) return send()
      connection.login({ user, credentials: { user, pass: password ?? '' } }, (error) =>
        error ? reject(error) : send(),
      )
    })
  })
}

/** 4yz is the server's "not now", 5yz its "never" (RFC 5321 4.2.1). Without its word a begun message is a doubt. */
function meaningOf(error: MailError, begun: boolean): Delivered {
  const why = error.message
  const code = error.responseCode ?? 0
  if (code >= 400) return nothing(why, code < 500 ? 'soon' : 'never')
  if (begun) return unknown(`the connection broke while it was sent: ${why}`)
  return nothing(why, error.code === 'EAUTH' || error.code === 'EENVELOPE' ? 'never' : 'soon')
}
