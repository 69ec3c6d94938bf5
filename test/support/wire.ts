// A wire between a client and PostgreSQL that a test cuts at a word of the client's: before the server has heard it, or
// after, so that its answer is lost.

import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Postgres } from './postgres.ts'

export interface Wire {
  /** The address of a database, by this wire. */
  url(name: string): string
  /** Cuts the connection on which that word is said next. */
  cutAt(word: string, when: 'before' | 'after'): void
  /** How often it was cut. */
  cuts(): number
  close(): void
}

/** A wire to the server that can be cut at a word of the client's, once. */
export async function cuttable(postgres: Pick<Postgres, 'folder' | 'port'>): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-wire-'))
  let armed: { word: string; when: 'before' | 'after' } | null = null
  let cuts = 0
  const sockets = new Set<Socket>()
  const wire = createServer((client) => {
    const server = connect(join(postgres.folder, `.s.PGSQL.${postgres.port}`))
    let deaf = false
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    client.on('data', (chunk) => {
      if (armed === null || !chunk.includes(armed.word)) return void server.write(chunk)
      const { when } = armed
      armed = null
      cuts += 1
      if (when === 'before') return cut()
      deaf = true
      server.write(chunk)
    })
    server.on('data', (chunk) => (deaf ? cut() : client.write(chunk)))
    client.on('close', cut)
    server.on('close', cut)
  })
  await new Promise<void>((resolve) =>
    wire.listen(join(folder, `.s.PGSQL.${postgres.port}`), resolve),
  )
  return {
    url: (name: string) => `postgres:///${name}?host=${folder}&port=${postgres.port}&user=postgres`,
    cutAt(word: string, when: 'before' | 'after') {
      armed = { word, when }
    },
    cuts: () => cuts,
    close() {
      for (const socket of sockets) socket.destroy()
      wire.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
