// Routes of tasks: what is wanted, why it waits, and what a person may do about it.

import { z } from 'zod'

import { outcomes } from '../../../model/task.ts'
import { taskStates } from '../../../model/transitions.ts'
import { workspaceKinds } from '../../../model/workspace.ts'
import * as nouns from './nouns.ts'
import { act, actOwn, look, own, route } from './route.ts'

const tag = 'Tasks'
const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 52),
})
const text = (most: number) => z.string().max(most)
const when = text(60).describe('2h, 04:30, 2026-11-21T04:30')
const reason = text(2_000).optional().describe('why')
const ids = z.array(nouns.id).max(1_000)
/** `a` or `a,b`, or the parameter several times. */
const several = <T extends z.ZodType>(one: T, most = 50) =>
  z.preprocess(
    (given) => (typeof given === 'string' ? given.split(',').filter((word) => word !== '') : given),
    z.array(one).max(most),
  )

const order = {
  run: text(10_000_000).optional().describe('a shell command'),
  prompt: text(10_000_000).optional().describe('a prompt for an agent'),
  cwd: text(4_096).optional().describe('absolute folder to work in; the fleet’s own when left out'),
  verify: text(100_000).optional().describe('a shell command that decides whether it is done'),
  timeoutMs: z
    .number()
    .int()
    .min(1)
    .max(2 ** 45)
    .optional()
    .describe('limit of one attempt'),
}

const orderBytesMax = 12_000_000

