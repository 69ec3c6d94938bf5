// Keeps one spawner beside this process and asks it to start wrappers. Whatever becomes of it, an attempt starts once at
// most: a request whose answer never came is answered `gone`, the caller starts the wrapper by itself, and of the two the
// one that finds the ticket taken leaves. A spawner that ended is made anew, later and later while it keeps ending.

import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { constants as system } from 'node:os'
import type { Clock } from '../../../base/clock.ts'
import { childrenOf, createWrappers, type Wrappers } from './descent.ts'
import { markRoomBytes, roomVariable } from './forked-wrapper.ts'
import { framed, frameOf, type SpawnRequest } from './spawner-frame.ts'
import { spawnerName, spawnerText } from './spawner-text.ts'

/** `unable`: no wrapper is forked here, nothing runs. `unmade`: the attempt's folder could not be made, nothing runs. `errno`: the system refused, nothing runs. `gone`: nobody knows, ask the ticket. */
export type Spawned =
  | {
      readonly is: 'started'
      readonly pid: number
      readonly startTicks: string | null
      /** The spawner, where the kernel gives it whatever the session leaves behind; else null. */
      readonly reaper: number | null
    }
  | { readonly is: 'errno'; readonly error: Error }
  | { readonly is: 'unmade' }
  | { readonly is: 'unable' }
  | { readonly is: 'gone' }

export interface Spawner {
  /** Begins now, and not with the first request: a fork of this process holds up its loop by the size of its heap. */
  ready(): void
  /** Never rejects. */
  start(request: SpawnRequest): Promise<Spawned>
  /** Removes a cgroup soon; false where there is nobody to do it. */
  discard(cgroup: string): boolean
  /** The process, while there is one. */
  readonly pid: number | null
  /**
   * Whether nothing lives that sessions of `reaper` left behind: it is the spawner still, and has no child but wrappers. True
   * only where that is proven.
   */
  hasNoOrphans(reaper: number): Promise<boolean>
}

const perl = '/usr/bin/perl'
/** A spawner that says nothing for so long is stuck, in a folder on a dead server, say. */
const answerMs = 5_000
/** What is to be removed goes along with the next start, or after this: a request of its own costs as much as a start's. */
const discardMs = 20
/** More do not wait. */
const doomedAtMost = 64
const firstRestMs = 1_000
const longestRestMs = 60_000

const spawners = new WeakMap<Clock, Spawner>()

/** The one spawner of this process; it is started at the first request and ends with us. */
export function spawnerOf(clock: Clock): Spawner {
  const spawner = spawners.get(clock) ?? createSpawner(clock)
  spawners.set(clock, spawner)
  return spawner
}

/** Makes a spawner of one's own. `program` runs Perl's text; where it is not there, every answer is `gone`. */
export function createSpawner(clock: Clock, program: string = perl): Spawner {
  const pending = new Map<number, Pending>()
  const wrappers = createWrappers(clock)
  let child: ChildProcess | null = null
  let number = 0
  let deaths = 0
  let notBeforeMs = Number.NEGATIVE_INFINITY

  /** Idempotent: whoever notices first that this one is over. */
  const over = (gone: ChildProcess) => {
    if (child !== gone) return
    child = null
    notBeforeMs = clock.monotonicMs() + Math.min(longestRestMs, firstRestMs * 2 ** deaths++)
    gone.kill('SIGKILL')
    wrappers.clear()
    for (const { answer } of [...pending.values()]) answer({ is: 'gone' })
  }

  const begin = (): ChildProcess | null => {
    if (clock.monotonicMs() < notBeforeMs) return null
    const made = startedBy(program)
    if (made === null)
      notBeforeMs = Number.POSITIVE_INFINITY // no Perl here
    else {
      for (const event of ['exit', 'error']) made.once(event, () => over(made))
      made.stdin?.on('error', () => over(made))
      hear(made, (line) => {
        deaths = 0
        const { its, spawned } = answerOf(line, made.pid)
        if (spawned.is === 'started') wrappers.add(spawned.pid, spawned.startTicks)
        pending.get(its)?.answer(spawned)
      })
    }
    return made
  }

  const current = (): ChildProcess | null => {
    child ??= begin()
    return child
  }

  async function start(request: SpawnRequest): Promise<Spawned> {
    const frame = frameOf(++number, request)
    const asked = frame === null ? null : current()
    if (frame === null || asked === null) return { is: 'gone' }
    const its = number
    keepAlive(asked, true)
    asked.stdin?.write(Buffer.concat([...doomed.taken(), frame]))
    const spawned = await answerTo(its, pending, clock, () => over(asked))
    if (pending.size === 0) keepAlive(asked, false)
    return spawned
  }

  const doomed = doomedOf(clock, (frame) => void child?.stdin?.write(frame))

  return {
    ready: () => void current(),
    start,
    discard(cgroup) {
      if (child === null) return false
      doomed.add(cgroup)
      return true
    },
    get pid() {
      return child?.pid ?? null
    },
    hasNoOrphans: async (reaper) =>
      child?.pid === reaper && (await areAllWrappers(reaper, wrappers, pending)),
  }
}

