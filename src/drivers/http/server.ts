// Listens on one address with Node's own server. Every limit that keeps a stranger from holding it up stands here: size
// of headers, time for headers and bodies, and how many connections there may be.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'

import { type OperatingError, refused, systemCode } from '../../base/errors.ts'
import type { Listening, ListenOptions } from './contract.ts'

const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 5_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
} as const
const connectionsMax = 4_096
const headersMax = 100

/** See ListenHttp. */
export async function listenHttp(options: ListenOptions): Promise<Listening> {
  const server = createServer(limits, listenerOf(options))
  server.maxConnections = connectionsMax
  server.maxHeadersCount = headersMax
  const port = await bind(server, options)
  let end = () => {}
  const stopped = new Promise<void>((resolve, reject) => {
    end = resolve
    server.on('error', reject)
  })
  stopped.catch(() => {})
  return {
    name: 'http',
    host: options.host,
    port,
    stopped,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      end()
    },
  }
}

function listenerOf({ fetch }: ListenOptions) {
  return getRequestListener(
    (request, env) => {
      const incoming = (env as { incoming: IncomingMessage }).incoming
      return fetch(request, incoming.socket.remoteAddress ?? '')
    },
    { overrideGlobalObjects: false },
  )
}

/** Tries the port and, where the caller allows it, those after it. */
async function bind(server: Server, { host, port, portsMore }: ListenOptions): Promise<number> {
  for (let tried = 0; ; tried++) {
    try {
      return await bindTo(server, host, port === 0 ? 0 : port + tried)
    } catch (error) {
      const code = systemCode(error)
      if (code === null) throw error
      if (code === 'EADDRINUSE' && tried < portsMore) continue
      throw notThere(host, port + tried, code)
    }
  }
}

const bindTo = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

function notThere(host: string, port: number, code: string): OperatingError {
  return code === 'EADDRINUSE'
    ? refused(
        'http.taken',
        `port ${port} of ${host} is taken by another program`,
        'name another one with `http: { listen: HOST:PORT }` in midwatch.yaml, or `off`',
      )
    : refused(
        'http.address',
        `nobody can listen on ${host}:${port} (${code})`,
        'mend `http: { listen: … }` in midwatch.yaml',
      )
}
