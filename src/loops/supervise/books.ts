// The supervisor's books: its facts, its pulse, the incidents of its children and the restarts asked of it, in the store. The
// store may be away: nothing here waits for it, nothing fails by it, and what was not written waits, bounded.

import type { Clock } from '../../base/clock.ts'
import type { ChildRole } from '../../drivers/children/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { SentinelConfig } from '../../model/config.ts'
import type { FactBody } from '../../model/fact.ts'
import { noData } from '../../model/incident.ts'
import type { RestartRequest } from '../../model/pulse.ts'
import { defaultSentinel } from '../../model/sentinel.ts'

/** What the books stand on. */
export interface OpenedBooks {
  readonly store: Store
  readonly host: string
  readonly pid: number
  readonly rules: SentinelConfig
  close(): Promise<void>
}

export type OpenBooks = () => Promise<OpenedBooks>

const waitingMax = 200
const pulseEveryMs = 10_000

export class Books {
  readonly #open: OpenBooks
  readonly #clock: Clock
  readonly #onChange: () => void
  #opened: OpenedBooks | null = null
  #opening: Promise<void> | null = null
  #beat = 0
  #pulsedMs = Number.NEGATIVE_INFINITY
  readonly #waiting: FactBody[] = []
  readonly #troubles = new Map<ChildRole, 'new' | 'told'>()
  /** Whose incident may be open in the store: a supervisor before this one may have told of it, and died. */
  readonly #doubtful = new Set<ChildRole>(['daemon', 'sentinel'])

  /** `onChange` is called when somebody changed something in the store. */
  constructor(open: OpenBooks, clock: Clock, onChange: () => void) {
    this.#open = open
    this.#clock = clock
    this.#onChange = onChange
  }

  get host(): string {
    return this.#opened?.host ?? ''
  }

  get rules(): SentinelConfig {
    return this.#opened?.rules ?? defaultSentinel
  }

  note(body: FactBody): void {
    this.#waiting.push(body)
    if (this.#waiting.length > waitingMax) this.#waiting.shift()
  }

  troubled(role: ChildRole): void {
    if (!this.#troubles.has(role)) this.#troubles.set(role, 'new')
  }

  /** The incident of this child ends, whoever opened it; while the store is away that is still owed. */
  async calm(role: ChildRole): Promise<void> {
    this.#troubles.delete(role)
    if (!this.#doubtful.has(role)) return
    const [by, now] = ['it has lived for ten minutes', this.#clock.now()]
    const isEnded = await this.#bear(async ({ store, host }) => {
      await store.resolveIncident({ key: `process:${host}:${role}`, by, now })
      return true
    }, false)
    if (isEnded) this.#doubtful.delete(role)
  }

  /** Writes what waits and pulses; opens the books first where they are not open. */
  async round(): Promise<void> {
    if (this.#opened === null) {
      this.#opening ??= this.#openNow()
      await Promise.race([this.#opening, this.#clock.sleep(0)])
    }
    await this.#write(20)
    await this.#bear((books) => this.#pulse(books), undefined)
    await this.#bear((books) => this.#tellTroubles(books), undefined)
  }

  requests(): Promise<readonly RestartRequest[]> {
    return this.#bear(({ store, host }) => store.openRestarts(host), [])
  }

  answer(id: number, answer: string): Promise<void> {
    const now = this.#clock.now()
    return this.#bear(({ store }) => store.answerRestart({ id, answer, now }), undefined)
  }

  async close(): Promise<void> {
    await this.#opening
    await this.#write(waitingMax)
    await this.#bear(
      ({ store, host, pid }) => store.endPulses({ host, role: 'supervisor', pid }),
      undefined,
    )
    await this.#opened?.close()
  }

  /** Nothing of the store keeps a supervisor from its children: what fails now is tried in the next round. */
  async #bear<T>(act: (books: OpenedBooks) => Promise<T>, otherwise: T): Promise<T> {
    if (this.#opened === null) return otherwise
    try {
      return await act(this.#opened)
    } catch {
      return otherwise
    }
  }

  async #openNow(): Promise<void> {
    try {
      const opened = await this.#open()
      opened.store.watch(this.#onChange) // who hears changes need not ask for them
      this.#opened = opened
    } catch {
      this.#opened = null
    }
    this.#opening = null
  }

  #write(limit: number): Promise<void> {
    return this.#bear(async ({ store, host }) => {
      for (let left = limit; left > 0; left -= 1) {
        const [body] = this.#waiting
        if (body === undefined) break
        const named = 'host' in body && body.host === '' ? { ...body, host } : body
        await store.recordFacts({ bodies: [named], now: this.#clock.now() })
        this.#waiting.shift()
      }
    }, undefined)
  }

  async #pulse({ store, host, pid }: OpenedBooks): Promise<void> {
    this.#beat += 1
    if (this.#clock.monotonicMs() - this.#pulsedMs < pulseEveryMs) return
    const loops = [{ loop: 'supervise', beat: this.#beat, everyMs: pulseEveryMs }]
    await store.pulse({ host, role: 'supervisor', pid, loops, now: this.#clock.now() })
    this.#pulsedMs = this.#clock.monotonicMs()
  }

  async #tellTroubles({ store, host }: OpenedBooks): Promise<void> {
    for (const [role, state] of this.#troubles) {
      if (state === 'told') continue
      this.#doubtful.add(role)
      const release = 'it lives for ten minutes; `midwatch facts` says how it ended'
      await store.openIncident({
        key: `process:${host}:${role}`,
        title: `the ${role} of ${host} keeps ending; it is started again each time`,
        data: { ...noData, release },
        now: this.#clock.now(),
      })
      this.#troubles.set(role, 'told')
    }
  }
}
