// A fleet with its API on a free port of loopback, no dispatcher behind it, and tokens of every kind. The store,
// the files and the sockets are real.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { openFleet } from '../../../src/app.ts'
import { present } from '../../../src/base/assert.ts'
import { hashOf, newSecret, tokenOf } from '../../../src/base/ids.ts'
import type { Fleet } from '../../../src/fleet.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import type { Verdict } from '../../../src/model/failure.ts'
import { serveApiOf } from '../../../src/api.ts'

export const secretValue = 'sk-very-secret-value-0123456789'

/** How a session ends that nobody saw end. */
export const lost: Verdict = {
  class: 'lost',
  blame: 'host',
  exitCode: null,
  signal: null,
  evidence: 'it vanished',
  resetAt: null,
  neverStarted: false,
}

const yaml = `\
name: scene
agents:
  shell: { adapter: command, tier: light, slots: 2, env: { API_KEY: '${secretValue}' } }
  claude: { adapter: claude, tier: frontier, slots: 1 }
`

export interface Scene {
  readonly fleet: Fleet
  readonly url: string
  readonly operator: string
  readonly viewer: string
  readonly log: string[]
  /** An attempt at a task of its own, with its token. */
  session(): Promise<{ attempt: Attempt; token: string }>
  ask(path: string, init?: RequestInit & { as?: string | null }): Promise<Response>
  /** Lets the time pass by which the API counts what is asked of it. */
  pass(ms: number): void
  /** Says of a task that it is so many sessions away from a person. */
  setDepth(taskId: number, depth: number): void
  /** Ends the API and begins it again on the same port. */
  again(): Promise<void>
  end(): Promise<void>
}

export async function openScene(
  more = '',
  daemonLives = async () => false,
  listen = '127.0.0.1:0',
): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-http-'))
  writeFileSync(join(dir, 'midwatch.yaml'), yaml + more)
  const fleet = await openFleet({ dir, env: process.env })
  const log: string[] = []
  let passed = 0
  const clock = { ...fleet.clock, monotonicMs: () => fleet.clock.monotonicMs() + passed }
  const open = (override: string) =>
    serveApiOf(
      { ...fleet, clock },
      {
        current: () => fleet.loaded,
        source: fleet.source,
        daemonLives,
        override,
        log: (line) => void log.push(line),
      },
    )
  let api = await open(listen)
  const { url } = JSON.parse(readFileSync(join(fleet.stateDir, 'http.json'), 'utf8'))
  const access = JSON.parse(readFileSync(await accessMade(url, fleet.stateDir), 'utf8'))
  return {
    fleet,
    url,
    operator: access.operator,
    viewer: access.viewer,
    log,
    session: () => takeTask(fleet),
    pass: (ms) => {
      passed += ms
    },
    ask: (path, { as = access.operator, ...init } = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          ...(as !== null && { authorization: `Bearer ${as}` }),
          ...(init.body !== undefined && { 'content-type': 'application/json' }),
          ...init.headers,
        },
      }),
    setDepth(taskId, depth) {
      const db = new DatabaseSync(join(fleet.stateDir, 'fleet.db'))
      db.exec('PRAGMA busy_timeout = 5000')
      const put = db.prepare(
        "INSERT INTO provenance (task_id, kind, root, depth, sensed, attempt_id) VALUES (?, 'session', 1, ?, 0, 999999)",
      )
      put.run(taskId, depth)
      db.close()
    },
    async again() {
      await api?.stop()
      api = await open(new URL(url).host)
      await fetch(`${url}/healthz`).catch(() => {}) // the client notices that its connection is gone
    },
    async end() {
      await api?.stop()
      await fleet.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The access file is made when somebody first asks for it. */
async function accessMade(url: string, stateDir: string): Promise<string> {
  await fetch(`${url}/api/me`, { headers: { authorization: 'Bearer nobody' } })
  return join(stateDir, 'access.json')
}

async function takeTask({ store, clock, random }: Fleet) {
  const now = clock.now()
  const secret = newSecret(random)
  const demand = { kind: 'command', agent: 'shell', tier: null, role: null, labels: [] } as const
  const order = {
    run: 'true',
    prompt: null,
    cwd: '/',
    timeoutMs: null,
    verify: null,
    once: false,
    workspace: 'dir',
  } as const
  await store.enqueue({
    title: 'its own',
    priority: 1_000,
    demand,
    order,
    attemptsMax: 3,
    key: null,
    holds: [],
    againOf: null,
    by: 'ann',
    now,
  })
  const { claimed } = await store.claim({
    agent: 'shell',
    host: 'h1',
    lanes: ['agent:shell', 'fleet', 'host:h1'],
    demandIds: (await store.readyDemands()).map(({ id }) => id),
    agentSlots: 100,
    hostSlots: 100,
    seeds: [{ nonce: random.hex(8), tokenHash: hashOf(secret) }],
    configHash: 'x',
    leaseUntil: now + 60_000,
    now,
  })
  const attempt = claimed[0]?.attempt
  if (attempt === undefined) throw new Error('nothing was claimed')
  return { attempt, token: tokenOf(attempt.id, secret) }
}

/** The work of this session waits for a review. */
export async function offerReview({ store, clock }: Fleet, { id, taskId }: Attempt): Promise<void> {
  const now = clock.now()
  const task = present(await store.task(taskId), 'it was taken')
  const { demand, order } = task
  const want = {
    title: 'review it',
    priority: 0,
    demand,
    order: { ...order, prompt: 'judge', run: null, reviewOf: taskId },
    attemptsMax: 3,
    by: 'midwatch',
    now,
  }
  const work = { taskId, attemptId: id, verified: true, maker: 'shell', reason: 'done', now }
  const offered = await store.offerReview({ ...work, want })
  if (!offered.ok) throw new Error(offered.refusal.sentence)
}
