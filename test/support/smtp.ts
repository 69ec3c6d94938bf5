// A real SMTP server on loopback that keeps what it was sent in a Maildir, as a mail server would, and fails where a test
// wants it to.

import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'

export type Stage = 'rcpt' | 'data' | 'stored' | 'answered'

export interface Smtp {
  readonly port: number
  /** Called when a mail comes to a stage; what it resolves to is awaited before the server goes on. */
  at: ((stage: Stage, to: string) => void | Promise<void>) | null
  /** How the next mails are answered: an SMTP code, or `drop`: the connection is cut. */
  readonly answers: { at: 'rcpt' | 'stored'; with: number | 'drop' }[]
  close(): Promise<void>
}

export interface SmtpOptions {
  /** The Maildir of the mailbox that everything is delivered to. */
  readonly maildir: string
  readonly user?: string
  readonly password?: string
}

export async function startSmtp({ maildir, user, password }: SmtpOptions): Promise<Smtp> {
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, part), { recursive: true })
  const self: Smtp = {
    port: 0,
    at: null,
    answers: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  const drops = new Map<string, () => void>()
  const next = (at: 'rcpt' | 'stored') => {
    const index = self.answers.findIndex((one) => one.at === at)
    return index < 0 ? null : (self.answers.splice(index, 1)[0]?.with ?? null)
  }
  const refuse = (id: string, how: number | 'drop', done: (error: Error) => void) => {
    if (how === 'drop') drops.get(id)?.()
    else done(Object.assign(new Error('as the test wants'), { responseCode: how }))
  }
  const server = new SMTPServer({
    authOptional: user === undefined,
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    logger: false,
    onAuth: (auth, _session, done) =>
      auth.username === user && auth.password === password
        ? done(null, { user: auth.username })
        : done(new Error('wrong password')),
    onRcptTo: async ({ address }, { id }, done) => {
      await self.at?.('rcpt', address)
      const how = next('rcpt')
      if (how === null) done()
      else refuse(id, how, done)
    },
    onData: async (stream, { id, envelope }, done) => {
      const to = envelope.rcptTo[0]?.address ?? ''
      await self.at?.('data', to)
      const raw = await whole(stream)
      if (raw === null) return // the client is gone, and what it began to send with it
      const how = next('stored')
      if (typeof how === 'number') return refuse(id, how, done)
      deliver(maildir, raw)
      await self.at?.('stored', to)
      if (how === 'drop') return refuse(id, how, done)
      done(null, 'taken')
      await self.at?.('answered', to)
    },
  })
  server.on('error', () => {}) // clients that are killed
  server.server.on('connection', (socket) => socket.on('error', () => {}))
  server.on('connect', () => {})
  const connections = new Set<{ id: string; close: () => void }>()
  Object.assign(server, { connections: trackDrops(connections, drops) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(self, { port: (server.server.address() as AddressInfo).port })
}

/** All of a message; null when its sender went away before its end. */
async function whole(stream: AsyncIterable<unknown>): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return null
  }
}

/** The server's own set of connections, by whose ids they are cut. */
function trackDrops(
  set: Set<{ id: string; close: () => void }>,
  drops: Map<string, () => void>,
): Set<unknown> {
  const add = set.add.bind(set)
  set.add = (connection) => {
    const { _socket: socket } = connection as unknown as { _socket: { destroy: () => void } }
    drops.set(connection.id, () => socket.destroy())
    return add(connection)
  }
  return set
}

/** As a mail server does it: whole in tmp, then renamed into new. */
function deliver(maildir: string, raw: Buffer): void {
  const name = `${Date.now()}.${randomUUID()}.test`
  writeFileSync(join(maildir, 'tmp', name), raw, { mode: 0o666 })
  renameSync(join(maildir, 'tmp', name), join(maildir, 'new', name))
}

/** Every mail of a Maildir, as text. */
export const mailsIn = (maildir: string): string[] =>
  ['new', 'cur'].flatMap((part) =>
    readdirSync(join(maildir, part)).map((name) => readFileSync(join(maildir, part, name), 'utf8')),
  )

/** The headers of one name among these mails. */
export const headersOf = (mails: readonly string[], name: string): string[] =>
  mails.flatMap((mail) => {
    const match = new RegExp(`^${name}: (.*)$`, 'im').exec(mail)
    return match?.[1] === undefined ? [] : [match[1].trim()]
  })
