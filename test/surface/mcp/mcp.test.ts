// Real clients of MCP, the SDK's own, over HTTP and over standard input and output: a session drives its task from order to
// done, an operator tends the fleet, and neither gets what is not theirs.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { routeOf, tools } from '../../../src/surface/mcp/tools.ts'
import { lost, openScene, type Scene } from '../http/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

async function clientWith(token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  const transport = new StreamableHTTPClientTransport(new URL(`${scene.url}/mcp`), { requestInit })
  await client.connect(transport as never)
  return client
}

const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name)

async function use(client: Client, name: string, given: object = {}) {
  const said = await client.callTool({ name, arguments: { ...given } })
  const [first] = said.content as { text: string }[]
  return { refused: said.isError === true, text: first?.text ?? '' }
}

describe('a session', () => {
  test('drives its task from order to done, and nothing else', async () => {
    const { attempt, token } = await scene.session()
    const client = await clientWith(token)
    expect(await names(client)).toEqual(
      tools.filter((one) => one.for.includes('attempt')).map(({ name }) => name),
    )
    expect(JSON.parse((await use(client, 'task')).text)).toMatchObject({
      task: { id: attempt.taskId, state: 'taken', run: 'true' },
    })
    await use(client, 'progress', { text: 'half of it' })
    expect((await scene.fleet.store.attempt(attempt.id))?.progress?.text).toBe('half of it')
    const added = await use(client, 'add_task', { title: 'the rest', run: 'true', key: 'rest' })
    expect(JSON.parse(added.text)).toMatchObject({ task: { createdBy: `attempt ${attempt.id}` } })
    const begun = await use(client, 'effect_begin', { key: 'mail:report' })
    expect(JSON.parse(begun.text)).toMatchObject({ ours: true })
    const told = await use(client, 'effect_commit', { key: 'mail:report', output: 'sent' })
    expect(JSON.parse(told.text)).toMatchObject({ effect: { state: 'performed' } })
    expect(await use(client, 'effect_begin', { key: 'mail:report', params: { to: 'x' } })).toEqual({
      refused: true,
      text: expect.stringMatching(/effect\.mismatch.*[0-9a-f]{64}.*[0-9a-f]{64}/s),
    })
    const shown = await use(client, 'effect_show', { key: 'mail:report' })
    expect(JSON.parse(shown.text)).toMatchObject({ effect: { result: { output: 'sent' } } })
    await use(client, 'effect_begin', { key: 'mail:other' })
    const given = await use(client, 'effect_abort', { key: 'mail:other', reason: 'no connection' })
    expect(JSON.parse(given.text)).toMatchObject({ effect: { state: 'failed' } })
    expect(JSON.parse((await use(client, 'effect_list')).text).effects).toHaveLength(2)
    expect(JSON.parse((await use(client, 'done', { text: 'all of it' })).text)).toMatchObject({
      settled: true,
    })
    expect(await scene.fleet.store.task(attempt.taskId)).toMatchObject({
      state: 'settled',
      outcome: 'done',
    })
    const late = await use(client, 'fail', { text: 'no, wait' })
    expect(late.refused).toBe(true)
    expect(late.text).toMatch(/^Refused \([\w.]+\): .+ What to do: .+/)
    await client.close()
  })

  test('has exactly these tools', async () => {
    const { token } = await scene.session()
    const client = await clientWith(token)
    expect((await names(client)).toSorted()).toEqual([
      'add_task',
      'ask_person',
      'done',
      'effect_abort',
      'effect_begin',
      'effect_commit',
      'effect_list',
      'effect_show',
      'fail',
      'hold',
      'lock_acquire',
      'lock_release',
      'lock_renew',
      'progress',
      'task',
      'why',
      'work_abandon',
      'work_claim',
      'work_complete',
    ])
    await client.close()
  })

  test('keeps others out by a lock and a work key, asks why, and lets its own task wait', async () => {
    const [own, other] = [await scene.session(), await scene.session()]
    const [client, rival] = [await clientWith(own.token), await clientWith(other.token)]
    const said = async (name: string, given: object = {}) =>
      JSON.parse((await use(client, name, given)).text)
    const { lock } = await said('lock_acquire', { name: 'merge' })
    expect(await use(rival, 'lock_acquire', { name: 'merge' })).toMatchObject({ refused: true })
    const mine = { name: 'merge', epoch: lock.epoch }
    expect(await said('lock_renew', mine)).toMatchObject({ lock: { epoch: lock.epoch } })
    expect(await said('lock_release', mine)).toEqual({ released: true })
    expect(await use(rival, 'lock_acquire', { name: 'merge' })).toMatchObject({ refused: false })
    expect(await said('work_claim', { key: 'chart 7' })).toMatchObject({ work: { key: 'chart 7' } })
    await said('work_complete', { key: 'chart 7', note: 'twelve reefs' })
    const again = await use(rival, 'work_claim', { key: 'chart 7' })
    expect([again.refused, again.text]).toEqual([true, expect.stringContaining('What to do:')])
    await said('work_claim', { key: 'chart 8' })
    expect(await said('work_abandon', { key: 'chart 8' })).toEqual({ abandoned: true })
    expect(await use(rival, 'work_claim', { key: 'chart 8' })).toMatchObject({ refused: false })
    expect(await said('why')).toMatchObject({ state: 'taken' })
    expect(await said('hold', { until: '2h' })).toMatchObject({ ending: true })
    const { store } = scene.fleet
    expect((await store.attempt(own.attempt.id))?.stop).not.toBeNull()
    expect((await store.attempt(other.attempt.id))?.stop).toBeNull()
    expect(JSON.parse((await use(rival, 'fail', { text: 'no wind' })).text)).toHaveProperty(
      'settled',
    )
    await Promise.all([client.close(), rival.close()])
  })

  test('asks a person, and its session is asked to stop', async () => {
    const { attempt, token } = await scene.session()
    const client = await clientWith(token)
    expect((await use(client, 'ask_person', { question: 'red or green?' })).refused).toBe(false)
    expect((await scene.fleet.store.attempt(attempt.id))?.stop).not.toBeNull()
    await client.close()
  })

  test('cannot call a tool of operators', async () => {
    const { token } = await scene.session()
    const client = await clientWith(token)
    const said = await client
      .callTool({ name: 'pause_gate', arguments: { lane: 'fleet' } })
      .catch((error: Error) => ({ isError: true, message: error.message }))
    expect(said.isError).toBe(true)
    expect(await scene.fleet.store.gates()).toEqual([])
    await client.close()
  })
})

