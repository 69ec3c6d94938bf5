// `midwatch mcp`: an MCP server on standard input and output. In a session it has the rights of that session's attempt; for
// a person those of an operator, or with --viewer of somebody who looks.

import { refused } from '../../../base/errors.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--session', 'refuse to serve without the token of a session')
    .option('--viewer', 'tools that look and change nothing')
    .addHelpText(
      'after',
      '\nFor clients that start their servers: {"command":"midwatch","args":["mcp","--fleet",DIR]}.\nJSON: everything it says is JSON-RPC.',
    )
    .action(act(mcp))
}

async function mcp(call: Call<{ viewer?: boolean; session?: boolean }>): Promise<void> {
  const fleet = await call.fleet()
  const actor = await call.actor()
  if (call.options.session === true && actor.kind !== 'session')
    throw refused(
      'mcp.no_session',
      'this is no session: no token of an attempt is in the environment',
      'hand on MIDWATCH_TOKEN and MIDWATCH_ATTEMPT, or leave --session out',
    )
  const role = call.options.viewer === true ? 'viewer' : 'operator'
  await call.world.serveMcp(fleet, actor.kind === 'session' ? null : role)
}
