// What one test run makes once, when the first test file asks for it: a PostgreSQL server, the built program, and the program with its
// page. Files ask at a door (a unix socket), so that a run without such tests pays nothing; everything ends with the run.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Asked, DoorAnswer } from './door.ts'
import { doorVariable } from './door.ts'
import { startServer } from './postgres-server.ts'
import { buildElsewhere } from './program.ts'

/** Opens the door; answers with what shuts it and ends what was made. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-run-'))
  const path = join(folder, 'door')
  const made = new Map<Asked, Promise<object>>()
  let server: { stop(): Promise<void> } | null = null

  const makers: Readonly<Record<Asked, () => Promise<object>>> = {
    async postgres() {
      const found = await startServer()
      if ('missing' in found) return found
      server = found.server
      return { folder: found.server.folder, port: found.server.port }
    },
    async program() {
      await buildElsewhere(join(folder, 'program'), false)
      return { path: join(folder, 'program') }
    },
    async page() {
      await buildElsewhere(join(folder, 'page'), true)
      return { path: join(folder, 'page') }
    },
  }
  const once = (asked: Asked): Promise<object> => {
    const known = made.get(asked) ?? makers[asked]()
    made.set(asked, known)
    return known
  }

  const door = createServer((socket: Socket) => {
    socket.on('error', () => {}) // a file that went away meanwhile
    socket.once('data', (word) => {
      const tell = (answer: object) => socket.end(`${JSON.stringify(answer)}\n`)
      once(word.toString().trim() as Asked).then(tell, (error) =>
        tell({ failed: String(error) } satisfies DoorAnswer<object>),
      )
    })
  })
  await new Promise<void>((resolve) => door.listen(path, resolve))
  process.env[doorVariable] = path
  return async () => {
    door.close()
    await Promise.allSettled(made.values())
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
