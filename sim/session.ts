// One simulated session from inside: it prints, works, speaks through the `midwatch` it was given, and ends, by itself or by
// a signal. Its steps run in the time of its machine, and stop with its process.

import { readToken, hashOf } from '../src/base/ids.ts'
import type { Wish } from '../src/lifecycle/watch/wishes.ts'
import { hideOfSession } from '../src/model/secret.ts'
import { answerSession } from '../src/surface/session/answer.ts'
import type { LedgerAnswer } from '../src/surface/session/ledger.ts'
import type { LedgerRequest } from '../src/surface/session/ledger-request.ts'
import type { Chance } from './chance.ts'
import type { Machine } from './machine.ts'
import type { Process } from './processes.ts'
import { secretsGiven } from './secrets.ts'
import { sessionClock } from './server.ts'
import type { Cause, SessionTruth } from './truth.ts'
import type { PlannedTask } from './planned.ts'
import type { World } from './world.ts'
import type { StartedSession } from './wrapper.ts'

/** What a session says of itself; whatever else it does may let somebody else go on. */
const ofItself: ReadonlySet<string> = new Set(['say', 'progress', 'ask'])

export class Session {
  readonly world: World
  readonly machine: Machine
  readonly task: PlannedTask
  readonly chance: Chance
  readonly truth: SessionTruth
  /** Which attempt of its task this is, counted from 0. */
  readonly nth: number
  readonly started: StartedSession
  /** What it says back of what it was given, wherever it says something; null for a session that keeps it to itself. */
  readonly #blurted: string | null
  readonly #beganMs: number
  #over = false

  constructor(world: World, started: StartedSession, task: PlannedTask, nth: number) {
    const { attemptId } = started.order
    this.world = world
    this.machine = started.machine
    this.task = task
    this.nth = nth
    this.started = started
    this.chance = world.chance.split(`session ${task.ref} ${nth}`)
    const blurts = this.chance.split('blurts')
    const given = secretsGiven(started.order.env)
    this.#blurted = given.length > 0 && blurts.happens(0.5) ? blurts.pick(given) : null
    this.#beganMs = this.machine.timeline.monotonicMs()
    this.truth = {
      attemptId,
      ref: task.ref,
      host: this.machine.name,
      startedMs: world.time.nowMs,
      endedMs: null,
      ranMs: 0,
      stoodStillMs: 0,
      cause: 'killed',
      exitCode: null,
      signal: null,
      said: [],
    }
    world.truth.began(this.truth)
    started.program.onSignal = (signal) => this.#signalled(signal)
    started.program.onEnd = () => this.#ended()
  }

  get sessionId(): string {
    return `session-${this.truth.attemptId}`
  }

  /** Whether its program still runs. */
  get lives(): boolean {
    return !this.#over && this.started.program.alive
  }

  /** Does something after `ms`, unless the session is over by then. */
  after(ms: number, act: () => void): void {
    this.machine.timeline.after(ms, () => {
      if (this.lives) act()
    })
  }

  /** The text as it says it. */
  inItsWords(text: string): string {
    if (this.#blurted === null) return text
    this.world.truth.count('secret said back')
    return `${text} (as ${this.#blurted})`
  }

  out(text: string): void {
    this.#write('out', text)
  }

  err(text: string): void {
    this.#write('err', text)
  }

  /** By itself, by a signal, or with its machine. */
  #ended(): void {
    const nowMs = this.machine.timeline.monotonicMs()
    this.truth.endedMs = this.world.time.nowMs
    this.truth.ranMs = nowMs - this.#beganMs
    this.truth.stoodStillMs = nowMs - (this.started.program.idleAtMs ?? nowMs)
  }

