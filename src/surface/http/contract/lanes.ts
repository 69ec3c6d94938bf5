// Routes of gates and agents: what is out of order as a whole, and what a person may do about it, shown first where asked.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { act, look, route } from './route.ts'

const laneParam = z.object({ lane: z.string().min(1).max(200) })
const nameParam = z.object({ name: z.string().min(1).max(100) })
const preview = z.object({
  preview: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .describe('only show what would change'),
})

const shutting = z.object({
  reason: z.string().max(2_000).optional(),
  until: z.string().max(60).optional().describe('2h, 04:30, 2026-11-21T04:30'),
})
const opening = z.object({ reason: z.string().max(2_000).optional() })

const changed = z.object({
  preview: z.boolean(),
  gates: z.array(nouns.gate).describe('as they are now, or as they would be'),
  was: z.array(z.object({ lane: z.string(), state: z.string() })),
  left: z.number().int().describe('attempts still under way that passed these lanes'),
})

const streak = z.object({
  failures: z.number().int().describe('failures in a row that charge the lane'),
  of: z.number().int().nullable().describe('how many before the long wait'),
  class: z.string().nullable(),
  sentence: z.string().describe('`dispatch attempts 3 of 5`, or nothing'),
  nextTryAt: nouns.time.nullable(),
  coolingDown: z.boolean(),
  charged: z.array(
    z.object({ task: nouns.id, attempt: nouns.id, class: z.string(), at: nouns.time }),
  ),
})

const agentLine = z.object({
  name: z.string(),
  adapter: z.string(),
  model: z.string().nullable(),
  tier: z.string(),
  roles: z.array(z.string()),
  slots: z.number(),
  busy: z.number(),
  lanes: z.array(z.string()),
  gate: nouns.gate,
  otherGates: z.array(nouns.gate).describe('lanes of its client that are not passing'),
  streak,
  current: z.array(
    z.object({
      attempt: nouns.id,
      task: nouns.id,
      title: z.string(),
      since: nouns.time,
      progress: z.object({ text: z.string(), at: nouns.time }).nullable(),
      aliveAt: nouns.time.describe('when its host last said that it lives'),
      printedAt: nouns.time
        .nullable()
        .describe('when it last printed; null before, and where it runs on another host'),
    }),
  ),
  state: z.enum(['working', 'idle', 'probing', 'shut', 'paused']),
  sentence: z.string(),
  can: nouns.can,
})

const laneAct = <const B extends z.ZodObject>(name: string, about: string, body: B) =>
  route({
    method: 'POST',
    path: `/api/gates/{lane}/${name}`,
    tag: 'Gates',
    about,
    rights: act,
    params: laneParam,
    query: preview,
    body,
    answer: changed,
  })

export const laneRoutes = {
  listGates: route({
    method: 'GET',
    path: '/api/gates',
    tag: 'Gates',
    about: 'Every known lane with its gate, streak and what may be done',
    rights: look,
    query: z.object({ all: z.union([z.boolean(), z.stringbool()]).default(true) }),
    answer: z.object({
      gates: z.array(nouns.gate.extend({ streak, busy: z.number(), can: nouns.can })),
    }),
  }),
  showGate: route({
    method: 'GET',
    path: '/api/gates/{lane}',
    tag: 'Gates',
    about: 'One gate',
    rights: look,
    params: laneParam,
    answer: z.object({ gate: nouns.gate.extend({ streak, busy: z.number(), can: nouns.can }) }),
  }),
  pinGate: laneAct('pin', 'Let nothing pass until you reset it, or until a time', shutting),
  pauseGate: laneAct('pause', 'The same, as a pause', shutting),
  drainGate: laneAct('drain', 'Take nothing new; what runs goes on to its end', shutting),
  resetGate: laneAct('reset', 'Let it pass again; one that failed comes back slowly', opening),
  resumeGate: laneAct('resume', 'Undo what a person pinned', opening),
  probeGate: laneAct('probe', 'Probe a shut lane now instead of at its time', opening),
  resetGates: route({
    method: 'POST',
    path: '/api/gates/reset',
    tag: 'Gates',
    about:
      'Reset several lanes at once: those named, those of an incident, or all that do not pass',
    rights: act,
    query: preview,
    body: z.object({
      lanes: z.array(z.string().min(1).max(200)).max(1_000).optional(),
      incident: nouns.id.optional(),
      all: z.boolean().optional(),
      reason: z.string().max(2_000).optional(),
    }),
    answer: changed,
  }),
  listAgents: route({
    method: 'GET',
    path: '/api/agents',
    tag: 'Agents',
    about: 'Every configured agent: streak, gate, pulse, what it works on, what may be done',
    rights: look,
    answer: z.object({ agents: z.array(agentLine) }),
  }),
  showAgent: route({
    method: 'GET',
    path: '/api/agents/{name}',
    tag: 'Agents',
    about: 'One agent with its client build, its history and its failures by class',
    rights: look,
    params: nameParam,
    answer: z.object({
      agent: agentLine,
      build: z
        .object({
          path: z.string(),
          version: z.string().nullable(),
          trouble: z.string().nullable(),
          probedAt: nouns.time,
          options: z.number().nullable(),
        })
        .nullable(),
      history: z.array(nouns.fact),
      classes: z.record(z.string(), z.number()),
      spend: z.object({
        costUsd: z.number(),
        inputTokens: z.number(),
        outputTokens: z.number(),
        attempts: z.number(),
      }),
    }),
  }),
}
