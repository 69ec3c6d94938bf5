// Routes of calm windows: what each host judges of each, who waits, and what the last openings let through.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { look, route } from './route.ts'

const onHost = z.object({
  host: z.string(),
  lane: z.string().describe('its gate: pin, pause or reset it there'),
  gate: nouns.gate,
  calm: z.boolean(),
  why: z.array(z.string()).readonly().describe('why not; empty while calm'),
  judgedAt: nouns.time,
  quietSince: nouns.time.nullable(),
  openedAt: nouns.time.nullable(),
  taken: z.number().int().describe('tasks that this opening, or the last one, let through'),
  takenToday: z.number().int(),
  lastTakenAt: nouns.time.nullable(),
  leastBusyHour: z
    .number()
    .int()
    .nullable()
    .describe('hour of the day in UTC that was the calmest lately'),
})

const window = z.object({
  name: z.string(),
  asks: z.array(z.string()).describe('what it asks of a machine, as sentences'),
  waiting: z.number().int(),
  oldest: nouns.time.nullable(),
  tasks: z.array(nouns.id).describe('those that wait the longest'),
  configured: z.boolean().describe('false: tasks wait for a window that nothing describes'),
  hosts: z.array(onHost),
})

export const calmRoutes = {
  listWindows: route({
    method: 'GET',
    path: '/api/windows',
    tag: 'Calm windows',
    about: 'Calm windows: how each host judges them, who waits for them, and their last openings',
    rights: look,
    answer: z.object({
      windows: z.array(window),
      openings: z.array(
        z.object({
          id: nouns.id,
          name: z.string(),
          host: z.string(),
          openedAt: nouns.time,
          closedAt: nouns.time.nullable(),
          taken: z.number().int(),
          why: z.string(),
        }),
      ),
    }),
  }),
}
