// Judges what many hosts left behind: what the database says, by the order of its facts, and what the programs wrote
// themselves into one log. Answers with every broken promise as a sentence; none is the proof.

import { existsSync, readFileSync } from 'node:fs'

export type Ask = (text: string) => Promise<Record<string, unknown>[]>

export interface Caps {
  /** Attempts under way at once: on each host, of each agent on all hosts, and of each label. */
  readonly host: number
  readonly agents: Readonly<Record<string, number>>
}

export interface HostsTraces {
  readonly ask: Ask
  /** Where the programs wrote `start ATTEMPT TASK` and `stop ATTEMPT TASK`. */
  readonly log: string
  readonly tasks: number
  readonly caps: Caps
}

/** Every promise that was broken. */
export async function brokenAmongHosts(traces: HostsTraces): Promise<string[]> {
  const steps = await readSteps(traces.ask)
  return [
    ...(await notSettledOnce(traces)),
    ...overCaps(steps, traces.caps),
    ...besideEachOther(steps),
    ...(await strangeRuns(traces)),
  ]
}

async function notSettledOnce({ ask, tasks }: HostsTraces): Promise<string[]> {
  const rows = await ask(
    `SELECT t.id, t.state, t.outcome, t.reason,
       (SELECT count(*)::int FROM facts f WHERE f.task_id = t.id AND f.kind = 'task.settled') AS n FROM tasks t`,
  )
  const wrong = rows.filter(({ outcome, n }) => outcome !== 'done' || n !== 1)
  const open = await ask(`SELECT id, host, state FROM attempts WHERE state <> 'ended'`)
  return [
    ...(rows.length === tasks ? [] : [`${rows.length} tasks are there, ${tasks} were accepted`]),
    ...wrong.map(
      (row) =>
        `task ${row['id']} is ${row['state']} ${row['outcome'] ?? ''}, settled ${row['n']} times: ${row['reason']}`,
    ),
    ...open.map((row) => `attempt ${row['id']} of ${row['host']} is still ${row['state']}`),
  ]
}

interface Step {
  readonly by: 1 | -1
  readonly task: number
  readonly host: string
  readonly agent: string
}

/** A claim that relied on an end was given its number after it: their order accuses nobody falsely. */
async function readSteps(ask: Ask): Promise<Step[]> {
  const rows = await ask(
    `SELECT f.kind, a.task_id, a.host, a.agent FROM facts f JOIN attempts a ON a.id = f.attempt_id
     WHERE f.kind IN ('attempt.claimed', 'attempt.ended') ORDER BY f.id`,
  )
  return rows.map((row) => ({
    by: row['kind'] === 'attempt.claimed' ? 1 : -1,
    task: Number(row['task_id']),
    host: String(row['host']),
    agent: String(row['agent']),
  }))
}

/** The highest number at once, by key. */
function peaks(steps: readonly Step[], keyOf: (step: Step) => string): Map<string, number> {
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  for (const step of steps) {
    const key = keyOf(step)
    const count = (now.get(key) ?? 0) + step.by
    now.set(key, count)
    most.set(key, Math.max(most.get(key) ?? 0, count))
  }
  return most
}

function overCaps(steps: readonly Step[], caps: Caps): string[] {
  const byHost = [...peaks(steps, ({ host }) => host)].filter(([, most]) => most > caps.host)
  const byAgent = [...peaks(steps, ({ agent }) => agent)].filter(
    ([agent, most]) => most > (caps.agents[agent] ?? Number.POSITIVE_INFINITY),
  )
  return [
    ...byHost.map(
      ([host, most]) => `${most} attempts at once on ${host}, its slots are ${caps.host}`,
    ),
    ...byAgent.map(
      ([agent, most]) =>
        `${most} attempts of ${agent} at once, its slots are ${caps.agents[agent]}`,
    ),
  ]
}

const besideEachOther = (steps: readonly Step[]): string[] =>
  [...peaks(steps, ({ task }) => String(task))]
    .filter(([, most]) => most > 1)
    .map(([task, most]) => `task ${task} had ${most} attempts at once`)

/**
 * By the programs' own words: no attempt starts twice, and two of one task ran beside each other only where the earlier
 * one's host was called lost, which it cannot know while it is cut off.
 */
async function strangeRuns({ ask, log }: HostsTraces): Promise<string[]> {
  const rows = await ask('SELECT id, class FROM attempts')
  const classOf = new Map(rows.map((row) => [Number(row['id']), String(row['class'])]))
  const broken: string[] = []
  const started = new Set<number>()
  const running = new Map<number, Set<number>>()
  const beside = new Map<number, Set<number>>()
  for (const { what, attempt, task } of readRuns(log)) {
    const others = running.get(task) ?? new Set()
    running.set(task, others)
    if (what === 'start') {
      if (started.has(attempt)) broken.push(`attempt ${attempt} was started twice`)
      started.add(attempt)
      for (const other of others) beside.set(other, (beside.get(other) ?? new Set()).add(attempt))
      others.add(attempt)
      continue
    }
    // One that was killed writes no end: only who goes on to its end was there all the time.
    others.delete(attempt)
    for (const later of beside.get(attempt) ?? [])
      if (classOf.get(attempt) !== 'lost')
        broken.push(
          `attempt ${later} of task ${task} ran beside ${attempt}, which was ${classOf.get(attempt)}`,
        )
  }
  return broken
}

interface Run {
  readonly what: string
  readonly attempt: number
  readonly task: number
}

function readRuns(path: string): Run[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => {
    const [what = '', attempt, task] = line.split(' ')
    return { what, attempt: Number(attempt), task: Number(task) }
  })
}
