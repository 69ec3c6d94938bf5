// Commands for the fleet as a whole.

import { type CommandGroup, entry } from '../command-entry.ts'

export const fleetCommands: CommandGroup = {
  title: 'The fleet:',
  commands: [
    entry(
      'init',
      '[dir]',
      'make a fleet: midwatch.yaml with comments, and .midwatch/',
      'person',
      () => import('../commands/init.ts'),
    ),
    entry(
      'up',
      '',
      'work on tasks until stopped (Ctrl-C leaves sessions running)',
      'person',
      () => import('../commands/up.ts'),
    ),
    entry(
      'stop',
      '',
      'stop the dispatcher; --sessions also stops what it started',
      'person',
      () => import('../commands/stop.ts'),
    ),
    entry(
      'status',
      '',
      'one screen: what runs, what waits and why',
      'person',
      () => import('../commands/status.ts'),
    ),
    entry(
      'check',
      '',
      'the sentinel once, for cron: looks, and tells where nobody else does',
      'person',
      () => import('../commands/check.ts'),
    ),
    entry(
      'service',
      '<install|status|uninstall>',
      'hand the fleet to systemd, which starts it with the machine',
      'person',
      () => import('../commands/service.ts'),
    ),
    entry(
      'open',
      '',
      'sign a browser in to the page of this fleet',
      'person',
      () => import('../commands/open.ts'),
    ),
    entry(
      'report',
      '',
      'what happened while nobody looked: done, failed, waiting, spent',
      'person',
      () => import('../commands/report.ts'),
    ),
    entry(
      'quota',
      '',
      'what may still be used, as a calendar: budgets, quotas, what is kept for people',
      'person',
      () => import('../commands/quota.ts'),
    ),
    entry(
      'spend',
      '',
      'what was consumed, by day, agent, account, label or task',
      'person',
      () => import('../commands/spend.ts'),
    ),
    entry(
      'backup',
      '[file]',
      'copy the database while the fleet works',
      'person',
      () => import('../commands/backup.ts'),
    ),
    entry(
      'prune',
      '',
      'delete what was settled long ago, with its files',
      'person',
      () => import('../commands/prune.ts'),
    ),
    entry(
      'mcp',
      '',
      'an MCP server on standard input and output, for agents and assistants',
      'session',
      () => import('../commands/mcp.ts'),
    ),
    entry(
      'doctor',
      '',
      'check this machine and the fleet, with remedies',
      'person',
      () => import('../commands/doctor.ts'),
    ),
    entry(
      'sim',
      '',
      'play a month of this configuration in seconds, with faults',
      'anyone',
      () => import('../commands/sim.ts'),
    ),
  ],
}
