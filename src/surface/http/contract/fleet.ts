// Routes of the fleet as a whole: is it working, what needs me, what happened, and what is out of order.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { act, beforeId, look, pageLimit, route } from './route.ts'

const counts = z.object({
  held: z.number(),
  ready: z.number(),
  taken: z.number(),
  done: z.number(),
  failed: z.number(),
  cancelled: z.number(),
})

export const need = z.object({
  kind: z.enum(['dispatcher', 'config', 'incident', 'gate', 'hold']),
  title: z.string(),
  since: nouns.time.nullable(),
  remedy: z.string(),
  task: nouns.id.nullable(),
  lane: z.string().nullable(),
  incident: nouns.id.nullable(),
  hold: nouns.id.nullable(),
  /** What one key does about it. */
  act: z.enum(['reset', 'resume', 'release', 'answer', 'look']),
})

const dispatcher = z.object({
  host: z.string(),
  here: z.boolean(),
  running: z.boolean(),
  died: z.boolean(),
  pid: z.number(),
  pulseAt: nouns.time,
})

const running = z.object({
  attempt: nouns.id,
  task: nouns.id,
  title: z.string(),
  agent: z.string(),
  host: z.string(),
  state: z.string(),
  since: nouns.time,
  progress: z.string().nullable(),
  stop: z.string().nullable(),
})

const point = z.object({
  at: nouns.time,
  fired: z
    .number()
    .describe('firings of mechanisms: by the minute since this API looks, before that by the hour'),
  claimed: z.number(),
  launched: z.number(),
  confirmed: z.number(),
  settled: z.number(),
  failed: z.number(),
})

export const fleetRoutes = {
  watch: route({
    method: 'GET',
    path: '/api/watch',
    tag: 'Fleet',
    about: 'Is it working? One light, one sentence, and what needs a person',
    rights: look,
    answer: z.object({
      at: nouns.time,
      light: z.enum(['green', 'yellow', 'red']),
      sentence: z.string(),
      fleet: z.object({ name: z.string(), dir: z.string() }),
      version: z.string(),
      dispatchers: z.array(dispatcher),
      counts,
      running: z.array(running),
      gates: z.array(nouns.gate),
      incidents: z.array(nouns.incident),
      needs: z.array(need),
      lastSuccess: z.object({ task: nouns.id.nullable(), at: nouns.time }).nullable(),
      config: z.object({ ok: z.boolean(), sentence: z.string().nullable() }),
    }),
  }),
  series: route({
    method: 'GET',
    path: '/api/series',
    tag: 'Fleet',
    about: 'Firings, dispatches, confirmations and settlements over time',
    rights: look,
    query: z.object({
      minutes: z.coerce.number().int().min(10).max(1_440).default(180),
      points: z.coerce.number().int().min(10).max(240).default(90),
    }),
    answer: z.object({ stepMs: z.number(), points: z.array(point) }),
  }),
  inbox: route({
    method: 'GET',
    path: '/api/inbox',
    tag: 'Fleet',
    about: 'What waits for a person, each with its remedy',
    rights: look,
    answer: z.object({ needs: z.array(need) }),
  }),
  listFacts: route({
    method: 'GET',
    path: '/api/facts',
    tag: 'Facts',
    about: 'What happened: the newest, those right before `before`, or those right after `after`',
    rights: look,
    query: z.object({
      task: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52)
        .optional(),
      attempt: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52)
        .optional(),
      kind: z.string().max(1_000).optional().describe('several with commas'),
      after: z.coerce
        .number()
        .int()
        .min(0)
        .max(2 ** 52)
        .optional(),
      before: beforeId.describe('the page before: its `earlier`'),
      limit: pageLimit(100, 1_000),
    }),
    answer: z.object({
      facts: z.array(nouns.fact).describe('oldest first'),
      next: z.number().nullable().describe('what comes is after it'),
      earlier: nouns.id.nullable().describe('what came is before it; null where nothing did'),
    }),
  }),
  whyFleet: route({
    method: 'GET',
    path: '/api/why',
    tag: 'Fleet',
    about: 'Why nothing more runs in the whole fleet: reasons, and what was refused lately',
    rights: look,
    answer: z.object({
      sentence: z.string(),
      running: z.number().int(),
      ready: z.number().int(),
      held: z.number().int(),
      reasons: z.array(z.object({ what: z.string(), release: z.string() })),
      refusals: z.array(
        z.object({
          code: z.string(),
          sentence: z.string(),
          release: z.string(),
          host: z.string(),
          subject: z.string().describe('who was refused: an agent, or a demand'),
          firstAt: nouns.time,
          lastAt: nouns.time,
          count: z.number().int(),
        }),
      ),
      waits: z.array(
        z.object({ class: z.string(), waiting: z.number(), flag: z.string().nullable() }),
      ),
    }),
  }),
  listIncidents: route({
    method: 'GET',
    path: '/api/incidents',
    tag: 'Incidents',
    about: 'Problems, each opened once and resolved once, newest first',
    rights: look,
    query: z.object({
      open: z.union([z.boolean(), z.stringbool()]).default(false),
      before: beforeId,
      limit: pageLimit(100),
    }),
    answer: z.object({ incidents: z.array(nouns.incident), next: nouns.id.nullable() }),
  }),
  resolveIncident: route({
    method: 'POST',
    path: '/api/incidents/{id}/resolve',
    tag: 'Incidents',
    about: 'Say that it is over; what caused it opens a new one when it comes again',
    rights: act,
    params: z.object({
      id: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52),
    }),
    body: z.object({}),
    answer: z.object({ incident: nouns.incident }),
  }),
  listHosts: route({
    method: 'GET',
    path: '/api/hosts',
    tag: 'Hosts',
    about: 'Hosts with their dispatchers, pulses, clocks and duties, and what runs there',
    rights: look,
    answer: z.object({
      hosts: z.array(
        dispatcher.extend({
          running_attempts: z.number(),
          slots: z.number().nullable().describe('attempts at once; null before its first pulse'),
          labels: z.array(z.string()).readonly(),
          clockBehindMs: z
            .number()
            .nullable()
            .describe('its clock beside the database’s; null where there is no other clock'),
          duties: z
            .array(z.object({ duty: z.string(), term: z.number(), since: nouns.time }))
            .describe('what it does alone for the whole fleet'),
          gate: nouns.gate,
        }),
      ),
    }),
  }),
}
