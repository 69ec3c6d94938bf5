// Keeps the beginning and the end of a text that may be endless, in bounded memory: the beginning says what was called,
// the end how it went. Pure.

/** Bytes beyond `headBytes` push each other out of a tail of `tailBytes`. */
export class HeadAndTail {
  readonly #headBytes: number
  readonly #tailBytes: number
  readonly #head: Buffer[] = []
  #tail: Buffer[] = []
  #headSize = 0
  #tailSize = 0
  #dropped = 0

  constructor(headBytes: number, tailBytes: number) {
    this.#headBytes = headBytes
    this.#tailBytes = tailBytes
  }

  add(chunk: Buffer): void {
    const toHead = chunk.subarray(0, this.#headBytes - this.#headSize)
    if (toHead.length > 0) this.#head.push(toHead)
    this.#headSize += toHead.length
    const toTail = chunk.subarray(toHead.length)
    if (toTail.length > 0) this.#tail.push(toTail)
    this.#tailSize += toTail.length
    if (this.#tailSize > 2 * this.#tailBytes) this.#cut()
  }

  /** The text, with a line that counts what was dropped in between. */
  toString(): string {
    this.#cut()
    const head = Buffer.concat(this.#head).toString('utf8')
    const tail = Buffer.concat(this.#tail).toString('utf8')
    return this.#dropped === 0 ? head + tail : `${head}\n[… ${this.#dropped} bytes …]\n${tail}`
  }

  #cut(): void {
    const surplus = this.#tailSize - this.#tailBytes
    if (surplus <= 0) return
    this.#tail = [Buffer.from(Buffer.concat(this.#tail).subarray(surplus))]
    this.#tailSize = this.#tailBytes
    this.#dropped += surplus
  }
}
