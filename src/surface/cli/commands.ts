// The table of commands: name, one line, who may use it, and where its module is. The few that people and scripts call
// all the time are loaded with the table; of the others only the one that was called.

import type { Rights } from './call.ts'
import type { CommandModule } from './command-module.ts'
import * as addCommand from './commands/add.ts'
import * as doneCommand from './commands/done.ts'
import * as listCommand from './commands/list.ts'
import * as showCommand from './commands/show.ts'
import * as whyCommand from './commands/why.ts'

export interface CommandEntry {
  readonly name: string
  /** Arguments, for the list of commands. */
  readonly takes: string
  readonly summary: string
  readonly rights: Rights
  readonly load: () => Promise<CommandModule>
}

export interface CommandGroup {
  readonly title: string
  readonly commands: readonly CommandEntry[]
}

export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'The fleet:',
    commands: [
      entry(
        'init',
        '[dir]',
        'make a fleet: midwatch.yaml with comments, and .midwatch/',
        'person',
        () => import('./commands/init.ts'),
      ),
      entry(
        'up',
        '',
        'work on tasks until stopped (Ctrl-C leaves sessions running)',
        'person',
        () => import('./commands/up.ts'),
      ),
      entry(
        'stop',
        '',
        'stop the dispatcher; --sessions also stops what it started',
        'person',
        () => import('./commands/stop.ts'),
      ),
      entry(
        'status',
        '',
        'one screen: what runs, what waits and why',
        'person',
        () => import('./commands/status.ts'),
      ),
      entry(
        'doctor',
        '',
        'check this machine and the fleet, with remedies',
        'person',
        () => import('./commands/doctor.ts'),
      ),
    ],
  },
  {
    title: 'Tasks:',
    commands: [
      entry('add', '<title>', 'want something done', 'session', at(addCommand)),
      entry('list', '', 'list tasks, newest first', 'session', at(listCommand)),
      entry('show', '<task>', 'everything about a task', 'session', at(showCommand)),
      entry(
        'why',
        '<task>',
        'why a task does not run, and what will release it',
        'session',
        at(whyCommand),
      ),
      entry(
        'logs',
        '<task>',
        'what its session printed; --follow keeps up',
        'session',
        () => import('./commands/logs.ts'),
      ),
      entry(
        'facts',
        '[task]',
        'what happened, in order',
        'session',
        () => import('./commands/facts.ts'),
      ),
      entry(
        'edit',
        '<task>',
        'change a task that nobody has taken',
        'person',
        () => import('./commands/edit.ts'),
      ),
      entry(
        'hold',
        '<task>',
        'let a task wait for a time, a task or a person',
        'person',
        () => import('./commands/hold.ts'),
      ),
      entry(
        'release',
        '<task|hold>',
        'release the holds of a task, or one hold',
        'person',
        () => import('./commands/release.ts'),
      ),
      entry(
        'cancel',
        '<task...>',
        'settle tasks as cancelled; a running session is stopped',
        'person',
        () => import('./commands/cancel.ts'),
      ),
      entry(
        'again',
        '<task>',
        'want a settled task once more, as a new task',
        'person',
        () => import('./commands/again.ts'),
      ),
    ],
  },
  {
    title: 'The word of a session about its task, or of a person about any:',
    commands: [
      entry('done', '[task] [text]', 'it is done', 'session', at(doneCommand)),
      entry('fail', '[task] <reason>', 'it failed', 'session', () => import('./commands/fail.ts')),
      entry(
        'progress',
        '<text>',
        'how far it is',
        'session',
        () => import('./commands/progress.ts'),
      ),
    ],
  },
  {
    title: 'When something is out of order:',
    commands: [
      entry(
        'gate',
        '<list|show|pin|reset>',
        'lanes that are shut, probing or pinned',
        'person',
        () => import('./commands/gate.ts'),
      ),
      entry(
        'incidents',
        '',
        'problems, each opened once and resolved once',
        'person',
        () => import('./commands/incidents.ts'),
      ),
      entry(
        'probe',
        '[agent]',
        'which client builds are here, what they can, and which flags they are sent',
        'person',
        () => import('./commands/probe.ts'),
      ),
      entry(
        'classify',
        '--tool <tool>',
        'say what an ending means, from its exit code and output; needs no fleet',
        'anyone',
        () => import('./commands/classify.ts'),
      ),
    ],
  },
]

export const allCommands: readonly CommandEntry[] = commandGroups.flatMap((group) => group.commands)

/** For a module that is already there. */
function at(module: CommandModule): () => Promise<CommandModule> {
  return async () => module
}

function entry(
  name: string,
  takes: string,
  summary: string,
  rights: Rights,
  load: () => Promise<CommandModule>,
): CommandEntry {
  return { name, takes, summary, rights, load }
}
