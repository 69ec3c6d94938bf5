// What is known of git, which prepares work places and reaches out to remotes.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

/** git: 129 is a usage error, 128 and 255 mean that the work place could not be prepared, unless the text says more. */
export const git: ToolKnowledge = {
  names: ['git', 'gh', 'jj', 'hg'],
  rows: [
    {
      class: 'resource_exhausted',
      when: anyOf(
        /No space left/,
        /Out of memory/,
        /unable to create thread/,
        /Cannot allocate/,
        /Disk quota/,
        /too many open files/,
      ),
    },
    {
      class: 'auth_error',
      when: anyOf(
        /Authentication failed/,
        /could not read (?:Username|Password)/,
        /Permission denied \(publickey/,
        /returned error: 40[13]/,
        /Host key verification/,
        /Invalid username or (?:password|token)/,
        /remote: (?:Permission|Invalid|Support for password)/,
        /gh auth login/,
        /Repository not found/,
        /Bad credentials/,
      ),
    },
    { class: 'rate_limited', when: /returned error: 429|rate limit/i },
    { class: 'overloaded', when: /returned error: 5\d\d|HTTP 5\d\d/i },
    {
      class: 'network',
      when: anyOf(
        /Could not resolve host/,
        /unable to access/,
        /Connection (?:timed out|refused|reset)/,
        /early EOF/,
        /RPC failed/,
        /remote end hung up/,
        /Could not read from remote repository/,
        /certificate verif/,
        /SSL/,
        /Failed to connect/,
        /index-pack failed/,
        /unable to connect/,
      ),
    },
    {
      class: 'argument_error',
      when: atStart(
        /unknown (?:option|switch)/,
        /unrecognized argument/,
        /ambiguous argument/,
        /.*is not a git command/,
        /usage: git/,
        /bad flag/,
        /option .* (?:requires|is)/,
        /unknown subcommand/,
      ),
    },
    {
      class: 'task_failed',
      when: atStart(
        /CONFLICT \(/,
        /Automatic merge failed/,
        /nothing to commit/,
        /failed to push some refs/,
        /.*\[rejected\]/,
        /error: failed to push/,
        /could not apply/,
        /Merge conflict/,
        /.*needs merge/,
      ),
    },
    {
      class: 'launch_failed',
      when: anyOf(
        /already (?:checked out|used by worktree|exists)/,
        /is not a working tree/,
        /not a git repository/,
        /index\.lock/,
        /\.lock'?: File exists/,
        /a branch named/,
        /invalid reference/,
        /not a valid (?:object|ref)/,
        /is a missing but/,
        /dubious ownership/,
        /repository .* does not exist/,
        /Unable to create/,
        /cannot lock ref/,
        /must be run in a work tree/,
        /No such file or directory/,
      ),
    },
  ],
  exitCode: codes({ 129: { class: 'argument_error' } }),
  runsCommands: true,
}
