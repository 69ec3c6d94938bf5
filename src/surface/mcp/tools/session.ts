// The tools of a session: its own task, its own attempt, and what it makes or holds itself.

import type { Role } from '../../http/contract/route.ts'
import { type Tool, tool } from './tool.ts'

const session: readonly Role[] = ['attempt']

export const sessionTools: readonly Tool[] = [
  tool(
    'task',
    'showTask',
    session,
    'Your own task: what is wanted, what earlier attempts tried and how they ended. Changes nothing.',
    { own: 'task', readOnly: true },
  ),
  tool('why', 'whyTask', session, 'Why your task is where it is. Changes nothing.', {
    own: 'task',
    readOnly: true,
  }),
  tool(
    'progress',
    'sayProgress',
    session,
    'Say in one line how far you are. People see it at once; it settles nothing. Say it now and then: a session that is silent for long looks stuck.',
    { own: 'attempt' },
  ),
  tool(
    'done',
    'sayDone',
    session,
    'Say that the task is done, with one sentence about what you did. Where the task has a check, the check decides after your session has ended; otherwise this settles the task at once and for good. Say it once, at the very end.',
    { own: 'task' },
  ),
  tool(
    'fail',
    'sayFail',
    session,
    'Say that the task cannot be done, and why. It counts against the task, and the next attempt is told your reason. For a question that a person can answer use ask_person instead.',
    { own: 'task' },
  ),
  tool(
    'ask_person',
    'askPerson',
    session,
    'Ask a person for a decision. Your session ends at no cost and the task waits; the answer stands in the order of the next attempt. Write down first what that attempt needs to know.',
    { own: 'task' },
  ),
  tool(
    'hold',
    'holdTask',
    session,
    'Let your own task wait for a time, another task, a lock, a work key or a check. Your session ends at no cost, and the task goes on by itself, in a new session, when that has come. Write down first what that session needs to know. Give exactly one of the fields; for a question to a person use ask_person.',
    { own: 'task' },
  ),
  tool(
    'lock_acquire',
    'acquireLock',
    session,
    'Take a named lock, so that no other session or script that takes the same lock runs beside you. Refused while somebody else holds it: wait with the tool hold, or do something else. Keep the epoch of the answer. It ends by itself with your session, or when forMs is over.',
  ),
  tool(
    'lock_renew',
    'renewLock',
    session,
    'Keep a lock of yours longer. Refused when it is no longer yours: then stop what it protects, for somebody else may be at it.',
  ),
  tool(
    'lock_release',
    'releaseLock',
    session,
    'Free a lock of yours, by its epoch; who waits for it goes on.',
  ),
  tool(
    'work_claim',
    'claimWork',
    session,
    'Before you begin a piece of work that others may begin too: claim it by a key that names it. Refused when somebody is at it or it was completed before: then do not do it.',
  ),
  tool(
    'work_complete',
    'completeWork',
    session,
    'The work that you claimed is done; nobody is let do it again. Say in the note what came of it.',
  ),
  tool(
    'work_abandon',
    'abandonWork',
    session,
    'Give a claim up, undone: somebody else may take it. A claim that you leave is freed when your session ends.',
  ),
  tool(
    'add_task',
    'addTask',
    session,
    'Want something done as a task of its own, by whoever fits. It is durable and runs after you. Sessions of sessions of sessions may add none, and each session at most fifty. Give a `key` so that asking twice makes one task.',
  ),
  tool(
    'effect_begin',
    'beginEffect',
    session,
    'Before you do something to the outside world that must happen once (send, pay, publish): reserve it by a key that says what it is. Only when the answer says ours: true do it, then call effect_commit or effect_abort. ours: false means that it was done before or that somebody is at it: do not do it again.',
  ),
  tool(
    'effect_commit',
    'commitEffect',
    session,
    'The effect you began has happened. Say it right after; when your session ends without it, nobody knows whether it happened and a person is asked.',
  ),
  tool(
    'effect_abort',
    'abortEffect',
    session,
    'The effect you began has certainly not happened; somebody may try it again.',
  ),
]