test('an operator tends the fleet; a viewer only looks', async () => {
  const client = await clientWith(scene.operator)
  expect(JSON.parse((await use(client, 'watch')).text)).toHaveProperty('light')
  const shown = await use(client, 'pause_gate', { lane: 'agent:shell', preview: true })
  expect(JSON.parse(shown.text)).toMatchObject({ preview: true })
  expect(await scene.fleet.store.gates()).toEqual([])
  await use(client, 'pause_gate', { lane: 'agent:shell', reason: 'deploy' })
  expect(await scene.fleet.store.gates()).toMatchObject([{ state: 'pinned' }])
  await use(client, 'resume_gate', { lane: 'agent:shell' })
  const viewer = await clientWith(scene.viewer)
  const may = await viewer.listTools()
  expect(may.tools.length).toBeGreaterThan(5)
  expect(may.tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true)
  await Promise.all([client.close(), viewer.close()])
})

test('an operator says what became of an effect in doubt; a session and a viewer may not', async () => {
  const { attempt, token } = await scene.session()
  const { store } = scene.fleet
  const session = await clientWith(token)
  await use(session, 'effect_begin', { key: 'pay:7' })
  const [operator, viewer] = [await clientWith(scene.operator), await clientWith(scene.viewer)]
  const said = { key: 'pay:7', said: 'performed', reason: 'it is in the ledger of the bank' }
  const early = await use(operator, 'effect_resolve', said)
  expect([early.refused, early.text]).toEqual([true, expect.stringContaining('effect.settled')])
  await store.end({ attemptId: attempt.id, verdict: lost, now: Date.now() })
  for (const client of [session, viewer]) {
    const tried = await client
      .callTool({ name: 'effect_resolve', arguments: said })
      .catch(() => null)
    expect(tried === null || tried.isError === true).toBe(true)
  }
  expect((await store.effect('pay:7'))?.state).toBe('reserved')
  const resolved = await use(operator, 'effect_resolve', said)
  expect(JSON.parse(resolved.text)).toMatchObject({
    effect: { state: 'performed', by: 'operator', result: { receipt: said.reason } },
  })
  expect((await use(operator, 'effect_resolve', { ...said, key: 'none' })).refused).toBe(true)
  await Promise.all([session.close(), operator.close(), viewer.close()])
})

test('a token of nobody gets nothing', async () => {
  await expect(clientWith('mwo_0000000000000000000000000000')).rejects.toThrow()
})

test('over standard input and output it ends with its client, once all that was asked is answered', async () => {
  const { token } = await scene.session()
  const message = (id: number, method: string, params: object) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`
  const clientInfo = { name: 'test', version: '1' }
  const asked = [
    message(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }),
    message(2, 'tools/call', { name: 'task', arguments: {} }),
  ]
  const served = spawn(
    process.execPath,
    ['src/main.ts', 'mcp', '--session', '--fleet', scene.fleet.dir],
    {
      env: { PATH: process.env['PATH'], MIDWATCH_TOKEN: token },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 60_000, // killed then, and the test fails
    },
  )
  let said = ''
  served.stdout.on('data', (chunk) => (said += String(chunk)))
  served.stdin.end(asked.join(''))
  expect(await once(served, 'close')).toEqual([0, null])
  expect(said).toContain('"id":1')
  expect(said).toMatch(/"id":2.*taken|taken.*"id":2/)
}, 90_000)

test('over standard input and output a session has its own rights, without a dispatcher', async () => {
  const { attempt, token } = await scene.session()
  const serve = (env: Record<string, string>) =>
    new StdioClientTransport({
      command: process.execPath,
      args: ['src/main.ts', 'mcp', '--session', '--fleet', scene.fleet.dir],
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stderr: 'ignore',
    })
  const client = new Client({ name: 'test', version: '1' })
  const own = { MIDWATCH_TOKEN: token, MIDWATCH_ATTEMPT: String(attempt.id) }
  await client.connect(serve(own))
  expect(JSON.parse((await use(client, 'task')).text)).toMatchObject({
    task: { id: attempt.taskId },
  })
  expect(JSON.parse((await use(client, 'done', { text: 'yes' })).text)).toMatchObject({
    settled: true,
  })
  await client.close()
  const nobody = new Client({ name: 'test', version: '1' })
  await expect(nobody.connect(serve({ USER: 'ann' }))).rejects.toThrow()
})

test('every tool says what follows, and has a route that its readers may use', () => {
  for (const tool of tools) {
    expect(tool.about.length, tool.name).toBeGreaterThan(40)
    const { rights, method } = routeOf(tool)
    expect(
      tool.for.some((role) => rights.includes(role)),
      tool.name,
    ).toBe(true)
    expect(tool.readOnly === true, tool.name).toBe(method === 'GET')
  }
})
