// The nouns of the vocabulary as the API tells them: the same fields as `--json` of the command line (docs/cli.md).

import { z } from 'zod'

import { blames, failureClasses } from '../../../model/failure.ts'
import { gateStates } from '../../../model/gate.ts'
import { outcomes } from '../../../model/task.ts'
import { attemptStates, taskStates } from '../../../model/transitions.ts'

export const id = z.number().int().positive()
export const time = z.iso.datetime().describe('ISO 8601 in UTC')
const sentence = z.string()

export const refusalShape = z
  .object({ code: z.string(), sentence, release: z.string() })
  .describe('Why not, and what to do instead')

export const can = z
  .record(z.string(), refusalShape.nullable())
  .describe('For each act: null where it may be done now, else why not')

export const taskLine = z.object({
  id,
  title: z.string(),
  state: z.enum(taskStates),
  outcome: z.enum(outcomes).nullable(),
  verified: z.boolean().nullable(),
  attempts: z.number().int(),
  attemptsMax: z.number().int(),
  priority: z.number().int(),
  kind: z.enum(['command', 'prompt']),
  agent: z.string().nullable(),
  tier: z.string().nullable(),
  role: z.string().nullable(),
  labels: z.array(z.string()).readonly(),
  attemptId: id.nullable(),
  againOf: id.nullable(),
  createdAt: time,
  createdBy: z.string(),
  readyAt: time.nullable(),
  settledAt: time.nullable(),
  settledBy: z.string().nullable(),
  reason: z.string().nullable(),
})

export const taskWhole = taskLine.extend({
  run: z.string().nullable(),
  prompt: z.string().nullable(),
  cwd: z.string(),
  timeoutMs: z.number().nullable(),
  verify: z.string().nullable(),
  once: z.boolean(),
})

export const attempt = z.object({
  id,
  taskId: id,
  state: z.enum(attemptStates),
  class: z.enum(failureClasses as [string, ...string[]]).nullable(),
  blame: z.enum(blames).nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  evidence: z.string().nullable(),
  neverStarted: z.boolean().nullable(),
  resetAt: time.nullable(),
  agent: z.string(),
  host: z.string(),
  lanes: z.array(z.string()).readonly(),
  pid: z.number().nullable(),
  claimedAt: time,
  launchedAt: time.nullable(),
  confirmedAt: time.nullable(),
  endedAt: time.nullable(),
  leaseUntil: time,
  said: z.object({ word: z.enum(['done', 'fail']), text: z.string(), at: time }).nullable(),
  progress: z.object({ text: z.string(), at: time }).nullable(),
  stop: z.object({ reason: z.string(), by: z.string() }).nullable(),
  usage: z
    .object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      costUsd: z.number().nullable(),
      turns: z.number(),
      sessionId: z.string().nullable(),
    })
    .nullable(),
})

export const hold = z.object({
  id,
  taskId: id,
  kind: z.string(),
  since: time,
  release: sentence,
  until: time.nullable(),
  after: id.nullable(),
  needsPerson: z.boolean(),
  releasedAt: time.nullable(),
  releasedBy: z.string().nullable(),
})

export const gate = z.object({
  lane: z.string(),
  state: z.enum(gateStates),
  since: time.nullable(),
  until: time.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  canary: id.nullable(),
  release: sentence,
})

export const fact = z
  .looseObject({
    id,
    at: time,
    taskId: id.nullable(),
    attemptId: id.nullable(),
    kind: z.string(),
    sentence,
    tone: z.enum(['plain', 'good', 'bad', 'waiting', 'moving', 'aside']),
  })
  .describe('What happened; further fields by kind')

export const incident = z.object({
  id,
  key: z.string(),
  title: z.string(),
  openedAt: time,
  lastAt: time,
  count: z.number(),
  resolvedAt: time.nullable(),
  resolvedBy: z.string().nullable(),
  toldAt: time.nullable(),
  data: z.object({
    lane: z.string().nullable(),
    needsPerson: z.boolean(),
    classes: z.record(z.string(), z.number()),
    lanes: z.array(z.string()).readonly(),
    tasks: z.array(z.number()).readonly(),
    attempts: z.number(),
    changed: z.array(z.string()).readonly(),
    release: z.string(),
  }),
})

export const why = z.object({
  state: z.enum(taskStates),
  sentence,
  holds: z
    .array(
      z.object({
        id,
        kind: z.string(),
        since: time,
        release: sentence,
        until: time.nullable(),
        mechanism: z.string(),
        does: sentence,
        lastFiredAt: time.nullable(),
        lastMovedAt: time.nullable(),
        seen: sentence.nullable(),
      }),
    )
    .readonly(),
  gates: z
    .array(
      z.object({
        lane: z.string(),
        state: z.string(),
        since: time,
        reason: sentence,
        release: sentence,
      }),
    )
    .readonly(),
  missing: z.array(z.object({ what: sentence, release: sentence })).readonly(),
  place: z.number().nullable(),
  agents: z.array(z.string()).readonly(),
  next: sentence.nullable(),
})

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string().describe('Stable'),
    sentence,
    remedy: sentence.describe('What the reader can do now'),
  })
  .describe('RFC 9457')
