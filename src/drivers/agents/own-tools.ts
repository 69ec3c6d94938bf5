// Hands our MCP server to clients that speak MCP, so that their sessions have our tools by themselves. The token is never on
// a command line: the client passes on the variables that the session has.

/** What `midwatch mcp` needs of a session's environment. */
const variables = [
  'MIDWATCH_TOKEN',
  'MIDWATCH_FLEET',
  'MIDWATCH_ATTEMPT',
  'MIDWATCH_TASK',
  'MIDWATCH_OUTBOX',
  'MIDWATCH_SOCKET',
] as const

const server = { command: 'midwatch', args: ['mcp', '--session'] }

/** The name under which a client allows all of them. */
export const ownToolsAllowed = 'mcp__midwatch'

/**
 * Claude Code: one JSON text; it fills in variables by itself. Newer builds show tools of servers only to who searches for
 * them, and a session that never searches never says that it is done; `alwaysLoad` has ours shown. Older builds ignore it.
 */
export const claudeMcpConfig = JSON.stringify({
  mcpServers: {
    midwatch: {
      ...server,
      alwaysLoad: true,
      env: Object.fromEntries(variables.map((name) => [name, `\${${name}:-}`])),
    },
  },
})

/** Codex: settings as `-c` takes them, in TOML. */
export const codexMcpSettings: readonly string[] = [
  `mcp_servers.midwatch.command=${JSON.stringify(server.command)}`,
  `mcp_servers.midwatch.args=${JSON.stringify(server.args)}`,
  `mcp_servers.midwatch.env_vars=${JSON.stringify(variables)}`,
]
