// Routes of schedules: what is wanted again and again, what became of its times, and a time of its own by hand.

import { z } from 'zod'

import { catchUps } from '../../../model/schedule.ts'
import * as nouns from './nouns.ts'
import { act, look, pageLimit, route } from './route.ts'

const tag = 'Schedules'
const nameParam = z.object({ name: z.string().min(1).max(100) })

const schedule = z.object({
  name: z.string(),
  cron: z.string(),
  timezone: z.string().nullable().describe('null for that of the host'),
  catchUp: z.enum(catchUps),
  scope: z.union([z.string(), z.number()]).describe('each, open, or milliseconds'),
  jitterMs: z.number(),
  title: z.string(),
  known: z.boolean().describe('false: no dispatcher has looked at it yet'),
  nextAt: nouns.time.nullable(),
  overdue: z.boolean().describe('its time has come and nobody fired it'),
  fired: z.number().int(),
  missed: z.number().int(),
  lastFiredAt: nouns.time.nullable(),
  lastTask: nouns.id.nullable(),
  refused: z.string().nullable().describe('why its newest time made no task'),
})
const firing = z.object({
  dueAt: nouns.time,
  firedAt: nouns.time,
  host: z.string(),
  task: nouns.id.nullable(),
  deduped: z.boolean(),
  refused: z.string().nullable(),
})

export const scheduleRoutes = {
  listSchedules: route({
    method: 'GET',
    path: '/api/schedules',
    tag,
    about: 'Every schedule: its pattern, its next time, its last task',
    rights: look,
    answer: z.object({ schedules: z.array(schedule) }),
  }),
  showSchedule: route({
    method: 'GET',
    path: '/api/schedules/{name}',
    tag,
    about: 'One schedule: its next times, and what became of the newest ones',
    rights: look,
    params: nameParam,
    query: z.object({
      before: z.iso
        .datetime()
        .optional()
        .describe('the next page of what became of its times: `next` of the one before'),
      limit: pageLimit(20, 200),
    }),
    answer: z.object({
      schedule: schedule.extend({ times: z.array(nouns.time) }),
      firings: z.array(firing).describe('newest first'),
      next: nouns.time.nullable(),
    }),
  }),
  runSchedule: route({
    method: 'POST',
    path: '/api/schedules/{name}/run',
    tag,
    about: 'Make its task now, besides its times',
    rights: act,
    params: nameParam,
    body: z.object({}),
    answer: z.object({ schedule: z.string(), firing }),
  }),
}
