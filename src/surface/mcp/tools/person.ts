// The tools of whoever tends the fleet: a viewer's look, an operator's act.

import type { Role } from '../../http/contract/route.ts'
import { type Tool, tool } from './tool.ts'

const person: readonly Role[] = ['operator', 'viewer']
const operator: readonly Role[] = ['operator']

export const personTools: readonly Tool[] = [
  tool(
    'watch',
    'watch',
    person,
    'Is the fleet working? One light, one sentence why, what needs a person, what runs. Changes nothing. Begin here.',
    { readOnly: true },
  ),
  tool(
    'list_tasks',
    'listTasks',
    person,
    'Tasks, newest first, by state or outcome. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'show_task',
    'showTask',
    person,
    'A task with its order, attempts, holds, and what may be done about it now. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'why_task',
    'whyTask',
    person,
    'Why a task does not run, and what will release it. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'why_fleet',
    'whyFleet',
    person,
    'Why nothing more runs in the whole fleet: reasons, what was refused lately, what waits. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'read_log',
    'readLog',
    person,
    'The end of what an attempt printed, or a piece of it. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'list_agents',
    'listAgents',
    person,
    'Agents with their streak, gate and what may be done. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'list_gates',
    'listGates',
    person,
    'Lanes and their gates, with streaks and what reopens them. Changes nothing.',
    {
      readOnly: true,
    },
  ),
  tool(
    'list_incidents',
    'listIncidents',
    person,
    'Problems, each with what changed before it and how it ends. Changes nothing.',
    { readOnly: true },
  ),
  tool('list_facts', 'listFacts', person, 'What happened, as sentences. Changes nothing.', {
    readOnly: true,
  }),
  tool('inbox', 'inbox', person, 'What waits for a person. Changes nothing.', { readOnly: true }),
  tool(
    'list_holds',
    'listHolds',
    person,
    'What waits, by class: how many, the oldest, what releases them and when it last did; and the oldest holds. Changes nothing.',
    { readOnly: true },
  ),
  tool('show_agent', 'showAgent', person, 'One agent: build, streak, history. Changes nothing.', {
    readOnly: true,
  }),
  tool(
    'list_locks',
    'listLocks',
    person,
    'Locks, who holds them and until when. Changes nothing.',
    {
      readOnly: true,
    },
  ),
  tool('list_work', 'listWork', person, 'Work keys, claimed and completed. Changes nothing.', {
    readOnly: true,
  }),
  tool(
    'list_windows',
    'listWindows',
    person,
    'Calm windows: what each asks, what each host says, who waits. Changes nothing.',
    { readOnly: true },
  ),
  tool('list_reviews', 'openReviews', person, 'Work that waits for a review. Changes nothing.', {
    readOnly: true,
  }),
  tool('list_convoys', 'listConvoys', person, 'Tasks that land together. Changes nothing.', {
    readOnly: true,
  }),
  tool('list_accounts', 'listAccounts', person, 'Accounts and their gates. Changes nothing.', {
    readOnly: true,
  }),
  tool('spend', 'spendBy', person, 'What was consumed, by day, agent or task. Changes nothing.', {
    readOnly: true,
  }),
  tool(
    'list_schedules',
    'listSchedules',
    person,
    'What is wanted again and again, and when next. Changes nothing.',
    {
      readOnly: true,
    },
  ),
  tool(
    'quota',
    'quota',
    person,
    'What may still be used: budgets, and the periods of accounts. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'want_task',
    'addTask',
    operator,
    'Want something done. It is durable, and an agent begins it as soon as its gates let it pass.',
  ),
  tool(
    'hold_task',
    'holdTask',
    operator,
    'Let a task wait until a time, a task or a person. It goes on by itself when that has come.',
  ),
  tool(
    'release_task',
    'releaseTask',
    operator,
    'End what a task waits for, whatever it is; it may run at once.',
  ),
  tool(
    'answer',
    'answerHold',
    operator,
    'Answer a question of a session in the name of a person. The next attempt acts on it.',
  ),
  tool(
    'cancel_task',
    'cancelTask',
    operator,
    'Settle a task as cancelled, for good; a running session is stopped and its work may be lost.',
    { destructive: true },
  ),
  tool(
    'edit_task',
    'editTask',
    operator,
    'Change a task that nobody has taken: its order, priority, or who shall do it.',
  ),
  tool(
    'decide_review',
    'decideReview',
    operator,
    'Decide a review in the name of a person, once: approve settles the work as done, changes gives it back with your text, reject settles it as failed.',
    { destructive: true },
  ),
  tool(
    'reset_gates',
    'resetGates',
    operator,
    'Reset all lanes of an incident, or those you name, at once. Do it when what failed is mended. With preview: true nothing is changed.',
  ),
  tool(
    'probe_gate',
    'probeGate',
    operator,
    'Let one attempt through a shut lane now, as its canary, instead of at the stated time.',
  ),
  tool(
    'use_account',
    'useAccount',
    operator,
    'Let agents use this account and no other for a time; while its gate is shut their tasks wait.',
  ),
  tool(
    'free_lock',
    'releaseLock',
    operator,
    'Free a lock, with force: true whoever holds it. Its holder may still be at work: look first.',
    { destructive: true },
  ),
  tool(
    'forget_work',
    'forgetWork',
    operator,
    'Forget a work key: what was completed may be done again.',
    { destructive: true },
  ),
  tool(
    'run_schedule',
    'runSchedule',
    operator,
    'Make the task of a schedule now, besides its times.',
  ),
  tool('again_task', 'againTask', operator, 'Want a settled task once more, as a new task.'),
  tool(
    'reset_gate',
    'resetGate',
    operator,
    'Let a lane pass again that its failures have shut. Do it when what failed is mended: otherwise it fails again at once. With preview: true nothing is changed.',
  ),
  tool(
    'pause_gate',
    'pauseGate',
    operator,
    'Let nothing new pass a lane until somebody resumes it. What runs goes on.',
    { destructive: true },
  ),
  tool(
    'resume_gate',
    'resumeGate',
    operator,
    'Undo a pause: attempts pass again at once, as before.',
  ),
  tool(
    'stop_attempt',
    'stopAttempt',
    operator,
    'Stop a running session. Its task is tried again, uncharged; work that it did not keep is lost.',
    { destructive: true },
  ),
]
