// How a session that cannot reach the database tells the daemon something: through the daemon's unix socket, one JSON
// line each way, or as a file in its outbox, which appears whole or not at all.

import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

const answerWithinMs = 5_000
/** The result of an effect stands in one answer. */
const answerMaxBytes = 2 * 1024 * 1024

/** The daemon's answer to a request, or null when nobody answers on that socket in time. */
export function askThroughSocket(socketPath: string, request: object): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    let received = ''
    const finish = (answer: unknown) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(null), answerWithinMs)
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('error', () => finish(null))
    socket.on('close', () => finish(null))
    socket.on('data', (chunk: string) => {
      received += chunk
      const end = received.indexOf('\n')
      if (end >= 0) finish(parseOrNull(received.slice(0, end)))
      else if (received.length > answerMaxBytes) finish(null)
    })
  })
}

/** Leaves one request in the outbox. Names sort in the order they were left. Throws system errors. */
export function leaveInOutbox(folder: string, request: object): void {
  mkdirSync(folder, { recursive: true })
  const name = `${String(Date.now()).padStart(15, '0')}-${process.pid}-${randomBytes(4).toString('hex')}`
  const draft = join(folder, `.${name}.tmp`)
  try {
    writeFileSync(draft, JSON.stringify(request), { flush: true })
    renameSync(draft, join(folder, `${name}.json`))
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
