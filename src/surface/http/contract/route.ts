// How a route is described: once, as data. Validation, rights, OpenAPI, the page's client and the tests read the same row.

import { z } from 'zod'

/** Who may call: a person who may look, a person who may act, or a session for its own attempt. */
export const roles = ['viewer', 'operator', 'attempt'] as const
export type Role = (typeof roles)[number]

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With `{name}` for each part of `params`. */
  readonly path: string
  readonly tag: string
  readonly about: string
  /** Who may; empty for everybody, signed in or not. */
  readonly rights: readonly Role[]
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodObject
  readonly answer: z.ZodType
  readonly bodyBytesMax?: number
}

/** Declares a route with the types of its parts. */
export const route = <const R extends Route>(row: R): R => row

type Read<T> = T extends z.ZodType ? z.output<T> : Record<never, never>
type Sent<T> = T extends z.ZodType ? z.input<T> : Record<never, never>
/** Only the fields that are named, so that a route without fields refuses none of its neighbours'. */
type Named<T> = string extends keyof T ? Record<never, never> : T

export type ParamsOf<R extends Route> = Read<R['params']>
export type QueryOf<R extends Route> = Read<R['query']>
export type BodyOf<R extends Route> = Read<R['body']>
/** What a handler answers and the page reads. */
export type AnswerOf<R extends Route> = z.output<R['answer']>

/** What a client hands in. */
export type Asking<R extends Route> = Named<Sent<R['params']>> &
  Named<Sent<R['query']>> &
  Named<Sent<R['body']>>

/** A number as a page's end: `next` of the page before. */
export const beforeId = z.coerce
  .number()
  .int()
  .min(1)
  .max(2 ** 52)
  .optional()
  .describe('the next page: `next` of the one before')
/** How many at most. */
export const pageLimit = (usual: number, most = 500) =>
  z.coerce.number().int().min(1).max(most).default(usual)

export const look: readonly Role[] = ['viewer', 'operator']
export const act: readonly Role[] = ['operator']
export const own: readonly Role[] = ['viewer', 'operator', 'attempt']
export const actOwn: readonly Role[] = ['operator', 'attempt']
