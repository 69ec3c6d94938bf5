// The tools of MCP: which route each calls, and what follows from calling it, in words for whoever reads only those. A tool
// has no powers of its own: it is a route of the API, asked with the rights of the token that was brought along.

import { type RouteName, routes } from '../http/contract.ts'
import type { Role, Route } from '../http/contract/route.ts'

export interface Tool {
  readonly name: string
  readonly route: RouteName
  /** What it does, and what follows. */
  readonly about: string
  readonly for: readonly Role[]
  /** Parts of the path that are the session's own, and so are not asked for. */
  readonly own?: 'task' | 'attempt'
  readonly readOnly?: true
  readonly destructive?: true
}

const session: readonly Role[] = ['attempt']
const person: readonly Role[] = ['operator', 'viewer']
const operator: readonly Role[] = ['operator']

export const tools: readonly Tool[] = [
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
  tool(
    'effect_show',
    'showEffect',
    [...session, ...person],
    'What is known of one effect: whether it happened, and what it gave. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'effect_list',
    'listEffects',
    [...session, ...person],
    'Effects on the outside world, newest first, by state or kind. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'effect_resolve',
    'resolveEffect',
    operator,
    'Say what became of an effect in doubt, after looking whether it happened. performed: everybody who asks again is told that it was done. failed: it will be made again. A wrong answer does it twice, or never.',
    { destructive: true },
  ),

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

function tool(
  name: string,
  route: RouteName,
  roles: readonly Role[],
  about: string,
  more: Partial<Tool> = {},
): Tool {
  return { name, route, about, for: roles, ...more }
}

/** The route of a tool. */
export const routeOf = ({ route }: Tool): Route => routes[route]

/** The tools of a role: those whose route lets it. */
export const toolsFor = (role: Role): readonly Tool[] =>
  tools.filter((one) => one.for.includes(role) && routeOf(one).rights.includes(role))
