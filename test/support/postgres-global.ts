// One PostgreSQL for the whole test run, started when the first test file asks for it: files ask at a door (a unix
// socket), so that a run without such tests pays nothing, and the server is a child of the run and ends with it.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

import { type Found, startServer } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresDoor: string
  }
}

/** What the door answers, as one line of JSON. */
export type DoorAnswer = { folder: string; port: number } | { missing: string } | { failed: string }

/** Opens the door; answers with what shuts it and ends the server. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-door-'))
  const path = join(folder, 'postgres')
  let found: Promise<Found> | null = null
  const door = createServer((socket) => {
    socket.on('error', () => {}) // a file that went away meanwhile
    found ??= startServer()
    found.then(
      (one) => socket.end(`${JSON.stringify(answer(one))}\n`),
      (error) => socket.end(`${JSON.stringify({ failed: String(error) } satisfies DoorAnswer)}\n`),
    )
  })
  await new Promise<void>((resolve) => door.listen(path, resolve))
  project.provide('postgresDoor', path)
  return async () => {
    door.close()
    const one = await found?.catch(() => null)
    if (one && 'server' in one) await one.server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const answer = (found: Found): DoorAnswer =>
  'missing' in found ? found : { folder: found.server.folder, port: found.server.port }
