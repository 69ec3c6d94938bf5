// Midwatch as an MCP server: the tools of whoever brought the token, each a request to the API. What the API refuses is
// told as the tool's own answer, with the sentence and the remedy, so that a model can act on it.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'

import { version } from '../../base/version.ts'
import type { Role } from '../http/contract/route.ts'
import { routeOf, toolsFor } from './tools.ts'
import type { Tool } from './tools/tool.ts'

/** Who speaks here. */
export interface Speaker {
  readonly role: Role
  readonly attempt: number | null
  readonly task: number | null
}

/** Asks the API with the rights of the speaker. */
export type AskApi = (method: string, path: string, body: object | null) => Promise<Response>

/** A server with the tools of this speaker. */
export function mcpServer(speaker: Speaker, ask: AskApi): McpServer {
  const server = new McpServer(
    { name: 'midwatch', version },
    { instructions: instructions(speaker) },
  )
  for (const tool of toolsFor(speaker.role)) {
    const inputSchema = fieldsOf(tool)
    const annotations = {
      readOnlyHint: tool.readOnly === true,
      destructiveHint: tool.destructive === true,
      openWorldHint: false,
    }
    server.registerTool(
      tool.name,
      { description: tool.about, inputSchema, annotations },
      async (given: Record<string, unknown>) => await callTool(tool, given, speaker, ask),
    )
  }
  return server
}

const instructions = ({ role, task, attempt }: Speaker): string =>
  role === 'attempt'
    ? `You are attempt ${attempt} at task ${task} of a fleet kept by Midwatch. Say progress now and then, and done or fail at the end.`
    : 'Midwatch keeps a fleet of agents working. Begin with watch. Nothing that is settled can be changed; nothing that waits is forgotten.'

/** The fields of a tool: those of its route, without what is the session's own. */
function fieldsOf(tool: Tool): Record<string, z.ZodType> {
  const { params, query, body } = routeOf(tool)
  const own = tool.own === undefined ? {} : { id: true }
  const all = { ...params?.shape, ...query?.shape, ...body?.shape } as Record<string, z.ZodType>
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in own)))
}

async function callTool(
  tool: Tool,
  given: Record<string, unknown>,
  speaker: Speaker,
  ask: AskApi,
): Promise<CallToolResult> {
  const { method, path, query, body } = routeOf(tool)
  const id = tool.own === 'task' ? speaker.task : tool.own === 'attempt' ? speaker.attempt : null
  const all: Record<string, unknown> = { ...given, ...(id !== null && { id }) }
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(all[name])))
  const search = new URLSearchParams(
    Object.keys(query?.shape ?? {})
      .filter((name) => all[name] !== undefined)
      .map((name): [string, string] => [name, String(all[name])]),
  )
  const fields = Object.keys(body?.shape ?? {})
  const sent = Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name)))
  const response = await ask(
    method,
    search.size > 0 ? `${url}?${search}` : url,
    method === 'GET' ? null : sent,
  )
  const said = (await response.json()) as Record<string, unknown>
  if (response.ok) return { content: [{ type: 'text', text: JSON.stringify(said) }] }
  const text = `Refused (${said['code']}): ${said['sentence']}. What to do: ${said['remedy']}`
  return { content: [{ type: 'text', text }], isError: true }
}
