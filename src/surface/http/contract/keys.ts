// Routes of locks and work keys: a session holds them as its attempt, a person under a name.

import { z } from 'zod'

import { isLockName, workStates } from '../../../model/lock.ts'
import * as nouns from './nouns.ts'
import { act, actOwn, look, pageLimit, route } from './route.ts'

const keyName = z
  .string()
  .max(200)
  .refine(
    isLockName,
    'must be 1 to 200 characters, without control characters or spaces at its ends',
  )
const afterName = keyName.optional().describe('the next page: `next` of the one before')
const forMs = (usual: number) =>
  z
    .number()
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .default(usual)
    .describe('for how long, in milliseconds')
const as = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('a person’s name for the holder: whoever asks again under it is the same')

const lock = z.object({
  name: z.string(),
  epoch: z.number().int().describe('names the holder: an older one has lost it'),
  holder: z.string().nullable(),
  attempt: nouns.id.nullable(),
  since: nouns.time,
  until: nouns.time.nullable(),
  free: z.boolean(),
})
const work = z.object({
  key: z.string(),
  state: z.enum(workStates),
  epoch: z.number().int(),
  holder: z.string(),
  attempt: nouns.id.nullable(),
  task: nouns.id.nullable(),
  since: nouns.time,
  until: nouns.time.nullable(),
  note: z.string(),
})

const minute = 60_000

const lockAct = <const B extends z.ZodObject>(name: string, about: string, body: B) =>
  route({
    method: 'POST',
    path: `/api/locks/${name}`,
    tag: 'Locks',
    about,
    rights: actOwn,
    body,
    answer: z.object({ lock }),
  })
const workAct = <const B extends z.ZodObject>(name: string, about: string, body: B) =>
  route({
    method: 'POST',
    path: `/api/work/${name}`,
    tag: 'Work keys',
    about,
    rights: actOwn,
    body,
    answer: z.object({ work }),
  })

export const keyRoutes = {
  listLocks: route({
    method: 'GET',
    path: '/api/locks',
    tag: 'Locks',
    about: 'Locks that somebody holds, by name',
    rights: look,
    query: z.object({ after: afterName, limit: pageLimit(100) }),
    answer: z.object({ locks: z.array(lock), next: z.string().nullable() }),
  }),
  acquireLock: lockAct(
    'acquire',
    'Take a lock that is free, or whose time is over. Its own holder renews it',
    z.object({ name: keyName, forMs: forMs(10 * minute), as }),
  ),
  renewLock: lockAct(
    'renew',
    'Hold it longer; refused when somebody else has had it since',
    z.object({ name: keyName, epoch: nouns.id, forMs: forMs(10 * minute) }),
  ),
  releaseLock: route({
    method: 'POST',
    path: '/api/locks/release',
    tag: 'Locks',
    about: 'Free it, by its epoch; a person may free it whoever holds it, with `force`',
    rights: actOwn,
    body: z.object({ name: keyName, epoch: nouns.id.optional(), force: z.boolean().optional() }),
    answer: z.object({ released: z.boolean().describe('false: it was free') }),
  }),
  listWork: route({
    method: 'GET',
    path: '/api/work',
    tag: 'Work keys',
    about: 'Work that is claimed or completed, by key',
    rights: look,
    query: z.object({
      state: z.enum(['claimed', 'completed']).optional(),
      after: afterName,
      limit: pageLimit(100),
    }),
    answer: z.object({ works: z.array(work), next: z.string().nullable() }),
  }),
  claimWork: workAct(
    'claim',
    'Claim a piece of work that is to be done once; refused when somebody has it, or it is completed',
    z.object({ key: keyName, forMs: forMs(60 * minute), as }),
  ),
  completeWork: workAct(
    'complete',
    'It is done, and nobody is let do it again until it is forgotten',
    z.object({
      key: keyName,
      note: z.string().max(10_000).default(''),
      forMs: z
        .number()
        .int()
        .min(1_000)
        .max(366 * 86_400_000)
        .optional()
        .describe('how long it stays completed; for good when left out'),
      as,
    }),
  ),
  abandonWork: route({
    method: 'POST',
    path: '/api/work/abandon',
    tag: 'Work keys',
    about: 'Give a claim up: the key is free again',
    rights: actOwn,
    body: z.object({ key: keyName, as }),
    answer: z.object({ abandoned: z.boolean() }),
  }),
  forgetWork: route({
    method: 'POST',
    path: '/api/work/forget',
    tag: 'Work keys',
    about: 'Whatever the key was, it is free: what was completed may be done again',
    rights: act,
    body: z.object({ key: keyName }),
    answer: z.object({ was: z.string() }),
  }),
}
