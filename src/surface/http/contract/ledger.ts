// Routes of what moves by itself and of what was done to the world: mechanisms, effects, and what a task changed.

import { z } from 'zod'

import { effectKeyPattern } from '../../../model/effect.ts'
import { effectStates } from '../../../model/transitions.ts'
import * as nouns from './nouns.ts'
import { act, look, own, route } from './route.ts'

const mechanism = z.object({
  name: z.string(),
  host: z.string(),
  does: z.string().nullable(),
  fired: z.number(),
  had: z.number(),
  moved: z.number(),
  waiting: z.number(),
  lastFiredAt: nouns.time.nullable(),
  lastHadAt: nouns.time.nullable(),
  lastMovedAt: nouns.time.nullable(),
  stuckSince: nouns.time.nullable(),
  stuck: z
    .boolean()
    .describe('it had something to do for longer than its patience, and moved nothing'),
  note: z.string().nullable(),
})

const key = z
  .string()
  .regex(effectKeyPattern, 'must be 1 to 200 printable characters without spaces')
const effect = z.looseObject({
  id: nouns.id,
  key: z.string(),
  kind: z.string(),
  state: z.enum(effectStates),
  taskId: nouns.id.nullable(),
  reservedAt: nouns.time,
  settledAt: nouns.time.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  askAt: nouns.time.nullable(),
})

export const ledgerRoutes = {
  listMechanisms: route({
    method: 'GET',
    path: '/api/mechanisms',
    tag: 'Hosts',
    about:
      'Whatever moves work by itself: how often it fired, had something to do, and moved something',
    rights: look,
    answer: z.object({ mechanisms: z.array(mechanism) }),
  }),
  mechanismSteps: route({
    method: 'GET',
    path: '/api/mechanisms/steps',
    tag: 'Hosts',
    about: 'The same minute by minute over the last hour, as far as this API has looked',
    rights: look,
    answer: z.object({
      stepMs: z.number(),
      mechanisms: z
        .array(
          z.object({
            name: z.string(),
            host: z.string(),
            fired: z.array(z.number()).readonly(),
            had: z.array(z.number()).readonly(),
            moved: z.array(z.number()).readonly(),
          }),
        )
        .readonly()
        .describe('steps from the oldest to the one under way'),
    }),
  }),
  listEffects: route({
    method: 'GET',
    path: '/api/effects',
    tag: 'Effects',
    about:
      'What was done to the outside world, once each, by key; newest first. A session is shown its own task’s',
    rights: own,
    query: z.object({
      state: z.enum(effectStates).optional(),
      kind: z.string().max(100).optional(),
      task: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52)
        .optional()
        .describe('only those of its attempts'),
      before: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52)
        .optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.object({ effects: z.array(effect), next: nouns.id.nullable() }),
  }),
  showEffect: route({
    method: 'GET',
    path: '/api/effects/show',
    tag: 'Effects',
    about: 'One effect, by its key, with what it gave',
    rights: own,
    query: z.object({ key }),
    answer: z.object({ effect }),
  }),
  resolveEffect: route({
    method: 'POST',
    path: '/api/effects/resolve',
    tag: 'Effects',
    about: 'A person says what became of an effect that nobody can be asked about',
    rights: act,
    body: z.object({
      key,
      said: z
        .enum(['performed', 'failed'])
        .describe('failed: nothing happened, and it may be tried again'),
      reason: z.string().min(1).max(10_000).optional().describe('how you know'),
      gone: z.boolean().default(false).describe('its holder on another host will not come back'),
    }),
    answer: z.object({ effect }),
  }),
  diffTask: route({
    method: 'GET',
    path: '/api/tasks/{id}/diff',
    tag: 'Tasks',
    about: 'What its sessions changed in its worktree, at most 500 kB of it',
    rights: own,
    params: z.object({
      id: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52),
    }),
    answer: z.object({ branch: z.string(), path: z.string(), diff: z.string(), cut: z.boolean() }),
  }),
}
