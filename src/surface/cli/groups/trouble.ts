// Commands for when something is out of order.

import { type CommandGroup, entry } from '../command-entry.ts'

export const troubleCommands: CommandGroup = {
  title: 'When something is out of order:',
  commands: [
    entry(
      'gate',
      '<list|show|pin|reset>',
      'lanes that are shut, probing or pinned',
      'person',
      () => import('../commands/gate.ts'),
    ),
    entry(
      'account',
      '<list|use|reset>',
      'credentials, who uses them, and which one is taken',
      'person',
      () => import('../commands/account.ts'),
    ),
    entry(
      'agent',
      '<list|show|reset|pause|resume>',
      'how each agent stands: streak, next try, what it does',
      'person',
      () => import('../commands/agent.ts'),
    ),
    entry(
      'host',
      '<list|show|drain|resume>',
      'the machines of the fleet and what they bear',
      'person',
      () => import('../commands/host.ts'),
    ),
    entry(
      'lock',
      '<what> [name]',
      'acquire, renew, release or run under a named lock',
      'session',
      () => import('../commands/lock.ts'),
    ),
    entry(
      'work',
      '<what> [key]',
      'claim, complete, abandon or forget a piece of work to be done once',
      'session',
      () => import('../commands/work.ts'),
    ),
    entry(
      'schedule',
      '<list|show|run>',
      'what is wanted again and again: next times, last tasks, what was missed',
      'person',
      () => import('../commands/schedule.ts'),
    ),
    entry(
      'sensor',
      '<list|show|run>',
      'who looks at the world: how each stands, what it finds; a look by hand',
      'person',
      () => import('../commands/sensor.ts'),
    ),
    entry(
      'holds',
      '',
      'what waits, by class, and whether what releases it moves',
      'person',
      () => import('../commands/holds.ts'),
    ),
    entry(
      'incidents',
      '',
      'problems, each opened once and resolved once',
      'person',
      () => import('../commands/incidents.ts'),
    ),
    entry(
      'sweep',
      '',
      'find rows that break a law of the house, and mend them',
      'person',
      () => import('../commands/sweep.ts'),
    ),
    entry(
      'probe',
      '[agent]',
      'which client builds are here, what they can, and which flags they are sent',
      'person',
      () => import('../commands/probe.ts'),
    ),
    entry(
      'classify',
      '--tool <tool>',
      'say what an ending means, from its exit code and output; needs no fleet',
      'anyone',
      () => import('../commands/classify.ts'),
    ),
  ],
}
