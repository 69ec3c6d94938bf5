// Routes by which people come in: who am I, a one-time link, and a cookie for it.

import { z } from 'zod'

import { act, own, roles, route } from './route.ts'

const tag = 'Access'
const me = z.object({
  role: z.enum(roles),
  by: z.string(),
  fleet: z.string(),
  attempt: z.number().nullable(),
  csrf: z
    .string()
    .nullable()
    .describe('to be sent as X-Midwatch-CSRF with every write of a browser'),
})

export const sessionRoutes = {
  me: route({
    method: 'GET',
    path: '/api/me',
    tag,
    about: 'Who asks, and what they may',
    rights: own,
    answer: me,
  }),
  makeLink: route({
    method: 'POST',
    path: '/api/session/links',
    tag,
    about: 'A link that signs one browser in, once, within two minutes',
    rights: act,
    body: z.object({
      role: z.enum(['viewer', 'operator']).default('operator'),
      by: z.string().min(1).max(60).describe('the name that stands with what is done'),
    }),
    answer: z.object({ path: z.string(), expiresAt: z.iso.datetime() }),
  }),
  enter: route({
    method: 'POST',
    path: '/api/session',
    tag,
    about: 'Turns the code of a one-time link, or a token, into a cookie',
    rights: [],
    body: z.object({ code: z.string().min(1).max(500) }),
    answer: me,
  }),
  leave: route({
    method: 'DELETE',
    path: '/api/session',
    tag,
    about: 'Signs this browser out',
    rights: ['viewer', 'operator'],
    answer: z.object({ left: z.boolean() }),
  }),
}
