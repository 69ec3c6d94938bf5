// What a model answers in four protocols: one call of a shell tool, or a text. As little as the clients accept.

export type Protocol = 'messages' | 'responses' | 'chat' | 'gemini'

// biome-ignore lint/suspicious/noExplicitAny: request bodies of four foreign protocols
export type Body = any

/** Why the model stopped. */
export type Stop = 'end' | 'refusal'

export interface Call {
  readonly name: string
  /** Where a client groups its tools: the group. */
  readonly namespace?: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What one answer holds: a call, or a text. */
export interface Answer {
  readonly call: Call | null
  readonly text: string
  readonly stop: Stop
}

/** Events of a streamed answer; `name` is null for protocols whose events have none. */
export interface StreamEvent {
  readonly name: string | null
  readonly data: unknown
}

export function protocolOf(path: string): Protocol | null {
  if (/\/messages(?:\?|$)/.test(path)) return 'messages'
  if (/\/responses(?:\?|$)/.test(path)) return 'responses'
  if (/\/chat\/completions(?:\?|$)/.test(path)) return 'chat'
  return /:(?:stream)?[gG]enerateContent/.test(path) ? 'gemini' : null
}

export const providerOf = (protocol: Protocol): 'anthropic' | 'openai' | 'gemini' =>
  protocol === 'messages' ? 'anthropic' : protocol === 'gemini' ? 'gemini' : 'openai'

/** The shell tool that the request offers, with arguments for a command; null when it offers none. */
export function shellCall(protocol: Protocol, body: Body, command: string): Call | null {
  const found = toolsIn(protocol, body).find(({ name }) =>
    /bash|shell|exec_command/i.test(name ?? ''),
  )
  if (found === undefined) return null
  const properties: Record<string, Body> = found.schema?.properties ?? {}
  const wanted: string[] = found.schema?.required ?? []
  const args: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(properties)) {
    if (key === 'command' || key === 'cmd')
      args[key] = schema.type === 'array' ? ['bash', '-lc', command] : command
    else if (wanted.includes(key)) args[key] = someValue(schema)
  }
  return { name: found.name, args }
}

/** The tool of an MCP server whose name ends so, with these arguments; null when the request offers none. */
export function serverCall(
  protocol: Protocol,
  body: Body,
  ends: string,
  args: Call['args'],
): Call | null {
  const tools: Body[] = body.tools ?? []
  for (const tool of tools)
    if (tool.type === 'namespace' && /midwatch/.test(tool.name ?? ''))
      for (const { name } of tool.tools ?? [])
        if (name === ends || String(name).endsWith(`__${ends}`))
          return { name, args, namespace: tool.name }
  const found = toolsIn(protocol, body).find(({ name }) =>
    new RegExp(`midwatch.*__${ends}$`).test(name ?? ''),
  )
  return found === undefined ? null : { name: found.name, args }
}

function someValue(schema: Body): unknown {
  if (schema?.enum) return schema.enum[0]
  if (schema?.type === 'boolean') return false
  return schema?.type === 'number' || schema?.type === 'integer' ? 10_000 : 'run it'
}

function toolsIn(protocol: Protocol, body: Body): { name: string; schema: Body }[] {
  const tools: Body[] = body.tools ?? []
  switch (protocol) {
    case 'messages':
      return tools.map((tool) => ({ name: tool.name, schema: tool.input_schema }))
    case 'chat':
      return tools.map((tool) => ({ name: tool.function?.name, schema: tool.function?.parameters }))
    case 'responses':
      return tools
        .flatMap((tool) => (tool.type === 'namespace' ? (tool.tools ?? []) : [tool]))
        .map((tool: Body) => ({ name: tool.name, schema: tool.parameters }))
    case 'gemini':
      return tools
        .flatMap((tool) => tool.functionDeclarations ?? [])
        .map((tool: Body) => ({
          name: tool.name,
          schema: tool.parametersJsonSchema ?? tool.parameters,
        }))
  }
}

/** How many results of tools the request brings back. */
export function resultsIn(protocol: Protocol, body: Body): number {
  const text = JSON.stringify(body.messages ?? body.input ?? body.contents ?? [])
  const mark = {
    messages: /"type":"tool_result"/g,
    chat: /"role":"tool"/g,
    responses: /"type":"(?:function_call|custom_tool_call|local_shell_call)_output"/g,
    gemini: /"functionResponse":/g,
  }[protocol]
  return text.match(mark)?.length ?? 0
}

export function isStreamed(protocol: Protocol, path: string, body: Body): boolean {
  return protocol === 'gemini' ? /stream/i.test(path) : body.stream === true
}

const usage = { input_tokens: 100, output_tokens: 20 }

