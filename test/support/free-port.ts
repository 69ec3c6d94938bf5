// A port of loopback for a server that is to listen at it later, or again: one that the system gives nobody by itself, so that
// no connection of another test takes it meanwhile.

import { createServer } from 'node:net'

/** Below what systems hand out; nobody listens there at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    if (await mayListen(port)) return port
  }
}

const mayListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
