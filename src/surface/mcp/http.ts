// MCP over Streamable HTTP at `/mcp`: each request stands for itself, with the token it brings along, so there is nothing
// to keep, to leak or to lose over a restart.

import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'

import type { Who } from '../http/access/who.ts'
import { boundedText } from '../http/answer.ts'
import { refuse } from '../http/problem.ts'
import { mcpServer, type Speaker } from './server.ts'

const bodyBytesMax = 12_000_000

export const speakerOf = ({ role, attempt }: Who): Speaker => ({
  role,
  attempt: attempt?.id ?? null,
  task: attempt?.taskId ?? null,
})

/** Answers one MCP request. `api` is asked with the headers of this one. */
export async function answerMcp(
  request: Request,
  who: Who,
  api: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (request.method !== 'POST')
    throw refuse(405, 'request.method', 'MCP is spoken by POST here', 'send a JSON-RPC message', {
      allow: 'POST',
    })
  const text = await boundedText(request, bodyBytesMax)
  const parsedBody = parsed(text)
  const authorization = request.headers.get('authorization') ?? ''
  const server = mcpServer(speakerOf(who), (method, path, body) =>
    api(
      new Request(new URL(path, request.url), {
        method,
        headers: {
          authorization,
          host: request.headers.get('host') ?? '',
          ...(body !== null && { 'content-type': 'application/json' }),
        },
        ...(body !== null && { body: JSON.stringify(body) }),
      }),
    ),
  )
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  return await transport.handleRequest(request, { parsedBody })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(400, 'request.json', 'the body is not JSON', 'send one JSON-RPC message')
  }
}
