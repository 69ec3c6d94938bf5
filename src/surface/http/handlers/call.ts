// What a handler is given, and the type that makes every route have one.

import type { RouteName, Routes } from '../contract.ts'
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from '../contract/route.ts'
import type { Links } from '../access/links.ts'
import type { Who } from '../access/who.ts'
import type { FactHub } from '../facts/hub.ts'
import type { House } from '../house.ts'

export interface Call<R extends Route> {
  readonly house: House
  readonly hub: FactHub
  readonly links: Links
  readonly who: Who
  readonly params: ParamsOf<R>
  readonly query: QueryOf<R>
  readonly body: BodyOf<R>
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal
  /** The client's idempotency key, as one word with who asks; null when none was sent. */
  readonly onceKey: string | null
  header(name: string, value: string): void
}

export type Handler<N extends RouteName> = (
  call: Call<Routes[N]>,
) => Promise<AnswerOf<Routes[N]>> | AnswerOf<Routes[N]>

export type Handlers<N extends RouteName = RouteName> = { readonly [K in N]: Handler<K> }
