// What one trip says to the server, in one piece: written message by message into one buffer, and handed over once. Asked for eight
// attempts at once it is some forty messages, each of which would be a piece of its own otherwise.
// https://www.postgresql.org/docs/15/protocol-message-formats.html

/** Begins small; a trip with long texts makes it grow. */
const firstBytes = 16 * 1024
/** A larger one is not kept for the next trip. */
const keptBytes = 256 * 1024

/** One connection's, used again for each of its trips: a trip begins when the server has answered the one before, and so read it. */
export class Packet {
  #buffer = Buffer.allocUnsafeSlow(firstBytes)
  /** Behind the last byte written. */
  #at = 0
  /** Where the length of the newest message stands. */
  #from = 0

  /** Forgets the trip before. */
  begin(): void {
    this.#at = 0
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.allocUnsafeSlow(firstBytes)
  }

  /** All of it; good until the next one is begun. */
  whole(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  parse(name: string, text: string): void {
    this.#open(P, mostBytes(name) + mostBytes(text) + 4)
    this.#cstring(name)
    this.#cstring(text)
    this.#int16(0) // the statement says of which type each parameter is
    this.#shut()
  }

  /** Every value as text, and every answer. */
  bind(statement: string, values: readonly (string | null)[]): void {
    this.#open(B, mostBytes(statement) + 6)
    this.#byte(0) // the portal without a name
    this.#cstring(statement)
    this.#int16(0)
    this.#int16(values.length)
    for (const one of values) this.#value(one)
    this.#room(2)
    this.#int16(0)
    this.#shut()
  }

  describe(): void {
    this.#open(D, 2)
    this.#byte(P)
    this.#byte(0)
    this.#shut()
  }

  execute(): void {
    this.#open(E, 5)
    this.#byte(0)
    this.#int32(0) // all rows
    this.#shut()
  }

  close(statement: string): void {
    this.#open(C, mostBytes(statement) + 2)
    this.#byte(S)
    this.#cstring(statement)
    this.#shut()
  }

  sync(): void {
    this.#open(S, 0)
    this.#shut()
  }

  /** A message begins with its letter, and with its length without that. */
  #open(letter: number, bytes: number): void {
    this.#room(bytes + 5)
    this.#byte(letter)
    this.#from = this.#at
    this.#at += 4
  }

  #shut(): void {
    this.#buffer.writeInt32BE(this.#at - this.#from, this.#from)
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }

  #value(text: string | null): void {
    this.#room(mostBytes(text ?? '') + 4)
    if (text === null) {
      this.#int32(-1)
      return
    }
    const lengthAt = this.#at
    this.#at += 4
    this.#words(text)
    this.#buffer.writeInt32BE(this.#at - lengthAt - 4, lengthAt)
  }

  #cstring(text: string): void {
    this.#words(text)
    this.#byte(0)
  }

  #words(text: string): void {
    this.#at += this.#buffer.write(text, this.#at)
  }

  #byte(value: number): void {
    this.#at = this.#buffer.writeUInt8(value, this.#at)
  }

  #int16(value: number): void {
    this.#at = this.#buffer.writeInt16BE(value, this.#at)
  }

  #int32(value: number): void {
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
  }
}

/** UTF-8 takes three bytes at most for what UTF-16 takes one unit for. */
const mostBytes = (text: string): number => text.length * 3

const code = (letter: string): number => letter.charCodeAt(0)
const [P, B, D, E, C, S] = [code('P'), code('B'), code('D'), code('E'), code('C'), code('S')]