  /** The program's own end. What it started may live on. */
  exit(exitCode: number | null, signal: string | null, cause: Cause): void {
    if (this.#over) return
    this.#over = true
    this.truth.cause = cause
    this.truth.exitCode = exitCode
    this.truth.signal = signal
    this.world.truth.count(`cause ${cause}`)
    this.machine.processes.end(this.started.program)
    this.started.onExit({ exitCode, signal })
  }

  /** From now on it uses no CPU. */
  idle(): void {
    this.started.program.idleAtMs = this.machine.timeline.monotonicMs()
  }

  /** Leaves a process behind that carries the mark; some are deaf. */
  leaveChild(): void {
    const child: Process = this.machine.processes.spawn('child', this.truth.attemptId)
    const deaf = this.task.deaf
    child.onSignal = (signal) => {
      if (signal === 'SIGKILL' || !deaf) this.machine.processes.end(child)
    }
    this.world.truth.count('children left')
    this.machine.timeline.after(6 * 3_600_000, () => this.machine.processes.end(child))
  }

  /** Runs `midwatch done|fail TEXT`: the database first, then the daemon's socket, then the outbox. */
  say(word: 'done' | 'fail', text: string): void {
    const said: SessionTruth['said'][number] = {
      word,
      atMs: this.world.time.nowMs,
      answer: 'nobody',
    }
    this.truth.said.push(said)
    void this.#speak({ verb: 'say', word, text }).then((answer) => {
      said.answer = answer
      this.world.truth.count(`word ${answer}`)
    })
  }

  progress(text: string): void {
    void this.#speak({ verb: 'progress', text })
  }

  /** Runs `midwatch ask QUESTION`. */
  ask(text: string): void {
    void this.#speak({ verb: 'ask', text }).then((answer) =>
      this.world.truth.count(`question ${answer}`),
    )
  }

  /** Runs `midwatch work claim|complete KEY`. */
  work(verb: 'claim' | 'complete', name: string): void {
    const wish: Wish =
      verb === 'claim'
        ? { verb, name, ttlMs: 3_600_000 }
        : { verb, name, ttlMs: 6 * 3_600_000, text: 'done' }
    void this.#speak(wish).then((answer) => this.world.truth.count(`work ${verb} ${answer}`))
  }

  async #speak(wish: Wish): Promise<'settled' | 'heard' | 'refused' | 'left' | 'nobody'> {
    // What `midwatch` does with the words before it passes them on.
    const hide = hideOfSession(this.started.order.env)
    const request = 'text' in wish ? { ...wish, text: hide(this.inItsWords(wish.text)) } : wish
    const token = this.started.order.env['MIDWATCH_TOKEN'] ?? ''
    const { machine, world } = this
    const reachable = !machine.ails.sessionsCutOff && !machine.ails.storeLost
    if (reachable) {
      const answer = await answerSession(
        { store: world.store, clock: sessionClock(world, machine.timeline) },
        { ...request, token },
      )
      if (answer.ok)
        world.poke(
          answer.settled === true || !ofItself.has(request.verb) ? undefined : machine.name,
        )
      else world.truth.count(`person refused ${answer.refusal.code}`)
      return answer.ok ? (answer.settled === true ? 'settled' : 'heard') : 'refused'
    }
    if (machine.socket !== null && this.chance.happens(0.5)) {
      const answer = await this.#askDaemon({ ...request, token })
      if (answer !== null)
        return answer.ok ? (answer.settled === true ? 'settled' : 'heard') : 'refused'
    }
    if (machine.ails.diskFull) return 'nobody'
    this.leaveLetter(JSON.stringify(request))
    return 'left'
  }

  /** The daemon's answer; null when none comes within five seconds, or an error does. */
  #askDaemon(request: object): Promise<{ ok: boolean; settled?: boolean } | null> {
    const { socket, timeline } = this.machine
    if (socket === null) return Promise.resolve(null)
    return new Promise((resolve) => {
      const timer = timeline.after(5_000, () => resolve(null))
      const answered = (answer: unknown) => {
        timer.cancel()
        resolve(answer as { ok: boolean; settled?: boolean } | null)
      }
      socket(request).then(answered, () => answered(null))
    })
  }

  /** Asks the ledger through the daemon's socket, as `midwatch effect` does without a database. */
  async askLedger(effect: LedgerRequest): Promise<LedgerAnswer | null> {
    const token = this.started.order.env['MIDWATCH_TOKEN'] ?? ''
    return (await this.#askDaemon({ token, verb: 'effect', effect })) as LedgerAnswer | null
  }

  leaveLetter(letter: string): void {
    const { files } = this.started
    files.outbox.set(String(files.version).padStart(12, '0'), letter)
    this.machine.changed(files)
  }

  /** Whether the token it was given is its own; a wrong one would be the house's mistake. */
  tokenIsOwn(): boolean {
    const token = readToken(this.started.order.env['MIDWATCH_TOKEN'] ?? '')
    return (
      token !== null &&
      token.attemptId === this.truth.attemptId &&
      hashOf(token.secret).length === 64
    )
  }

  #write(stream: 'out' | 'err', text: string): void {
    const { files } = this.started
    if (this.machine.ails.diskFull) return
    files[stream] = Buffer.concat([files[stream], Buffer.from(text)])
    this.machine.changed(files)
  }

  #signalled(signal: 'SIGTERM' | 'SIGKILL') {
    if (signal === 'SIGKILL') return this.exit(null, 'SIGKILL', 'killed')
    if (this.task.deaf) return
    const asCode = this.task.kind === 'prompt'
    this.machine.timeline.after(this.chance.whole(50, 1_500), () =>
      this.exit(asCode ? 143 : null, asCode ? null : 'SIGTERM', 'killed'),
    )
  }
}