export const taskRoutes = {
  listTasks: route({
    method: 'GET',
    path: '/api/tasks',
    tag,
    about: 'Tasks, newest first, a page at a time',
    rights: look,
    query: z.object({
      ids: several(
        z.coerce
          .number()
          .int()
          .min(1)
          .max(2 ** 52),
        500,
      )
        .optional()
        .describe('only these'),
      state: several(z.enum(taskStates)).optional(),
      outcome: several(z.enum(outcomes)).optional(),
      agent: text(100).optional(),
      label: text(100).optional(),
      words: text(200)
        .optional()
        .describe(
          'words of the title, or parts of them. Looked for in some 20,000 tasks a page: one may be short and have a next',
        ),
      before: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 52)
        .optional()
        .describe('cursor: `next`'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    answer: z.object({ tasks: z.array(nouns.taskLine), next: nouns.id.nullable() }),
  }),
  addTask: route({
    method: 'POST',
    path: '/api/tasks',
    tag,
    about: 'Want something done. One key makes one task',
    rights: actOwn,
    body: z.object({
      title: text(500).min(1),
      ...order,
      once: z.boolean().optional(),
      agent: text(100).optional().describe('who shall do it; whoever fits when left out'),
      tier: text(100).optional(),
      role: text(100).optional(),
      labels: z.array(text(100)).max(50).optional(),
      priority: z.number().int().min(-1_000).max(1_000).optional(),
      until: when.optional().describe('not before'),
      after: ids.optional(),
      afterAny: ids.optional(),
      key: text(500).min(1).optional(),
      scope: text(30).optional().describe('open, ever, or a duration such as 24h'),
      attempts: z.number().int().min(1).max(100).optional(),
      calm: text(100).optional().describe('only in a calm window of its host'),
      locks: z.array(text(200)).max(50).optional().describe('locks that its attempt holds'),
      hosts: z.array(text(200)).max(50).optional().describe('names or labels of hosts'),
      workspace: z.enum(workspaceKinds).optional(),
      review: z.boolean().optional().describe('a second agent judges the work first'),
      anyway: z.boolean().optional(),
    }),
    bodyBytesMax: orderBytesMax,
    answer: z.object({ task: nouns.taskWhole, deduped: z.boolean() }),
  }),
  showTask: route({
    method: 'GET',
    path: '/api/tasks/{id}',
    tag,
    about: 'A task, its order, attempts and holds, and what may be done about it',
    rights: own,
    params: idParam,
    answer: z.object({
      task: nouns.taskWhole,
      attempts: z.array(nouns.attempt),
      holds: z.array(nouns.hold),
      can: nouns.can,
    }),
  }),
  whyTask: route({
    method: 'GET',
    path: '/api/tasks/{id}/why',
    tag,
    about: 'Why it does not run, and what will release it',
    rights: own,
    params: idParam,
    answer: nouns.why,
  }),
  editTask: route({
    method: 'PATCH',
    path: '/api/tasks/{id}',
    tag,
    about: 'Change a task that nobody has taken: title, priority, order, who shall do it',
    rights: act,
    params: idParam,
    body: z.object({
      title: text(500).min(1).optional(),
      priority: z.number().int().min(-1_000).max(1_000).optional(),
      ...order,
      once: z.boolean().optional(),
      agent: text(100).nullable().optional().describe('null for whoever fits'),
      tier: text(100).nullable().optional(),
    }),
    bodyBytesMax: orderBytesMax,
    answer: z.object({ task: nouns.taskWhole }),
  }),
  holdTask: route({
    method: 'POST',
    path: '/api/tasks/{id}/hold',
    tag,
    about:
      'One more reason to wait, born with exactly one release. A session that holds its own task ends by it, at no cost',
    rights: actOwn,
    params: idParam,
    body: z.object({
      until: when.optional(),
      after: nouns.id.optional().describe('until that task is done'),
      afterAny: nouns.id.optional().describe('until that task has ended, however it did'),
      lock: text(200).optional().describe('until that lock is free'),
      work: text(200).optional().describe('until that work key is completed, or free'),
      check: text(10_000).optional().describe('until this command exits 0; looked at every minute'),
      checkFile: text(4_096).optional().describe('until this file is there'),
      checkUrl: text(2_000).optional().describe('until this address answers 2xx'),
      every: text(20).optional().describe('from one look of a check to the next, such as 5m'),
      ask: text(2_000).optional().describe('until a person has answered'),
    }),
    answer: z.object({
      hold: nouns.hold.nullable().describe('null for a session: it is put when that has ended'),
      ending: z.boolean(),
    }),
  }),
  releaseTask: route({
    method: 'POST',
    path: '/api/tasks/{id}/release',
    tag,
    about: 'Release every hold of a task, or the one that is named',
    rights: act,
    params: idParam,
    body: z.object({ hold: nouns.id.optional() }),
    answer: z.object({ released: z.array(nouns.id), ready: z.boolean() }),
  }),
  cancelTask: route({
    method: 'POST',
    path: '/api/tasks/{id}/cancel',
    tag,
    about: 'Settle it as cancelled; a running session is stopped',
    rights: act,
    params: idParam,
    body: z.object({ reason }),
    answer: z.object({ id: nouns.id, stopping: nouns.id.nullable() }),
  }),
  againTask: route({
    method: 'POST',
    path: '/api/tasks/{id}/again',
    tag,
    about:
      'Want a settled task once more, as a new task that points back; one that is under way is answered',
    rights: act,
    params: idParam,
    body: z.object({}),
    answer: z.object({ task: nouns.taskWhole, deduped: z.boolean() }),
  }),
  sayDone: route({
    method: 'POST',
    path: '/api/tasks/{id}/done',
    tag,
    about: 'A session’s word about its own task, or a person’s decision about any',
    rights: actOwn,
    params: idParam,
    body: z.object({ text: text(100_000).optional() }),
    answer: z.object({ settled: z.boolean(), stopping: nouns.id.nullable() }),
  }),
  sayFail: route({
    method: 'POST',
    path: '/api/tasks/{id}/fail',
    tag,
    about: 'The same for a failure; a reason is needed',
    rights: actOwn,
    params: idParam,
    body: z.object({ text: text(100_000).min(1) }),
    answer: z.object({ settled: z.boolean(), stopping: nouns.id.nullable() }),
  }),
}
