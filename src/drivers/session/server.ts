// A unix socket, readable by its owner alone, on which sessions reach the daemon. Bounded: a line longer than its limit, or
// more callers than its limit, are cut off. A socket left by a killed daemon is taken over.

import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createServer, type Server, type Socket } from 'node:net'

import { failed } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import type { AnswerRequest } from './contract.ts'

const lineMaxBytes = 1024 * 1024
const callersMax = 256
const idleMs = 10_000

/** Listens at `path`. */
export async function serveSessions(path: string, answer: AnswerRequest): Promise<Service> {
  const callers = new Set<Socket>()
  const server = createServer((socket) => {
    if (callers.size >= callersMax) return void socket.destroy()
    callers.add(socket)
    socket.on('close', () => callers.delete(socket))
    hear(socket, answer)
  })
  await listen(server, path)
  return startService('sessions', async (signal) => {
    await new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    for (const socket of callers) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
}

function hear(socket: Socket, answer: AnswerRequest): void {
  let received = ''
  socket.setEncoding('utf8')
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    received += chunk
    for (let end = received.indexOf('\n'); end >= 0; end = received.indexOf('\n')) {
      const line = received.slice(0, end)
      received = received.slice(end + 1)
      void reply(socket, line, answer)
    }
    if (received.length > lineMaxBytes) socket.destroy()
  })
}

async function reply(socket: Socket, line: string, answer: AnswerRequest): Promise<void> {
  try {
    const answered = await answer(JSON.parse(line))
    if (!socket.destroyed) socket.write(`${JSON.stringify(answered)}\n`)
  } catch {
    socket.destroy() // the caller falls back to its outbox
  }
}

async function listen(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  rmSync(path, { force: true }) // we hold the host's row: whoever left it is gone
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        failed(
          'session.socket',
          `the socket ${path} cannot be made: ${error.message}`,
          'sessions use their outbox meanwhile',
          error,
        ),
      ),
    )
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  server.unref()
}
