// One life of a process. Everything it does to the world goes through handles that this file makes mortal: before and
// after each call the process may die, and from then on no promise of it ever settles, so that none of its `catch` or
// `finally` runs. A call it died before is not done; one it died after is done, and nobody was told.

/** Where a process is to die: at the nth passage of a handle from now, before the call or after it. */
export class Life {
  alive = true
  /** How many passages there were. */
  passages = 0
  #dieAt = Number.POSITIVE_INFINITY
  #takesAlong: () => void = () => {}
  #onDeath: () => void
  /** When it did not listen, in world time, oldest first. */
  readonly naps: { readonly fromMs: number; readonly toMs: number }[] = []
  #hungSinceMs: number | null = null
  #parked: (() => void)[] = []

  constructor(onDeath: () => void) {
    this.#onDeath = onDeath
  }

  /** Dies at the nth passage from now, and takes along what dies with it there: its machine, say. */
  doom(passagesFromNow: number, takesAlong: () => void = () => {}): void {
    const dieAt = this.passages + Math.max(1, passagesFromNow)
    if (dieAt >= this.#dieAt) return
    this.#dieAt = dieAt
    this.#takesAlong = takesAlong
  }

  /** Whether it dies here. */
  passes(): boolean {
    this.passages += 1
    if (this.alive && this.passages >= this.#dieAt) {
      this.#takesAlong()
      this.end()
    }
    return this.alive
  }

  /** Ends at once. */
  end(): void {
    if (!this.alive) return
    this.alive = false
    this.#parked = []
    this.#onDeath()
  }

  /** Stops listening (a stopped process, a garbage collection of minutes) until `wake`. */
  hang(atMs = 0): void {
    this.#hungSinceMs ??= atMs
  }

  get isHung(): boolean {
    return this.#hungSinceMs !== null
  }

  wake(atMs = 0): void {
    if (this.#hungSinceMs !== null) this.naps.push({ fromMs: this.#hungSinceMs, toMs: atMs })
    this.#hungSinceMs = null
    for (const act of this.#parked.splice(0)) this.deliver(act)
  }

  /** Does what the world wants of this process, now or when it listens again; never when it is dead. */
  deliver(act: () => void): void {
    if (!this.alive) return
    if (this.#hungSinceMs !== null) this.#parked.push(act)
    else act()
  }
}

/** What may go wrong with one call, besides the death of its caller. Answers the call's promise. */
export type Meddler = (name: string, call: () => Promise<unknown>) => Promise<unknown>

const never = new Promise<never>(() => {})

/** The handle as this life sees it. Plain values stay; functions pass the life on their way in and out. */
export function mortal<T extends object>(
  handle: T,
  life: Life,
  meddle: Meddler = (_, call) => call(),
): T {
  const seen: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(handle))
    seen[name] =
      typeof value === 'function' ? passage(name, value.bind(handle), life, meddle) : value
  return seen as T
}

type Call = (...args: unknown[]) => unknown

function passage(name: string, call: Call, life: Life, meddle: Meddler): Call {
  if (isPlain(name)) return (...args) => (life.alive ? call(...heardOnlyBy(life, args)) : never)
  return (...args) => {
    if (!life.alive) return never
    const asked = heardOnlyBy(life, args)
    const done = () => {
      const answer = call(...asked)
      return answer instanceof Promise ? (answer as Promise<unknown>) : Promise.resolve(answer)
    }
    if (!life.passes()) return never
    const promise = meddle(name, done)
    return new Promise((resolve, reject) => {
      const tell = (settle: () => void) => life.deliver(() => life.passes() && settle())
      promise.then(
        (value) => tell(() => resolve(value)),
        (error: unknown) => tell(() => reject(error)),
      )
    })
  }
}

/** Calls that answer at once: time, names, and what only this process keeps. */
const plain = new Set(['now', 'monotonicMs', 'next', 'hex', 'watch', 'poke', 'forget'])
const isPlain = (name: string): boolean => plain.has(name)

/** What is handed to the world: a callback among it reaches only the living. */
const heardOnlyBy = (life: Life, args: readonly unknown[]): readonly unknown[] =>
  args.some((arg) => typeof arg === 'function')
    ? args.map((arg) => (typeof arg === 'function' ? heard(arg as Call, life) : arg))
    : args

/** A callback handed to the world reaches only the living. */
const heard =
  (callback: Call, life: Life): Call =>
  (...args) => {
    let answer: unknown
    life.deliver(() => {
      answer = callback(...args)
    })
    return answer
  }
