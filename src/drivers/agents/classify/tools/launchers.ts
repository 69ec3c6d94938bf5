// What is known of the programs that start others: node, shells, timeout and small tools. Their own exit codes and
// messages are facts of the launch; what they pass through is the command's own affair.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

export const node: ToolKnowledge = {
  names: ['node', 'nodejs', 'npx', 'npm', 'bun', 'deno', 'pnpm', 'yarn'],
  rows: [
    { class: 'argument_error', when: /^(?:\S*node: )?bad option:|is not allowed in NODE_OPTIONS/i },
    { class: 'timeout', when: /spawnSync .*ETIMEDOUT|killed: true/i },
    {
      class: 'resource_exhausted',
      when: anyOf(
        /heap out of memory/,
        /Reached heap limit/,
        /FATAL ERROR: .*(?:Allocation|Zone|memory)/,
      ),
    },
    {
      class: 'launch_failed',
      when: atStart(
        /npm (?:ERR!|error) (?:code )?E404/,
        /npm (?:ERR!|error) 404/,
        /could not determine executable/,
      ),
    },
    {
      class: 'network',
      when: /^npm (?:ERR!|error) (?:code )?(?:ENOTFOUND|ETIMEDOUT|ECONN\w+|EAI_AGAIN|network)/i,
    },
  ],
  exitCode: codes({ 9: { class: 'argument_error' } }),
  runsCommands: true,
}

export const shell: ToolKnowledge = {
  names: [
    'sh',
    'bash',
    'dash',
    'zsh',
    'shell',
    'env',
    'xargs',
    'sudo',
    'su',
    'cmd.exe',
    'cmd',
    'powershell',
    'pwsh',
    'nohup',
    'setsid',
    'nice',
    'command',
    'make',
    'dd',
    'python',
    'python3',
    'perl',
    'ruby',
  ],
  rows: [
    {
      class: 'launch_failed',
      when: anyOf(
        /^sudo: /,
        /a (?:terminal|password) is required/,
        /unable to execute/,
        /is not recognized as/,
      ),
    },
    { class: 'argument_error', when: /^(?:[\w./-]+: )*(?:invalid|illegal|unrecognized) option/i },
  ],
  runsCommands: true,
}

export const timeoutTool: ToolKnowledge = {
  names: ['timeout', 'timeout(1)', 'gtimeout', 'coreutils-timeout'],
  endsAtLimit: true,
  exitCode: codes({ 125: { class: 'launch_failed', or: ['argument_error'] } }),
  runsCommands: true,
}

/** Small tools whose exit codes tell. */
export const curl: ToolKnowledge = {
  names: ['curl', 'wget', 'http', 'https'],
  exitCode: codes({
    2: { class: 'argument_error' },
    3: { class: 'argument_error' },
    5: { class: 'network' },
    6: { class: 'network' },
    7: { class: 'network' },
    16: { class: 'network' },
    18: { class: 'network' },
    23: { class: 'resource_exhausted' },
    28: { class: 'network' },
    35: { class: 'network' },
    52: { class: 'network' },
    55: { class: 'network' },
    56: { class: 'network' },
    60: { class: 'network' },
    92: { class: 'network' },
  }),
}

export const sqlite: ToolKnowledge = {
  names: ['sqlite', 'sqlite3'],
  runsCommands: true,
  rows: [
    {
      class: 'resource_exhausted',
      when: anyOf(
        /database or disk is full/,
        /database is locked/,
        /disk I\/O error/,
        /out of memory/,
        /readonly database/,
        /unable to open database/,
      ),
    },
  ],
}
