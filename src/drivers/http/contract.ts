// What API and page ask of the machine: a listener that hands every request to one function, the files of the page, and
// a note of where this fleet's API listens, so that `midwatch open` finds it.

import type { Service } from '../../base/service.ts'

/** Answers one request. `remote` is the address of the peer. */
export type Fetch = (request: Request, remote: string) => Response | Promise<Response>

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Tries this many further ports while the one before is taken. */
  readonly portsMore: number
  readonly fetch: Fetch
}

export interface Listening extends Service {
  readonly host: string
  readonly port: number
}

/** Throws OperatingError `http.taken` or `http.address` where nobody can listen there. */
export type ListenHttp = (options: ListenOptions) => Promise<Listening>

export interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  /** True for files whose name changes with their content. */
  readonly immutable: boolean
}

/** The built page. */
export interface Assets {
  /** By its path below the root, `/index.html`; null when there is none. Nothing outside of the page is ever read. */
  get(path: string): Asset | null
}

/** Where API and page of this fleet are. */
export interface Place {
  readonly url: string
  readonly pid: number
}

/** API and page as the command line finds them. */
export interface Door {
  /** Where they are; null when no daemon of this fleet serves them here. */
  place(): Place | null
  /** A one-time link. Throws `open.no_answer`. */
  link(place: Place, ticket: { role: 'viewer' | 'operator'; by: string }): Promise<string>
  /** Makes all secrets anew: every cookie, link and token is worth nothing from now on. */
  renew(): void
  /** Shows an address in the browser of this desktop; false where there is none. */
  show(url: string): Promise<boolean>
}
