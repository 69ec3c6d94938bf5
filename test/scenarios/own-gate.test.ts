// Incident 65: an agent edited the gate that stopped it, the lock that was in its way, and its own credentials. Here a real session
// tries, by the command line, with its token and without it; and the same by HTTP and by the tools of MCP. Nothing has moved.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, describe, expect, it } from 'vitest'

import { routes } from '../../src/surface/http/contract.ts'
import { tools } from '../../src/surface/mcp/tools.ts'
import { openScene, type Scene } from '../surface/http/scene.ts'
import { setStage, type Stage, until } from './stage.ts'

describe('a session that would free itself (incident 65)', () => {
  let stage: Stage | null = null
  let scene: Scene | null = null
  afterEach(async () => {
    await stage?.strike()
    await scene?.end()
    stage = scene = null
  })

  it('by the command line moves neither gate nor lock nor account nor another task', async () => {
    stage = await setStage('  dear:\n    adapter: command\n')
    const { store, clock } = stage.fleet
    const now = clock.now()
    const lane = 'agent:dear'
    await store.pin({ lane, by: 'ann', reason: 'enough', until: null, now })
    const held = { name: 'deploy', holder: 'ann', attemptId: null, until: now + 3_600_000, now }
    await store.acquireLock(held)
    const other = await stage.add('true', { agent: 'dear' })
    const before = readFileSync(join(stage.dir, 'midwatch.yaml'), 'utf8')
    const tries = [
      'gate reset agent:dear',
      'gate pin fleet',
      'lock release deploy --force',
      'work forget deploy',
      'account use own',
      'account reset',
      'agent reset dear',
      `release ${other}`,
      `cancel ${other}`,
      `edit ${other} --agent shell`,
      `done ${other} all good`,
      'stop --all',
      'sweep',
      'prune',
    ]
    const script = tries
      .flatMap((words) => [
        `midwatch ${words} >>out 2>&1; echo "$? ${words}" >> codes`,
        `env -u MIDWATCH_TOKEN midwatch ${words} >>out 2>&1; echo "$? stripped ${words}" >> codes`,
      ])
      .join('\n')
    await stage.up()
    const id = await stage.add(script)
    const its = stage
    await until('it has tried', async () => (await its.task(id)).state === 'settled')
    const codes = readFileSync(join(stage.dir, 'codes'), 'utf8').trim().split('\n')
    const out = readFileSync(join(stage.dir, 'out'), 'utf8')
    expect(codes, out).toEqual(tries.flatMap((words) => [`4 ${words}`, `4 stripped ${words}`]))
    expect(await store.gates()).toMatchObject([{ lane, state: 'pinned', by: 'ann' }])
    const [lock] = await store.locks({ name: 'deploy', limit: 1 })
    expect(lock).toMatchObject({ holder: 'ann', free: false, epoch: 1 })
    expect(await stage.task(other)).toMatchObject({ state: 'ready', attempts: 0 })
    expect(await store.choices({ now: clock.now() })).toEqual([])
    expect(readFileSync(join(stage.dir, 'midwatch.yaml'), 'utf8')).toBe(before)
  }, 60_000)

  it('by HTTP and MCP is refused, and no door shows it a credential', async () => {
    scene = await openScene()
    const { store, clock } = scene.fleet
    const lane = 'agent:shell'
    const { token } = await scene.session()
    await store.pin({ lane, by: 'ann', reason: 'enough', until: null, now: clock.now() })
    const asks = Object.values(routes).filter(
      ({ path }) => path.startsWith('/api/gates') || path.startsWith('/api/agents'),
    )
    expect(asks.length).toBeGreaterThan(5)
    for (const { method, path } of asks) {
      const where = path.replace('{lane}', lane).replace('{name}', 'shell')
      const answer = await scene.ask(where, {
        method,
        as: token,
        ...(method === 'POST' && { body: '{}' }),
      })
      expect([where, answer.status]).toEqual([where, 403])
      const said = await answer.text()
      for (const secret of [scene.operator, scene.viewer, 'sk-very-secret'])
        expect(said).not.toContain(secret)
    }
    const client = new Client({ name: 'test', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${scene.url}/mcp`), { requestInit }) as never,
    )
    for (const tool of tools.filter((one) => !one.for.includes('attempt'))) {
      const said = await client
        .callTool({ name: tool.name, arguments: { lane } })
        .catch(() => ({ isError: true }))
      expect([tool.name, said.isError]).toEqual([tool.name, true])
    }
    await client.close()
    const gates = (await store.gates()).filter((gate) => gate.lane === lane)
    expect(gates).toMatchObject([{ state: 'pinned', by: 'ann', reason: 'enough' }])
    expect(await store.facts({ kinds: ['gate.reset'], limit: 9 })).toEqual([])
  })
})
