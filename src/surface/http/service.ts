// API and page as a service: listens, answers, and ends without leaving anybody hanging. It never keeps the dispatcher from
// its work: an address that cannot be had is told, and the fleet goes on without a page.

import { OperatingError } from '../../base/errors.ts'
import type { Service } from '../../base/service.ts'
import type { ListenHttp, Place } from '../../drivers/http/contract.ts'
import type { HttpConfig } from '../../model/config.ts'
import { createLinks } from './access/links.ts'
import { createApp } from './app.ts'
import { startHub } from './facts/hub.ts'
import { createStreams } from './facts/stream.ts'
import type { House } from './house.ts'
import { redactor } from './redact.ts'
import { createReplays } from './replay.ts'

export interface ApiOptions {
  readonly http: HttpConfig
  readonly listen: ListenHttp
  /** Notes where it listens, or that it no longer does. */
  readonly note: (place: Pick<Place, 'url'> | null) => void
}

/** Other fleets of this machine may have the usual port. */
const portsMore = 50

/** Begins to listen; null where the configuration wants none, or nobody can listen there. */
export async function serveApi(house: House, options: ApiOptions): Promise<Service | null> {
  const { listen: address, chosen } = options.http
  if (address === null) return null
  const ending = new AbortController()
  const hub = await startHub(house)
  const redact = redactor(house.access, house.current)
  const { clock, random, store } = house
  const streams = createStreams({ store, clock, hub, redact, signal: ending.signal })
  const links = createLinks(clock, random)
  const replays = createReplays({ store, clock, random })
  const app = createApp({ house, hub, links, replays, redact, streams })
  try {
    const server = await options.listen({
      ...address,
      portsMore: chosen ? 0 : portsMore,
      fetch: app,
    })
    const url = `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${server.port}`
    options.note({ url })
    house.log(`The page is at ${url}; \`midwatch open\` signs you in.${warning(address.host)}`)
    return {
      name: 'api',
      stopped: server.stopped,
      async stop() {
        options.note(null)
        ending.abort()
        streams.closeAll()
        await server.stop()
        await hub.stop()
      },
    }
  } catch (error) {
    ending.abort()
    await hub.stop()
    if (!(error instanceof OperatingError)) throw error
    house.log(`${error.message}; ${error.remedy}`)
    return null
  }
}

const warning = (host: string): string =>
  /^(127\.|::1$|localhost$)/.test(host)
    ? ''
    : ' It listens for other machines, too: whoever comes needs a token, and nothing is encrypted; put TLS before it.'
