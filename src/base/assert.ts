// Programmer errors crash: a broken promise of our own code is never handled, only found.

/** Throws when `condition` does not hold. The message says what was promised. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new Error(`assertion broken: ${promise}`)
}

/** For the end of an exhaustive switch: a new member of the union stops the compiler here. */
export function unreachable(value: never): never {
  throw new Error(`assertion broken: unexpected value ${JSON.stringify(value)}`)
}

/** The value, which our own code promised to be there. */
export function present<T>(value: T | null | undefined, promise: string): T {
  assert(value !== null && value !== undefined, promise)
  return value
}