/** Gathers what is to be removed; `send` tells the spawner where nothing else takes it along. */
function doomedOf(clock: Clock, send: (frame: Buffer) => void) {
  const cgroups: string[] = []
  const taken = () => (cgroups.length === 0 ? [] : [framed(['0', 'discard', ...cgroups.splice(0)])])
  const sendAll = () => taken().forEach(send)
  return {
    add(cgroup: string): void {
      cgroups.push(cgroup)
      if (cgroups.length === 1) void clock.sleep(discardMs).then(sendAll)
      if (cgroups.length > doomedAtMost) sendAll()
    },
    /** All of them as a request; nothing, where there is none. */
    taken,
  }
}

interface Pending {
  readonly answer: (spawned: Spawned) => void
  readonly answered: Promise<Spawned>
}

/** The answer to a request; `onLate` is called when it does not come in time. */
async function answerTo(
  its: number,
  pending: Map<number, Pending>,
  clock: Clock,
  onLate: () => void,
): Promise<Spawned> {
  const late = new AbortController()
  const { promise: answered, resolve: answer } = Promise.withResolvers<Spawned>()
  pending.set(its, { answer, answered })
  void clock.sleep(answerMs, late.signal).then(() => {
    if (pending.has(its)) onLate()
  })
  const spawned = await answered
  pending.delete(its)
  late.abort('answered')
  return spawned
}

/** A child that nobody has told us of yet is a wrapper under way, or it is not. */
async function areAllWrappers(
  spawner: number,
  wrappers: Wrappers,
  pending: ReadonlyMap<number, Pending>,
): Promise<boolean> {
  const children = childrenOf(spawner)
  if (children === null) return false
  // Answers come in the order of the requests: none is waited for longer than until every child is told.
  for (const { answered } of [...pending.values()]) {
    if (wrappers.areAll(children)) return true
    await answered
  }
  return wrappers.areAll(children)
}

/** In a session of its own: what a terminal sends to us is not for it. */
function startedBy(program: string): ChildProcess | null {
  try {
    accessSync(program, constants.X_OK)
    const child = spawn(program, ['-e', spawnerText], {
      argv0: spawnerName,
      cwd: '/',
      detached: true,
      env: { LC_ALL: 'C', LD_BIND_NOW: '1', [roomVariable]: ' '.repeat(markRoomBytes) },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    keepAlive(child, false)
    return child
  } catch {
    return null // not there, or the system has no process left
  }
}

/** The spawner keeps nobody from leaving, except while an answer is awaited. */
function keepAlive(child: ChildProcess, isAwaited: boolean): void {
  const change = isAwaited ? 'ref' : 'unref'
  child[change]()
  for (const stream of [child.stdin, child.stdout]) {
    const socket = stream as unknown as { ref?(): void; unref?(): void } | null
    socket?.[change]?.()
  }
}

function hear(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString('latin1')}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
}

/** What a line answers, and to which request. */
function answerOf(line: string, spawner: number | undefined): { its: number; spawned: Spawned } {
  const [its, ...said] = line.split(' ')
  return { its: Number(its), spawned: readAnswer(said, spawner) }
}

function readAnswer(
  [what, value, ticks, reaper]: readonly string[],
  spawner: number | undefined,
): Spawned {
  const n = Number(value)
  if (what === 'unmade' || what === 'unable') return { is: what }
  if (what === 'pid')
    return {
      is: 'started',
      pid: n,
      startTicks: ticks === '-' ? null : (ticks ?? null),
      reaper: reaper === '1' ? (spawner ?? null) : null,
    }
  const code = Object.entries(system.errno).find(([, errno]) => errno === n)?.[0] ?? 'UNKNOWN'
  const error = Object.assign(new Error(`spawn /bin/sh ${code}`), {
    code,
    syscall: 'spawn /bin/sh',
  })
  return { is: 'errno', error }
}