/** The answer as events of a stream. */
export function eventsOf(protocol: Protocol, answer: Answer, n: number): StreamEvent[] {
  switch (protocol) {
    case 'messages':
      return messageEvents(answer, n)
    case 'responses':
      return responseEvents(answer, n)
    case 'chat':
      return chatChunks(answer, n)
    case 'gemini':
      return [{ name: null, data: geminiAnswer(answer) }]
  }
}

/** The same answer in one piece. */
export function wholeOf(protocol: Protocol, answer: Answer, n: number): object {
  switch (protocol) {
    case 'messages':
      return {
        ...messageHead(n),
        content: [messageBlock(answer, n)],
        stop_reason: stopOfMessage(answer),
        stop_sequence: null,
        usage,
      }
    case 'responses':
      return {
        id: `resp_${n}`,
        object: 'response',
        status: 'completed',
        output: [responseItem(answer, n)],
        usage: responseUsage,
      }
    case 'chat':
      return {
        id: `chatcmpl-${n}`,
        object: 'chat.completion',
        model: 'loopback',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: answer.call ? null : answer.text,
              ...chatCalls(answer, n),
            },
            finish_reason: chatFinish(answer),
          },
        ],
        usage: chatUsage,
      }
    case 'gemini':
      return geminiAnswer(answer)
  }
}

const messageHead = (n: number) => ({
  id: `msg_${n}`,
  type: 'message',
  role: 'assistant',
  model: 'claude-loopback',
})

const stopOfMessage = ({ call, stop }: Answer): string =>
  stop === 'refusal' ? 'refusal' : call ? 'tool_use' : 'end_turn'

const messageBlock = ({ call, text }: Answer, n: number) =>
  call
    ? { type: 'tool_use', id: `toolu_${n}`, name: call.name, input: call.args }
    : { type: 'text', text }

function messageEvents(answer: Answer, n: number): StreamEvent[] {
  const { call, text } = answer
  const start = call ? { ...messageBlock(answer, n), input: {} } : { type: 'text', text: '' }
  const delta = call
    ? { type: 'input_json_delta', partial_json: JSON.stringify(call.args) }
    : { type: 'text_delta', text }
  const data = [
    {
      type: 'message_start',
      message: {
        ...messageHead(n),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: start },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopOfMessage(answer), stop_sequence: null },
      usage: { output_tokens: 20 },
    },
    { type: 'message_stop' },
  ]
  return data.map((one) => ({ name: one.type, data: one }))
}

const responseUsage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 120,
}

const responseItem = ({ call, text }: Answer, n: number) =>
  call
    ? {
        type: 'function_call',
        id: `fc_${n}`,
        call_id: `call_${n}`,
        name: call.name,
        ...(call.namespace !== undefined && { namespace: call.namespace }),
        arguments: JSON.stringify(call.args),
        status: 'completed',
      }
    : {
        type: 'message',
        id: `msg_${n}`,
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      }

function responseEvents(answer: Answer, n: number): StreamEvent[] {
  const response = { id: `resp_${n}`, object: 'response', model: 'loopback', output: [] }
  const item = responseItem(answer, n)
  const data: { type: string }[] = [
    { type: 'response.created', ...{ response: { ...response, status: 'in_progress' } } },
    { type: 'response.output_item.added', ...{ output_index: 0, item } },
    { type: 'response.output_item.done', ...{ output_index: 0, item } },
    {
      type: 'response.completed',
      ...{ response: { ...response, status: 'completed', output: [item], usage: responseUsage } },
    },
  ]
  return data.map((one) => ({ name: one.type, data: one }))
}

const chatUsage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }

const chatFinish = ({ call, stop }: Answer): string =>
  stop === 'refusal' ? 'content_filter' : call ? 'tool_calls' : 'stop'

const chatCalls = ({ call }: Answer, n: number) =>
  call
    ? {
        tool_calls: [
          {
            index: 0,
            id: `call_${n}`,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.args) },
          },
        ],
      }
    : {}

function chatChunks(answer: Answer, n: number): StreamEvent[] {
  const chunk = (delta: object, finish: string | null, more: object = {}) => ({
    name: null,
    data: {
      id: `chatcmpl-${n}`,
      object: 'chat.completion.chunk',
      created: 1,
      model: 'loopback',
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...more,
    },
  })
  const said = answer.call ? chatCalls(answer, n) : { content: answer.text }
  return [
    chunk({ role: 'assistant', content: '' }, null),
    chunk(said, null),
    chunk({}, chatFinish(answer), { usage: chatUsage }),
    { name: null, data: '[DONE]' },
  ]
}

function geminiAnswer({ call, text, stop }: Answer): object {
  const parts = call ? [{ functionCall: { name: call.name, args: call.args } }] : [{ text }]
  return {
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts },
        finishReason: stop === 'refusal' ? 'SAFETY' : 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
    modelVersion: 'loopback',
  }
}
